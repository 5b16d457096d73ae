"""An answer on its way: the claimed turn, the story it makes, what was written of it so far, its trace and its end."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.conversations import metrics, site_part
from apps.conversations.bot import recall, wording
from apps.conversations.bot.reach import TenantReach
from apps.conversations.bot.recall import Line
from apps.conversations.bot.stages.searching import Searched
from apps.conversations.bot.steps import Step
from apps.conversations.bot.story import End, Story
from apps.conversations.models import Event, FormSecrets, Original, Turn
from apps.conversations.wire import events
from apps.conversations.worker import retelling
from apps.conversations.worker.claim import Claim, Spoken
from apps.filters import live
from apps.flows.engine.place import Place
from apps.releases.models import Release
from apps.releases.publishing import kept


@dataclass(eq=False)
class Answer:
    """`state` and `end` say how it came out, `stored` whether that stands in the ledger. `heard`: the numbers of the messages
    that are answered to a customer who waits for a person."""

    turn: Turn
    story: Story
    reach: TenantReach
    heard: Sequence[int] = ()
    started: float = field(default_factory=time.perf_counter)
    text: str = ""
    steps: list[Step] = field(default_factory=list)
    state: Turn.State = Turn.State.RUNNING
    end: End | None = None
    first_words_ms: int | None = None
    stored: bool = False

    @property
    def conversation(self) -> UUID:
        return self.turn.conversation_id

    def note(self, step: Step) -> None:
        """A line of the trace."""
        self.steps.append(step)
        if type(step) is Searched:
            best = step.hits[0].score if step.hits else 0.0
            found = "sure" if best >= self.story.sure else "unsure" if best >= self.story.floor else "nothing"
            metrics.KNOWLEDGE.labels(found).inc()


def begun(claim: Claim) -> Answer:
    """Raises whatever a release raises that cannot be read."""
    release = kept(claim.turn.release, claim.release_at)
    live.suppose(release)
    return _begun(claim, release)


def unreadable(claim: Claim) -> Answer:
    """The answer to a question whose release cannot be read: it can only be handed over."""
    return _begun(claim, Release(number=claim.turn.release, frozen={}))


def _begun(claim: Claim, release: Release) -> Answer:
    site = site_part.of(release)
    transcript = _transcript(claim.spoken)
    spoken = recall.language(transcript, default=claim.language or site.language)
    story = Story(
        question=question([said for said in claim.spoken if said.seq > claim.heard]),
        language=spoken,
        transcript=transcript,
        bot=site.name,
        sure=site.sure,
        floor=site.floor,
        promised=claim.promised,
        patience=settings.MODEL_FIRST_WORDS_SECONDS,
        place=_place(claim),
        turn=claim.turn.pk.hex,
        wait=f"{claim.turn.conversation_id.hex}@{claim.waiting_since.timestamp():.6f}",
        at=claim.turn.started_at.timestamp(),
        waits=claim.waits,
    )
    claim.turn.story = retelling.kept(claim.turn, story, [said.seq for said in reversed(claim.spoken)])
    return Answer(claim.turn, story, TenantReach(release, spoken), claim.unheard)


def _transcript(newest: Sequence[Spoken]) -> tuple[Line, ...]:
    opened = FormSecrets.opened(said.secrets for said in newest)
    written = Original.opened(said.original for said in newest)
    return tuple(_line(said, opened.get(said.secrets, {}), written.get(said.original, "")) for said in reversed(newest))


def _line(said: Spoken, sealed: dict[str, Any], written: str) -> Line:
    values = {**(said.values or {}), **sealed}
    confided = events.is_confided(said.text, said.covered)
    return Line(said.author, said.text, said.about, tuple(said.choices), said.form, values, written, confided)


def _place(claim: Claim) -> Place | None:
    """A flow that an agent left to the bot speaks first, unless the customer has spoken since. While they wait for a person it
    stands still."""
    place = None if claim.waits else claim.place
    return replace(place, handed=0, answered=False) if place and place.handed < claim.turn.question else place


def question(newest: Sequence[Spoken]) -> str:
    """The customer's last words."""
    words = [said.text for said in itertools.takewhile(lambda said: said.author == Event.Author.VISITOR, newest)]
    return wording.question(words[::-1])
