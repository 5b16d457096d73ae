"""The shell around a turn: claim the question, run the story, publish what it writes, record its end. Exactly once.

A worker that dies leaves an expired lease and the sweeper wakes another. The end is stored only while the conversation's
epoch is still the turn's, under the same lock that raises it.
"""

import itertools
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from apps.conversations import claiming, courtesy, events, handover, leaving, ledger, metrics, progress, publish
from apps.conversations.claiming import LEASE, Claim, Spoken
from apps.conversations.desk import TenantDesk
from apps.conversations.fair_share import Seat, seats
from apps.conversations.models import Conversation, Event, Handover, Owner, Turn
from apps.conversations.turn import HandedOver, Heartbeat, Line, Said, Step, Writing, take_turn
from apps.conversations.turn import Turn as Story
from apps.llm import language
from apps.releases.publishing import kept
from apps.tenants import context
from apps.tenants.tasks import enqueue

log = structlog.get_logger(__name__)

RENEW_SECONDS = 5.0
FLUSH_SECONDS = 0.05
LOOK_SECONDS = 0.2  # whether the answer is still wanted: hundreds are written at once, each a word at a time
ATTEMPTS = 3
LONGEST_QUESTION = 2_000


class Superseded(Exception):
    """The customer spoke again or somebody else took over: this answer is no longer wanted."""


class Stopped(Exception):
    """The customer pressed stop."""


@dataclass
class Answer:
    """A claimed turn on its way: what it wrote so far and its trace."""

    turn: Turn
    story: Story
    desk: TenantDesk
    started: float = field(default_factory=time.perf_counter)
    text: str = ""
    trace: list[dict[str, Any]] = field(default_factory=list)
    end: Said | HandedOver | None = None
    first_words_ms: int | None = None


def answer(conversation: UUID, epoch: int) -> None:
    """Answer the question of this epoch, if it is still the newest and nobody else does."""
    with Seat(seats, context.schema()) as seat:
        claimed = _claim(conversation, epoch)
        if claimed:
            _answer(claimed, seat)


def _answer(claimed: "Answer", seat: Seat) -> None:
    conversation = claimed.turn.conversation_id
    structlog.contextvars.bind_contextvars(conversation=str(conversation), turn=str(claimed.turn.pk))
    progress.begin(conversation, claimed.turn.pk)
    _state(claimed, "thinking")
    try:
        _run(claimed, seat)
        state = _record(claimed, Turn.State.DONE)
    except Superseded:
        state = _record(claimed, Turn.State.CANCELLED)
    except Stopped:
        claimed.end = Said(claimed.text, tier=None) if claimed.text else None
        state = _record(claimed, Turn.State.CANCELLED)
    except leaving.HandedBack:
        _hand_back(claimed.turn)
        return
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing can be recorded; the lease runs out and the sweeper wakes another worker
    except Exception:
        log.exception("turn_failed")
        said = courtesy.failed(claimed.story.language)
        claimed.end = HandedOver(Handover.Reason.FAILED, said, {"asked": claimed.story.question, "tried": "failed"})
        state = _record(claimed, Turn.State.FAILED)
    progress.end(conversation)
    _state(claimed, state)


def _claim(conversation: UUID, epoch: int) -> Answer | None:
    claimed = claiming.claim(conversation, epoch)
    if claimed is None:
        newer = _taken_back(conversation, epoch)
        claimed = claiming.claim(conversation, newer) if newer else None
    return _prepared(claimed) if claimed else None


def _taken_back(conversation: UUID, epoch: int) -> int | None:
    """The epoch in which the bot may go on, when the question waits in a queue that nobody attends."""
    with transaction.atomic():
        row = Conversation.objects.select_for_update().filter(pk=conversation, epoch=epoch, owner=Owner.QUEUE).first()
        if row is None or row.closed_at:
            return None
        if handover.is_unattended(row):
            return handover.take_back(row).epoch
        said = row.events.filter(kind=Event.Kind.MESSAGE).order_by("-seq").values_list("author", "body__text")
        handover.wished_again(row, _question([Spoken(*one) for one in said[:1]]))
        return None


