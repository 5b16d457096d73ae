"""The story a turn begins with, its reach, and the outcomes it may yield on its way to an end."""

import itertools
import zlib
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from apps.conversations.bot import wording
from apps.conversations.bot.leading.moved import Moved
from apps.conversations.bot.recall import Line
from apps.conversations.bot.steps import Step
from apps.conversations.models import Cause
from apps.conversations.wire.form import Form
from apps.filters.screening.screen import Screen
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Request
from apps.flows.understanding.understood import Understood
from apps.knowledge.passages import excerpt
from apps.knowledge.passages.synonyms import Meant
from apps.knowledge.search.search import Hit
from apps.llm.chat import Message, Schema, Used

COMPUTING_SECONDS = 5.0  # many times what a turn computes; not counted: waiting for models, the database, a core
LIKELY = 0.2  # a question that leans on nothing is read by its own words alone from this score on
CACHE, QUOTE = 0, 1  # tiers below the models', which are apps.llm.models.Tier


@dataclass(frozen=True)
class Story:
    """All that a turn knows. `sure` and `floor` are the release's thresholds on Hit.score (0..1).

    `waits`: the customer stands in the queue for a person; the bot says meanwhile what it is sure of, and nothing else.
    `promised`: a person was asked for before, nobody was there, and the message was taken. Then the bot answers what it is
    sure of and adds the rest to that message. `patience`: seconds in which a model must have written words that the passages
    support; the quote that is ready is said otherwise. `place`: where the conversation stands in a flow. `turn`: an id that is
    the same whenever this story is told; `wait`: one that is the same in each turn for these messages, also where the customer
    says more before one ends. `at`: POSIX seconds.
    """

    question: str
    language: str
    transcript: Sequence[Line]
    bot: str
    sure: float
    floor: float
    promised: bool = False
    patience: float = 1.5
    place: Place | None = None
    turn: str = ""
    wait: str = ""
    at: float = 0.0
    waits: bool = False

    @property
    def asked(self) -> list[str]:
        """The customer's messages, oldest first, without answers to forms."""
        return [line.text for line in self.transcript if line.author == "visitor" and not line.is_answer]

    @property
    def newest(self) -> list[Line]:
        """The messages that this turn answers, oldest first."""
        found = itertools.takewhile(lambda line: line.author == "visitor", reversed(self.transcript))
        return list(reversed(list(found)))

    @property
    def written(self) -> str:
        """The question as it was before the filters masked it: for the flow's values and the filters alone, never for a model,
        a search, a log or a person."""
        is_masked = any(line.written for line in self.newest)
        if not is_masked or self.question != wording.question([line.text for line in self.newest]):
            return self.question
        return wording.question([line.written or line.text for line in self.newest])

    @property
    def confided(self) -> bool:
        """Whether something in it was said to a sensitive question, and nothing but a flow's reader has read it."""
        return any(line.confided for line in self.newest)

    @property
    def given(self) -> Mapping[str, Value] | None:
        """The values of the form that the customer sent; None when nothing was."""
        answers = [line.values for line in self.newest if line.is_answer]
        return {name: value for values in answers for name, value in values.items()} if answers else None

    @property
    def answers_form(self) -> bool:
        """Whether a form was answered by one of them: what reads questions has nothing to read then."""
        return any(line.is_answer for line in self.newest)

    def run(self, flow: str) -> str:
        """The id of a walk through the flow that begins now. A turn that comes to nothing, because the customer says more, may
        have called a system already: the next one begins the same walk, by which its calls are known."""
        return f"{self.wait or self.turn}/{zlib.crc32(flow.encode()):08x}"

    def is_sure(self, hits: Sequence[Hit]) -> bool:
        return bool(hits) and hits[0].score >= self.sure

    def is_known(self, hits: Sequence[Hit]) -> bool:
        """Whether words that are no question ask for what the knowledge surely holds."""
        return self.is_sure(hits) and hits[0].kind == "qa"

    def is_likely(self, hits: Sequence[Hit]) -> bool:
        """Whether what was found by a question's own words is enough not to look for what else it may hang on."""
        return bool(hits) and hits[0].score >= max(self.floor, LIKELY)


@dataclass(frozen=True)
class Source:
    title: str
    url: str
    article: str
    passage: int
    text: str


def told(question: str, hit: Hit) -> str:
    """The part of a passage that is quoted."""
    return excerpt.of(question, "" if hit.kind == "qa" else hit.heading.removeprefix(hit.title).removeprefix(" › "), hit.text)


