"""One turn: a question becomes an answer or a handover. A pure story over frozen data: it writes and publishes nothing.

asked for a person? → courtesy → asked the same three times? → screen → flow → recall → answered before? → search → quote what
is sure, else compose from the passages → guard → say, or hand over

Each step's own work is bounded whatever was typed (tests/conversations/bot/test_adversarial.py). Should one take too long all
the same, the turn leaves out what comes after it: it quotes what it has, or hands over.

The same function serves chat, try-it, evaluation and replay; `answering.py` is the shell that records what it yields.
"""

from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from apps.conversations.bot import courtesy, guard, recall
from apps.conversations.bot import wish as person
from apps.conversations.bot.prompt import compose
from apps.conversations.bot.recall import Line
from apps.conversations.models import Handover
from apps.knowledge.passages import codes
from apps.knowledge.search.search import Hit, unnamed
from apps.llm.chat import Message, ModelFailed, Used

COMPUTING_SECONDS = 5.0  # many times what a turn computes; not counted: waiting for models, the database, a core
CACHE, QUOTE = 0, 1  # tiers below the models', which are apps.llm.models.Tier


@dataclass(frozen=True)
class Turn:
    """All that a turn knows. `sure` and `floor` are the release's thresholds on Hit.score (0..1).

    `promised`: a person was asked for before, nobody was there, and the message was taken. Then the bot answers what it is
    sure of and adds the rest to that message. `patience`: seconds in which a model must have written words that the passages
    support; the quote that is ready is said otherwise.
    """

    question: str
    language: str
    transcript: Sequence[Line]
    bot: str
    sure: float
    floor: float
    promised: bool = False
    patience: float = 1.5


@dataclass(frozen=True)
class Source:
    title: str
    url: str
    article: str
    passage: int
    text: str


@dataclass(frozen=True)
class Step:
    """One line of the trace: what was done, how long it took, what came out."""

    name: str
    ms: float
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Heartbeat:
    """Nothing to say yet; the shell may look whether anybody still wants the answer."""


@dataclass(frozen=True)
class Writing:
    """The next characters of the answer, checked and safe to show."""

    text: str


@dataclass(frozen=True)
class Said:
    """The answer. `tier` None is a courtesy, which needs no knowledge; `alone`: it follows from the question alone."""

    text: str
    tier: int | None
    sources: Sequence[Source] = ()
    tokens: int = 0
    alone: bool = True


@dataclass(frozen=True)
class HandedOver:
    """A person is needed. `said` is what the bot tells before the handover's own sentence."""

    reason: Handover.Reason
    said: str = ""
    summary: dict[str, Any] = field(default_factory=dict)


Outcome = Step | Heartbeat | Writing | Said | HandedOver


class Model(Protocol):
    """A language model (`apps.llm.chat.Model`, or `apps.llm.testing.ScriptedModel`)."""

    @property
    def name(self) -> str: ...
    @property
    def tier(self) -> int: ...
    @property
    def used(self) -> Used: ...
    def stream(self, messages: Sequence[Message]) -> Iterator[str]: ...


class Desk(Protocol):
    """What a turn may reach for, bound to a tenant and a release."""

    def clock(self) -> float: ...
    def computed(self) -> float: ...
    def search(self, question: str) -> Sequence[Hit]: ...
    def answered_before(self, question: str) -> Said | None: ...
    def models(self, languages: Collection[str]) -> Sequence[Model]: ...


