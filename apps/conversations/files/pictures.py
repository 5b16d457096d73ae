"""Customers' images drawn anew: turned upright, of a sane size, without anything that they carry besides the picture.

Each in a process of its own (drawing.py) with little memory and time. A few at once and no queue: a sender who finds no place
is told to come again, since waiting here would hold threads that others' files need.
"""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO, cast

import structlog
from django.utils.translation import gettext_lazy as _

from apps.conversations import metrics
from apps.conversations.files import drawing
from apps.conversations.files.kinds import FileKind
from apps.tenants import context
from apps.tenants.refusal import Refusal

log = structlog.get_logger(__name__)

AT_ONCE, OF_A_TENANT = 2, 1  # each may take a core and 250 MB; one tenant's never take the last place
COME_AGAIN = 2  # seconds
PROGRAM = (sys.executable, "-I", str(Path(drawing.__file__)))
_TOO_MANY = _("This image has too many pixels. Send a smaller one.")
_UNREADABLE = _("This image cannot be read. It may be damaged. Save it again and send the new copy.")
_FULL = _("We are busy with other images right now. Try again in a moment.")
_open: Counter[str] = Counter()
_lock = Lock()


@dataclass(frozen=True)
class Picture:
    file: BinaryIO
    width: int
    height: int


def redraw(file: BinaryIO, kind: FileKind) -> Picture:
    """Raises Refusal for what is no image after all, for one with too many pixels, and at once (503) when no place is free."""
    with _place():
        out = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  its reader closes it
        try:
            told = _drawn(file, kind, out)
            return Picture(out, told["width"], told["height"])
        except BaseException:
            out.close()
            raise


@contextlib.contextmanager
def _place() -> Iterator[None]:
    tenant = context.schema()
    with _lock:
        if _open.total() >= AT_ONCE or _open[tenant] >= OF_A_TENANT:
            metrics.PICTURES.labels("full").inc()
            raise Refusal("unavailable", _FULL, retry_after=COME_AGAIN)
        _open[tenant] += 1
    try:
        yield
    finally:
        with _lock:
            _open[tenant] -= 1
            if not _open[tenant]:
                del _open[tenant]


def _drawn(file: BinaryIO, kind: FileKind, out: BinaryIO) -> dict[str, int]:
    with contextlib.ExitStack() as ends:
        given = ends.enter_context(tempfile.TemporaryFile())
        file.seek(0)
        shutil.copyfileobj(file, given)
        given.seek(0)
        try:
            ended = subprocess.run(
                (*PROGRAM, kind.picture, str(out.fileno())),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(out.fileno(),),
                env={},
                timeout=drawing.SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _refused("late", "deadline", kind)
    if ended.returncode == -signal.SIGALRM:
        return _refused("late", "alarm", kind)
    if ended.returncode or not ended.stdout:
        return _refused("killed", f"ended with {ended.returncode}", kind)
    told: dict[str, int | str] = json.loads(ended.stdout)
    if "refused" in told:
        return _refused(str(told["refused"]), str(told["error"]), kind)
    metrics.PICTURES.labels("drawn").inc()
    return cast("dict[str, int]", told)


def _refused(outcome: str, error: str, kind: FileKind) -> dict[str, int]:
    log.info("image_refused", outcome=outcome, type=kind.type, error=error)
    metrics.PICTURES.labels(outcome).inc()
    if outcome == "pixels":
        raise Refusal("too_long", _TOO_MANY)
    if outcome == "late":  # it had not used up its share of the processor: the machine is busy, the image may be good
        raise Refusal("unavailable", _FULL, retry_after=COME_AGAIN)
    raise Refusal("bad_file", _UNREADABLE)