def _prepared(claimed: Claim) -> Answer:
    release = kept(claimed.turn.release, claimed.release_at)
    site = {**claimed.site, **release.frozen.get("site", {})}
    question = _question(claimed.spoken)
    spoken = language.of(question, default=claimed.language or site["language"])
    story = Story(
        question=question,
        language=spoken,
        transcript=[Line(*said) for said in reversed(claimed.spoken)],
        bot=site["name"],
        sure=site["sure"],
        floor=site["floor"],
        promised=claimed.promised,
    )
    return Answer(claimed.turn, story, TenantDesk(release, spoken))


def _question(newest: Sequence[Spoken]) -> str:
    """The customer's last words: several messages in a row are one question."""
    words = [said.text for said in itertools.takewhile(lambda said: said.author == Event.Author.VISITOR, newest)]
    return "\n".join(reversed(words))[-LONGEST_QUESTION:]


def _run(claimed: Answer, seat: Seat) -> None:
    """Raises Superseded or Stopped; closing the story then ends a running model call."""
    if claimed.turn.attempt > ATTEMPTS:
        raise RuntimeError(f"the turn was tried {ATTEMPTS} times and never came to an end")
    pen = Pen(claimed)
    story: Any = take_turn(claimed.story, claimed.desk)
    try:
        for outcome in story:
            match outcome:
                case Step():
                    claimed.trace.append({"step": outcome.name, "ms": outcome.ms, **outcome.facts})
                    _measure(claimed, outcome)
                    if outcome.name == "prepare":
                        seat.leave()  # from here on a model writes
                case Writing():
                    pen.write(outcome.text)
                    leaving.check()
                case Heartbeat():
                    pen.look()
                    leaving.check()
                case Said() | HandedOver():
                    claimed.end = outcome
        pen.end()
    finally:
        story.close()
        seat.take()


def _hand_back(turn: Turn) -> None:
    """This worker stops: its lease ends now, and another one is woken. What was shown of the answer is replaced by theirs."""
    Turn.objects.filter(pk=turn.pk, attempt=turn.attempt).update(lease_until=timezone.now())
    enqueue("conversations.take_turn", conversation=str(turn.conversation_id), epoch=turn.epoch)
    log.info("turn_handed_back", epoch=turn.epoch)


def _measure(claimed: Answer, step: Step) -> None:
    if step.name == "search":
        best = step.facts["hits"][0]["score"] if step.facts["hits"] else 0.0
        found = "sure" if best >= claimed.story.sure else "unsure" if best >= claimed.story.floor else "nothing"
        metrics.KNOWLEDGE.labels(found).inc()
    if step.name == "prepare":
        metrics.PLATFORM_SECONDS.observe(time.perf_counter() - claimed.started)


class Pen:
    """Publishes the text in pieces at least FLUSH_SECONDS apart, and looks up whether the answer is still wanted."""

    def __init__(self, claimed: Answer) -> None:
        self.claimed = claimed
        self.sent = 0
        self.flushed = 0.0
        self.began = self.renewed = time.monotonic()
        self.looked = 0.0

    def write(self, text: str) -> None:
        claimed = self.claimed
        if not claimed.text:
            claimed.first_words_ms = round((time.perf_counter() - claimed.started) * 1000)
            metrics.FIRST_WORDS_SECONDS.observe(claimed.first_words_ms / 1000)
            _state(claimed, "writing")
        claimed.text += text
        if time.monotonic() - self.flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        claimed = self.claimed
        if len(claimed.text) > self.sent:
            frame = events.delta(claimed.turn.pk, self.sent, claimed.text[self.sent :])
            progress.write(claimed.turn.conversation_id, claimed.turn.pk, claimed.text)
            publish.send(claimed.turn.conversation_id, frame)
            self.sent, self.flushed = len(claimed.text), time.monotonic()
        self.look()

    def end(self) -> None:
        """What is over before anybody could have pressed stop need not be asked about; its epoch is checked all the same."""
        if self.claimed.text or time.monotonic() - self.began >= FLUSH_SECONDS:
            self.looked = 0.0
            self.flush()

    def look(self) -> None:
        now = time.monotonic()
        if now - self.looked < LOOK_SECONDS:
            return
        self.looked = now
        turn = self.claimed.turn
        signal = progress.signal(turn.conversation_id, turn.pk, turn.epoch)
        if signal.superseded:
            raise Superseded
        if signal.stopped:
            raise Stopped
        if now - self.renewed >= RENEW_SECONDS:
            mine = Turn.objects.filter(pk=turn.pk, attempt=turn.attempt)
            if not mine.update(lease_until=timezone.now() + LEASE):
                raise Superseded
            connection.close()
            self.renewed = now


