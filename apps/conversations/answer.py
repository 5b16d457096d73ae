"""The shell around a turn: claim the question, run the story, publish what it writes, record its end. Exactly once.

The Turn row is the claim: one an epoch, with a lease. A worker that dies leaves an expired lease and the sweeper wakes
another. The end is stored only while the conversation's epoch is still the turn's, under the same lock that raises it.
"""

import time
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from apps.conversations import courtesy, events, handover, leaving, ledger, metrics, progress, publish
from apps.conversations.desk import TenantDesk
from apps.conversations.models import Conversation, Event, Handover, Owner, Turn
from apps.conversations.turn import HandedOver, Heartbeat, Line, Said, Step, Writing, take_turn
from apps.conversations.turn import Turn as Story
from apps.llm import language
from apps.releases.models import Release
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Site

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)
RENEW_SECONDS = 5.0
FLUSH_SECONDS = 0.05
ATTEMPTS = 3
TRANSCRIPT = 12
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
    claimed = _claim(conversation, epoch)
    if claimed is None:
        return
    structlog.contextvars.bind_contextvars(conversation=str(conversation), turn=str(claimed.turn.pk))
    progress.begin(conversation, claimed.turn.pk)
    _state(claimed, "thinking")
    try:
        _run(claimed)
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
    with transaction.atomic():
        row = Conversation.objects.select_for_update().filter(pk=conversation).first()
        if row is None or row.epoch != epoch or row.closed_at:
            return None
        if row.owner == Owner.QUEUE and handover.is_unattended(row):
            row = handover.take_back(row)
        if row.owner != Owner.BOT:
            if row.owner == Owner.QUEUE:
                handover.wished_again(row, _question(list(row.events.filter(kind=Event.Kind.MESSAGE).order_by("-seq")[:1])))
            return None
        now, epoch = timezone.now(), row.epoch
        turn, new = Turn.objects.get_or_create(
            conversation=row,
            epoch=epoch,
            defaults={"question": _question_seq(row), "release": row.release, "lease_until": now + LEASE},
        )
        if not new and (turn.state != Turn.State.RUNNING or turn.lease_until > now):
            return None
        if not new:
            turn.attempt += 1
            turn.lease_until = now + LEASE
            turn.save(update_fields=["attempt", "lease_until"])
        return _prepare(row, turn)


def _question_seq(row: Conversation) -> int:
    """The number of the message that is answered; an owner event may stand after it."""
    asked = row.events.filter(author=Event.Author.VISITOR, kind=Event.Kind.MESSAGE).last()
    return asked.seq if asked else row.last_seq


def _prepare(row: Conversation, turn: Turn) -> Answer:
    release = Release.objects.get(number=row.release)
    site = {**_site_now(), **release.frozen.get("site", {})}
    newest = list(row.events.filter(kind=Event.Kind.MESSAGE).order_by("-seq")[:TRANSCRIPT])
    question = _question(newest)
    spoken = language.of(question, default=row.language or site["language"])
    story = Story(
        question=question,
        language=spoken,
        transcript=[Line(event.author, str(event.body["text"])) for event in reversed(newest)],
        bot=site["name"],
        sure=site["sure"],
        floor=site["floor"],
        promised=row.handovers.filter(done_at=None).exists(),
    )
    return Answer(turn, story, TenantDesk(release, spoken))


def _site_now() -> dict[str, Any]:
    site = Site.load()
    return {"name": site.name, "language": site.language, "sure": site.sure, "floor": site.floor}


def _question(newest: list[Event]) -> str:
    """The customer's last words: several messages in a row are one question."""
    words: list[str] = []
    for event in newest:
        if event.author != Event.Author.VISITOR:
            break
        words.append(str(event.body["text"]))
    return "\n".join(reversed(words))[-LONGEST_QUESTION:]


def _run(claimed: Answer) -> None:
    """Raises Superseded or Stopped; closing the story then ends a running model call."""
    if claimed.turn.attempt > ATTEMPTS:
        raise RuntimeError(f"the turn was tried {ATTEMPTS} times and never came to an end")
    pen = Pen(claimed)
    story: Any = take_turn(claimed.story, claimed.desk)
    with closing(story):
        for outcome in story:
            match outcome:
                case Step():
                    claimed.trace.append({"step": outcome.name, "ms": outcome.ms, **outcome.facts})
                    _measure(claimed, outcome)
                case Writing():
                    pen.write(outcome.text)
                    leaving.check()
                case Heartbeat():
                    pen.look()
                    leaving.check()
                case Said() | HandedOver():
                    claimed.end = outcome
        pen.flush()


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
        self.renewed = time.monotonic()

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

    def look(self) -> None:
        turn = self.claimed.turn
        signal = progress.signal(turn.conversation_id, turn.pk, turn.epoch)
        if signal.superseded:
            raise Superseded
        if signal.stopped:
            raise Stopped
        if time.monotonic() - self.renewed >= RENEW_SECONDS:
            mine = Turn.objects.filter(pk=turn.pk, attempt=turn.attempt)
            if not mine.update(lease_until=timezone.now() + LEASE):
                raise Superseded
            connection.close()
            self.renewed = time.monotonic()


def _record(claimed: Answer, state: Turn.State) -> str:
    """Store the end and the trace in one transaction that checks the epoch; the state that came of it."""
    turn = claimed.turn
    with ledger.page(turn.conversation_id) as page:
        mine = Turn.objects.select_for_update().filter(pk=turn.pk, attempt=turn.attempt, state=Turn.State.RUNNING).first()
        if mine is None:
            return Turn.State.CANCELLED  # another worker took the turn over
        if page.conversation.epoch != turn.epoch or page.conversation.owner != Owner.BOT or page.conversation.closed_at:
            claimed.end, state = None, Turn.State.CANCELLED
        elif claimed.end is None:
            page.conversation.waiting_since = None  # stopped before the first word
        else:
            _write_end(page, claimed, claimed.end, stopped=state == Turn.State.CANCELLED)
        _save_turn(claimed, state)
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


def _save_turn(claimed: Answer, state: Turn.State) -> None:
    turn, end = claimed.turn, claimed.end
    turn.state, turn.trace, turn.finished_at = state, claimed.trace, timezone.now()
    turn.ms = round((time.perf_counter() - claimed.started) * 1000)
    turn.first_words_ms = claimed.first_words_ms
    if isinstance(end, Said):
        turn.tier, turn.tokens = end.tier, end.tokens
    elif isinstance(end, HandedOver):
        turn.cause = end.reason
    turn.save(update_fields=["state", "trace", "finished_at", "ms", "first_words_ms", "tier", "tokens", "cause"])
    outcome = end.reason if isinstance(end, HandedOver) else state
    metrics.TURNS.labels(outcome).inc()
    metrics.TURN_SECONDS.labels(str(turn.tier)).observe(turn.ms / 1000)
    log.info("turn", state=state, tier=turn.tier, cause=turn.cause, ms=turn.ms, epoch=turn.epoch)


def _state(claimed: Answer, state: str) -> None:
    publish.send(claimed.turn.conversation_id, events.turn_state(claimed.turn.pk, state))
