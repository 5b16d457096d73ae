"""The very same turn, not recorded: for the admin's “try it”, evaluation and tests."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.conversations import handover, people, site_part
from apps.conversations.bot import recall, wording
from apps.conversations.bot.reach import TenantReach
from apps.conversations.bot.recall import Line
from apps.conversations.bot.steps import Step
from apps.conversations.bot.story import End, HandedOver, Outcome, Said, Story
from apps.conversations.bot.turn import take_turn
from apps.conversations.models import Event, Turn
from apps.conversations.worker.claim import TRANSCRIPT
from apps.conversations.worker.retelling import story_of
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Request
from apps.llm import embeddings
from apps.releases.models import Release
from apps.releases.publishing import active
from apps.tenants.workspace.models import Site


@dataclass(frozen=True)
class Rehearsal:
    """The turn as the bot would take it. `end` is the answer or the handover, `steps` its trace."""

    question: str
    language: str
    release: int
    sure: float
    floor: float
    end: End
    steps: Sequence[Step] = ()
    ms: float = 0.0


# Hears of each outcome, and of the steps so far.
Witness = Callable[[Outcome, Sequence[Step]], None]


SAMPLES: Mapping[str, Value] = {"yes_no": True, "number": 1, "money": 1, "date": "2030-01-01", "time": "09:00"}


class Uncached(TenantReach):
    """Answers anew, so that the operator sees what the search finds now."""

    def answered_before(self, question: str) -> Said | None:
        return None

    def call(self, request: Request) -> Returned:
        """Systems are read in a try, and nothing is changed there."""
        if request.method == "GET":
            return super().call(request)
        return Returned({slot: SAMPLES.get(kind, _("(only a try)")) for slot, kind in request.kinds.items()})


def rehearse(
    question: str,
    *,
    language: str | None = None,
    release: Release | None = None,
    transcript: Sequence[Line] = (),
    promised: bool = False,
    place: Place | None = None,
    witness: Witness | None = None,
) -> Rehearsal:
    """Run a turn on `question` after `transcript`, in a conversation pinned to `release` (the live one by default) that stands
    at `place` in a flow."""
    live = release or active()
    site = site_part.of(live)
    said = [*transcript, Line("visitor", question)]
    spoken = language or recall.language(said, default=site.language)
    story = Story(
        question=question,
        language=spoken,
        transcript=said,
        bot=site.name,
        sure=site.sure,
        floor=site.floor,
        promised=promised,
        patience=settings.MODEL_FIRST_WORDS_SECONDS,
        place=place,
        turn=f"try-{uuid.uuid4().hex}",
        at=time.time(),
    )
    return _tell(story, live, witness)


def retell(turn: Turn) -> Rehearsal | None:
    """The story that a stored turn answered, once more, by its own release; None when it kept none."""
    story = story_of(turn)
    return _tell(story, Release.objects.get(number=turn.release)) if story else None


def _tell(story: Story, release: Release, witness: Witness | None = None) -> Rehearsal:
    steps: list[Step] = []
    end: End | None = None
    started = time.perf_counter()
    told: Any = take_turn(story, Uncached(release, story.language))
    try:
        for outcome in told:
            if isinstance(outcome, Step):
                steps.append(outcome)
            elif isinstance(outcome, Said | HandedOver):
                end = outcome
            if witness:
                witness(outcome, steps)
    finally:
        told.close()  # ends a model's call, when the witness wants no more
    if end is None:
        raise RuntimeError("a turn ended without an end")
    ms = (time.perf_counter() - started) * 1000
    return Rehearsal(story.question, story.language, release.number, story.sure, story.floor, end, steps, ms)


def warm() -> None:
    """Load the encoders, so that the first turn's time is like the others'."""
    embeddings.load()


def converse(said: Sequence[str], *, release: Release | None = None) -> Iterator[Rehearsal]:
    """One turn for each message of a customer, each after what was said before, as when nobody of the team is there."""
    transcript: list[Line] = []
    promised, place = False, None
    for text in said:
        question, before = wording.question([text]), transcript[1 - TRANSCRIPT :]
        tried = rehearse(question, release=release, transcript=before, promised=promised, place=place)
        place = tried.end.moved.place if tried.end.moved else place
        promised = promised or isinstance(tried.end, HandedOver)
        transcript += Line(Event.Author.VISITOR, text), Line(Event.Author.BOT, told(tried), about(tried), offered(tried))
        yield tried


def told(tried: Rehearsal) -> str:
    """The text the customer would read now."""
    if isinstance(tried.end, Said):
        return tried.end.text
    site = Site.load()
    return handover.told(site, tried.language, online=people.online(), said=tried.end.said)


def offered(tried: Rehearsal) -> list[str]:
    """The words of its buttons, as `recall.Line` keeps it."""
    return [choice.say for choice in tried.end.choices] if isinstance(tried.end, Said) else []


def about(tried: Rehearsal) -> str:
    """The title of what it quotes, as `recall.Line` keeps it."""
    return tried.end.sources[0].title if isinstance(tried.end, Said) and tried.end.sources else ""