def _record(claimed: Answer, state: Turn.State) -> str:
    """Store the end and the trace in one transaction that checks the epoch; the state that came of it."""
    turn = claimed.turn
    with ledger.page(turn.conversation_id) as page:
        row = page.conversation
        stale = row.epoch != turn.epoch or row.owner != Owner.BOT or row.closed_at is not None
        if stale:
            claimed.end, state = None, Turn.State.CANCELLED
        if not _save_turn(claimed, state):
            return Turn.State.CANCELLED  # another worker took the turn over
        if claimed.end is not None:
            _write_end(page, claimed, claimed.end, stopped=state == Turn.State.CANCELLED)
        elif not stale:
            row.waiting_since = None  # stopped before the first word
    if isinstance(claimed.end, Said) and state == Turn.State.DONE:
        claimed.desk.remember(claimed.story.question, claimed.end)
    return state


def _write_end(page: ledger.Page, claimed: Answer, end: Said | HandedOver, *, stopped: bool) -> None:
    if isinstance(end, HandedOver):
        handover.request(page, end.reason, said=end.said, summary=end.summary, turn=claimed.turn)
        return
    body = events.message_body(
        events.author(Event.Author.BOT, claimed.story.bot),
        end.text,
        sources=[asdict(source) for source in end.sources],
        stopped=stopped,
    )
    page.append(Event.Kind.MESSAGE, Event.Author.BOT, body, turn=claimed.turn)
    page.conversation.waiting_since = None
    metrics.MESSAGES.labels("bot").inc()


def _save_turn(claimed: Answer, state: Turn.State) -> bool:
    """Under the conversation's lock. False when this worker has the turn no more: then it is left as it is."""
    turn, end = claimed.turn, claimed.end
    turn.state, turn.trace, turn.finished_at = state, claimed.trace, timezone.now()
    turn.ms = round((time.perf_counter() - claimed.started) * 1000)
    turn.first_words_ms = claimed.first_words_ms
    if isinstance(end, Said):
        turn.tier, turn.tokens = end.tier, end.tokens
    elif isinstance(end, HandedOver):
        turn.cause = end.reason
    fields = ("state", "trace", "finished_at", "ms", "first_words_ms", "tier", "tokens", "cause")
    mine = Turn.objects.filter(pk=turn.pk, attempt=turn.attempt, state=Turn.State.RUNNING)
    if not mine.update(**{name: getattr(turn, name) for name in fields}):
        return False
    outcome = end.reason if isinstance(end, HandedOver) else state
    metrics.TURNS.labels(outcome).inc()
    metrics.TURN_SECONDS.labels(str(turn.tier)).observe(turn.ms / 1000)
    log.info("turn", state=state, tier=turn.tier, cause=turn.cause, ms=turn.ms, epoch=turn.epoch)
    return True


def _state(claimed: Answer, state: str) -> None:
    publish.send(claimed.turn.conversation_id, events.turn_state(claimed.turn.pk, state))
