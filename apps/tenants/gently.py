"""Work that may take long and must not be felt: on a thread of its own to which the machine gives what others leave."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context

from django.db import connection

NICE = 15  # of 19: while customers' turns want the processor, about a thirtieth of it


def run(work: Callable[[], None]) -> None:
    """Does it and comes back; what it raises is raised here. On Linux a priority is a thread's own, and none gets back a higher
    one: so the thread ends with its work."""
    failed: list[BaseException] = []

    def do() -> None:
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=copy_context().run, args=(do,), name="gently")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