def take_turn(turn: Turn, desk: Desk) -> Iterator[Outcome]:
    """Yields steps and text as they come and ends with exactly one Said or HandedOver."""
    watch = Watch(desk)
    asked = [line.text for line in turn.transcript if line.author == "visitor"]
    wish = person.wish(turn.question, asked)
    if wish:
        yield watch.step("person", **wish.facts)
        yield HandedOver(Handover.Reason.ASKED, summary={"asked": turn.question})
        return
    polite = courtesy.reply(turn.question, turn.language, turn.bot)
    if not turn.question.strip():  # files alone
        polite = courtesy.added(turn.language) if turn.promised else courtesy.wordless(turn.language)
    if polite:
        yield watch.step("courtesy", answered=True)
        yield Said(polite, tier=None)
        return
    if _answered_twice(turn) and person.is_repeated(asked) and not turn.promised:
        yield watch.step("repeated", times=person.TIMES)
        yield HandedOver(Handover.Reason.LOW_CONFIDENCE, summary={"asked": turn.question, "tried": "repeated"})
        return
    # screen: filters on what comes in (apps.filters) go here
    # flow: an active flow, or an intent that starts one (apps.flows), goes here
    before = desk.answered_before(turn.question)
    yield watch.step("cache", found=before is not None)
    if before:
        yield _unless_said(turn, before)
        return
    if watch.is_late():
        yield watch.step("late", computed=watch.computed)
        yield HandedOver(Handover.Reason.FAILED, courtesy.failed(turn.language), _summary(turn, [], "late"))
        return
    hits, alone = yield from _search(turn, desk, watch)
    missing = unnamed(turn.question, hits)
    known = [hit for hit in hits if hit.score >= turn.floor] if not (missing and codes.is_all(turn.question)) else []
    if turn.promised and (not known or known[0].score < turn.sure):
        yield Said(courtesy.added(turn.language), tier=None)
        return
    if not known:
        yield HandedOver(Handover.Reason.NO_PASSAGE, _unknown(turn, missing), _summary(turn, hits, "no_passage"))
        return
    if known[0].score >= turn.sure and known[0].kind == "qa":
        yield watch.step("quote", passage=known[0].passage, score=round(known[0].score, 3), sure=True)
        yield _unless_said(turn, replace(_quote(turn, known[0]), alone=alone))
        return
    quoted = replace(_quote(turn, known[0]), alone=alone)
    end = _unless_said(turn, quoted)
    if end is quoted:  # what was just said is not said again in a model's words either
        composed = yield from _compose(turn, desk, known, watch)
        end = _unless_said(turn, replace(composed, alone=alone)) if composed else quoted
    yield end


def _answered_twice(turn: Turn) -> bool:
    """Whether the bot had its say between the customer's last three messages."""
    return [line.author for line in turn.transcript[-5:]] == ["visitor", "bot", "visitor", "bot", "visitor"]


def _unknown(turn: Turn, missing: Sequence[str]) -> str:
    return courtesy.unknown_code(turn.language, missing[0]) if missing else courtesy.unknown(turn.language)


def _unless_said(turn: Turn, answer: Said) -> Said | HandedOver:
    """The same answer is not given twice in a row, unless the very same is asked again: the customer is pointed to it, once."""
    if not recall.is_same_answer(answer.text, recall.last_answer(turn.transcript)):
        return answer
    if recall.asks_again(turn.question, turn.transcript):
        return answer
    if recall.pointed_back(turn.transcript):
        return HandedOver(Handover.Reason.LOW_CONFIDENCE, summary={"asked": turn.question, "tried": "repeated"})
    return replace(answer, text=courtesy.above(turn.language), tier=QUOTE, alone=False)


def _search(turn: Turn, desk: Desk, watch: "Watch") -> Generator[Outcome, None, tuple[Sequence[Hit], bool]]:
    """The passages for the question; a follow-up (“and to Canada?”) that finds nothing is read with the question before it."""
    hits = desk.search(turn.question)
    yield watch.step("search", **_found(hits))
    earlier = recall.question_before(turn.transcript)
    if earlier and (not hits or hits[0].score < turn.floor) and not watch.is_late():
        together = recall.supported(turn.question, desk.search(f"{earlier} {turn.question}"), turn.transcript)
        yield watch.step("recall", question=earlier, **_found(together))
        if together and (not hits or together[0].score > hits[0].score):
            return together, False
    return hits, True


