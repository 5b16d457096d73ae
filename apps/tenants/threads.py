"""Synchronous work beside an event loop, on threads of its own and with its database connection given back."""

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")


def in_thread(work: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """`await in_thread(verb)(…)`. The tenant goes along with the context.

    Not asgiref's one thread-sensitive thread, which would run all sockets' queries of a process one after another.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()

    return sync_to_async(run, thread_sensitive=False)
