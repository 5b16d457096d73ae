"""A rehearsal that a web process asks for and a worker does (`apps.tenants.trials`): only workers hold encoders."""

import time
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.conversations.bot.recall import Line
from apps.conversations.bot.steps import Step
from apps.conversations.bot.story import Asking, Heartbeat, Outcome, Writing
from apps.conversations.worker import shutdown
from apps.conversations.worker.rehearsal import Rehearsal, rehearse
from apps.conversations.worker.seats import REHEARSALS, Seat, rehearsing, seats
from apps.releases.models import Release
from apps.tenants import trials

TASK = "conversations.rehearse"
AT_ONCE = 6  # of one tenant, most of which wait for models
SIGN_SECONDS = 2.0  # between two signs of life while a model writes


def begin(
    question: str,
    *,
    by: object,
    language: str | None = None,
    release: int | None = None,
    transcript: Sequence[Line] = (),
) -> str:
    """Have a worker rehearse it for this person. → the trial's key, or "" when too many run."""
    asked = {
        "question": question,
        "language": language,
        "release": release,
        "transcript": [(line.author, line.text, line.about, list(line.choices)) for line in transcript],
    }
    return trials.begin(TASK, asked, by=by, seconds=0, most=AT_ONCE)  # within trials.SPARE a worker begins or gives a sign


def attempt(key: str, asked: dict[str, Any]) -> trials.Found:
    """The worker's part. → `tried`, a Rehearsal; or `problem`, a sentence of what to do."""
    with rehearsing.thread(REHEARSALS) as granted:
        return _rehearsed(key, asked) if granted else trials.no_room()


def _rehearsed(key: str, asked: dict[str, Any]) -> trials.Found:
    with Seat(seats, REHEARSALS) as seat:
        if not trials.is_wanted(key):
            return trials.too_late()  # customers came first for so long
        try:
            tried = rehearse(
                asked["question"],
                language=asked["language"],
                release=Release.objects.filter(number=asked["release"]).first(),
                transcript=[Line(*line) for line in asked["transcript"]],
                witness=_Witness(key, seat),
            )
        except shutdown.HandedBack:
            return {"problem": _("The worker that tried it is being stopped. Try again.")}
    return {"tried": tried}


def rehearsed(found: trials.Found) -> Rehearsal:
    tried: Rehearsal = found["tried"]
    return tried


class _Witness:
    """Between two steps it lets customers' turns go first, and while a model writes it tells the page that it lives."""

    def __init__(self, key: str, seat: Seat) -> None:
        self._key, self._seat = key, seat
        self._told_at = 0.0

    def __call__(self, outcome: Outcome, steps: Sequence[Step]) -> None:
        match outcome:
            case Step():
                self._seat.let_others()
            case Asking():
                self._seat.leave()
                self._tell(steps)
            case Writing() | Heartbeat():
                shutdown.check()
                if time.monotonic() - self._told_at > SIGN_SECONDS:
                    self._tell(steps)

    def _tell(self, steps: Sequence[Step]) -> None:
        self._told_at = time.monotonic()
        trials.tell(self._key, {"steps": list(steps)})