def _compose(turn: Turn, desk: Desk, known: Sequence[Hit], watch: "Watch") -> Generator[Outcome, None, Said | None]:
    """Ask the models that are good at the question's and the passages' language, cheapest first. Only sentences that the
    passages support leave here; None when no model managed in time."""
    passages = [hit for hit in known[:4] if hit.language == known[0].language]
    asked_at = desk.clock()
    for model in desk.models({turn.language, *(hit.language for hit in passages if hit.language)}):
        if watch.is_late():
            yield watch.step("late", computed=watch.computed)
            return None
        if desk.clock() - asked_at > turn.patience:
            return None
        checked = guard.Checked([f"{hit.question or hit.title}\n{hit.text}" for hit in passages], turn.question)
        failed = ""
        yield watch.step("prepare", model=model.name)
        try:
            for piece in model.stream(compose(turn.question, turn.language, turn.bot, passages)):
                if watch.is_late() or (not checked.text and desk.clock() - asked_at > turn.patience):
                    failed = "late" if watch.is_late() else "patience"
                    break
                text = checked.feed(piece)
                yield Writing(text) if text else Heartbeat()
            else:  # of what was broken off, the last words are no sentence
                if text := checked.finish():
                    yield Writing(text)
        except ModelFailed as error:
            failed = error.code
        facts = {"kept": checked.kept, "dropped": checked.dropped, "tokens": model.used.completion, "failed": failed}
        yield watch.step("model", model=model.name, tier=model.tier, **facts)
        if checked.text:  # what was checked before a failure is still true, and the customer has read it
            used = [source(passages[index]) for index in checked.supporters]
            return Said(checked.text, model.tier, used, model.used.prompt + model.used.completion)
    return None


def _quote(turn: Turn, hit: Hit) -> Said:
    """The best passage as it stands. Not sure, or is it in the other language? Then the customer is told so, in theirs."""
    foreign = bool(hit.language) and hit.language != turn.language
    if hit.score >= turn.sure:
        caution = courtesy.foreign(turn.language) if foreign else ""
    else:
        caution = (courtesy.closest_foreign if foreign else courtesy.closest)(turn.language)
    return Said(f"{caution}\n\n{hit.text}" if caution else hit.text, QUOTE, [source(hit)])


def source(hit: Hit) -> Source:
    return Source(title=hit.title, url=hit.url, article=hit.article, passage=hit.passage, text=hit.text[:600])


def _found(hits: Sequence[Hit]) -> dict[str, Any]:
    return {
        "hits": [
            {
                "passage": hit.passage,
                "article": hit.article,
                "title": hit.title,
                "score": round(hit.score, 4),
                "dense": round(hit.dense, 4),
                "lexical": round(hit.lexical, 4),
                "dense_rank": hit.dense_rank,
                "lexical_rank": hit.lexical_rank,
            }
            for hit in hits
        ]
    }


def _summary(turn: Turn, hits: Sequence[Hit], tried: str) -> dict[str, Any]:
    """What an agent reads first: what was asked, what the bot tried, what it found."""
    found = [{"title": hit.title, "article": hit.article, "score": round(hit.score, 3)} for hit in hits[:3]]
    return {"asked": turn.question, "tried": tried, "found": found}


class Watch:
    """Times the steps: each one from the end of the one before. And knows how long the turn has computed, all waiting left out:
    a machine that is busy with others makes no turn late."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.last = desk.clock()
        self.began = desk.computed()

    @property
    def computed(self) -> float:
        return round(self.desk.computed() - self.began, 3)

    def is_late(self) -> bool:
        return self.computed > COMPUTING_SECONDS

    def step(self, name: str, **facts: Any) -> Step:
        now = self.desk.clock()
        ms, self.last = (now - self.last) * 1000, now
        return Step(name, round(ms, 2), facts)
