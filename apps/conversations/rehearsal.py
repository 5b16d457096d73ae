"""The very same turn, not recorded: for the admin's “try it”, evaluation and tests."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.conversations.desk import TenantDesk
from apps.conversations.turn import HandedOver, Line, Said, Step, Turn, take_turn
from apps.llm import language as languages
from apps.releases.models import Release
from apps.releases.publishing import active
from apps.tenants.workspace.models import Site


@dataclass(frozen=True)
class Rehearsal:
    """What the bot would do. `end` is the answer or the handover, `trace` the steps as a stored turn has them."""

    question: str
    language: str
    release: int
    sure: float
    floor: float
    end: Said | HandedOver
    trace: list[dict[str, Any]] = field(default_factory=list)
    ms: float = 0.0


class Uncached(TenantDesk):
    """A desk that answers anew, so that the operator sees what the search finds now."""

    def answered_before(self, question: str) -> Said | None:
        return None


def rehearse(
    question: str,
    *,
    language: str | None = None,
    release: Release | None = None,
    transcript: Sequence[Line] = (),
) -> Rehearsal:
    """Run a turn on `question` after `transcript`, in a conversation pinned to `release` (the live one by default)."""
    live = release or active()
    site = Site.load()
    spoken = language or languages.of(question, default=site.language)
    frozen = live.frozen.get("site", {})
    turn = Turn(
        question=question,
        language=spoken,
        transcript=[*transcript, Line("visitor", question)],
        bot=frozen.get("name", site.name),
        sure=frozen.get("sure", site.sure),
        floor=frozen.get("floor", site.floor),
    )
    trace: list[dict[str, Any]] = []
    end: Said | HandedOver | None = None
    started = time.perf_counter()
    for outcome in take_turn(turn, Uncached(live, spoken)):
        if isinstance(outcome, Step):
            trace.append({"step": outcome.name, "ms": outcome.ms, **outcome.facts})
        elif isinstance(outcome, Said | HandedOver):
            end = outcome
    if end is None:
        raise RuntimeError("a turn ended without an end")
    ms = (time.perf_counter() - started) * 1000
    return Rehearsal(question, spoken, live.number, turn.sure, turn.floor, end, trace, ms)