def source(hit: Hit) -> Source:
    return Source(title=hit.title, url=hit.url, article=hit.article, passage=hit.passage, text=hit.text[:600])


@dataclass(frozen=True)
class Choice:
    """One thing that the customer may have meant: `label` stands on its button, `say` is said when it is pressed. `source` is
    what would be answered; None for a person."""

    label: str
    say: str
    source: Source | None = None


@dataclass(frozen=True)
class Heartbeat:
    """Nothing to say yet; the shell may look whether anybody still wants the answer."""


@dataclass(frozen=True)
class Asking:
    """An outcome: from here on a model writes and the turn waits for it."""

    model: str


@dataclass(frozen=True)
class Calling:
    """An outcome: from here on a system of the tenant's is waited for, at most so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Writing:
    """The next characters of the answer, checked and safe to show."""

    text: str


@dataclass(frozen=True)
class Progress:
    """How far the customer is: “Step 2 of 4”."""

    step: int
    of: int


@dataclass(frozen=True)
class Said:
    """The answer. `tier` None is a courtesy, which needs no knowledge; `alone`: it follows from the question alone; with
    `choices` it is shown and asked whether it is what was meant, or one of these; `form`: to be filled in by the customer;
    `moved`: what it changed in the flow, None for nothing."""

    text: str
    tier: int | None
    sources: Sequence[Source] = ()
    tokens: int = 0
    alone: bool = True
    choices: Sequence[Choice] = ()
    form: Form | None = None
    progress: Progress | None = None
    moved: Moved | None = None

    @property
    def is_courtesy(self) -> bool:
        """Whether nothing was said that could be right or wrong: no passage, no model, no flow had a part in it."""
        return self.tier is None and self.moved is None and not self.form


@dataclass(frozen=True)
class HandedOver:
    """A person is needed. `said` is what the bot tells before the handover's own sentence."""

    cause: Cause
    said: str = ""
    summary: dict[str, Any] = field(default_factory=dict)
    moved: Moved | None = None


End = Said | HandedOver
Outcome = Step | Heartbeat | Asking | Calling | Writing | End


class Model(Protocol):
    """A language model (`apps.llm.chat.Model`, or `apps.llm.testing.ScriptedModel`)."""

    @property
    def name(self) -> str: ...
    @property
    def tier(self) -> int: ...
    @property
    def used(self) -> Used: ...
    def stream(self, messages: Sequence[Message], schema: Schema | None = None) -> Iterator[str]: ...


class Judge(Protocol):
    """A reranker (`apps.llm.reranking.Judge`)."""

    @property
    def name(self) -> str: ...
    @property
    def sure(self) -> float | None: ...
    def scores(self, question: str, texts: Sequence[str], patience: float) -> Sequence[float | None]: ...


class Reach(Protocol):
    """The means of a turn, bound to a tenant and a release."""

    def clock(self) -> float: ...
    def computed(self) -> float: ...
    def search(self, question: str) -> Sequence[Hit]: ...
    def synonyms(self, question: str) -> Sequence[Meant]: ...
    def reworded(self, question: str) -> str: ...
    def read_as(self, question: str) -> str:
        """The question with its slips put right in the tenant's own words; "" where there is nothing to put right."""

    def answered_before(self, question: str) -> Said | None: ...
    def models(self, languages: Collection[str]) -> Sequence[Model]: ...
    def judge(self) -> Judge | None: ...
    def screen(self) -> Screen | None: ...
    def flows(self) -> Flows: ...
    def understood(
        self, place: Place | None, text: str, at: float, given: Mapping[str, Value] | None, before: str = ""
    ) -> Understood: ...
    def call(self, request: Request) -> Returned: ...


class Watch:
    """Times the steps: each one from the end of the one before. And knows how long the turn has computed, all waiting left out:
    a machine that is busy with others makes no turn late."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.last = reach.clock()
        self.began = reach.computed()

    @property
    def computed(self) -> float:
        return round(self.reach.computed() - self.began, 3)

    def is_late(self) -> bool:
        return self.computed > COMPUTING_SECONDS

    def timed(self, step: Step) -> Step:
        now = self.reach.clock()
        ms, self.last = (now - self.last) * 1000, now
        return replace(step, ms=round(ms, 2))


# Yields steps and text as they come; returns the turn's end, or None when the turn goes on.
Stage = Callable[[Story, Reach, Watch], Generator[Outcome, None, End | None]]
