"""The ends of turns: the final message and the trace, stored in one transaction that checks the epoch.

Several that end at about the same time share the transaction. An end is stored only while the conversation's epoch is still
the turn's, under the same lock that raises it, and only by the worker that has the turn.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.utils import timezone

from apps.conversations import decisions, handover, metrics, replies
from apps.conversations.bot import steps
from apps.conversations.bot.leading.moved import Moved
from apps.conversations.bot.stages.screening import Screening
from apps.conversations.bot.story import HandedOver, Said
from apps.conversations.ledger.pages import Page, pages
from apps.conversations.models import Conversation, Event, Filing, Hit, Turn, Visit
from apps.conversations.wire import events
from apps.conversations.worker import confiding
from apps.conversations.worker.answer import Answer
from apps.filters import faults
from apps.filters.rule import Direction
from apps.filters.span import FAULT
from apps.flows.engine.visit import Visit as Told
from apps.tenants.tasks import enqueue

log = structlog.get_logger(__name__)


def record(answers: Sequence[Answer]) -> None:
    """Their `state`, `end` and `stored` are afterwards as it came out. A conversation erased meanwhile stores nothing."""
    with pages([answer.conversation for answer in answers]) as found:
        here = (answer for answer in answers if answer.conversation in found)
        answers = sorted(
            here, key=lambda answer: found[answer.conversation].now
        )  # so that places in the queue are told rightly
        wanted = [answer for answer in answers if _is_wanted(answer, found[answer.conversation].conversation)]
        for answer in answers:
            if answer not in wanted:
                answer.state, answer.end = Turn.State.CANCELLED, None
        mine = _save(answers)
        for answer in wanted:
            if answer.turn.pk in mine:
                _write(found[answer.conversation], answer)
                _audit(answer)
        Visit.note([_came(answer, found[answer.conversation].now) for answer in wanted if answer.turn.pk in mine])
    for answer in answers:
        answer.stored = answer.turn.pk in mine
        if not answer.stored:  # another worker took the turn over
            answer.state, answer.end = Turn.State.CANCELLED, None


def _is_wanted(answer: Answer, row: Conversation) -> bool:
    """In the queue, too, as long as nobody has taken the customer: that raises the epoch."""
    speaks = row.is_queued if answer.story.waits else row.is_the_bots
    return row.is_open and speaks and row.epoch == answer.turn.epoch


def _write(page: Page, answer: Answer) -> None:
    end = answer.end
    confiding.keep(page, answer)
    if answer.story.waits:
        _write_meanwhile(page, answer)
        return
    page.conversation.speak(answer.story.language)
    page.conversation.follow(answer.turn.release)
    if end and end.moved:
        _move(page, end.moved)
    if isinstance(end, HandedOver):
        handover.request(page, end.cause, said=end.said, summary=end.summary, turn=answer.turn)
        return
    if end and (end.text or end.form):  # a flow that waits for a colleague says that once
        body = events.message_body(
            events.author(Event.Author.BOT, answer.story.bot),
            end.text,
            sources=[asdict(source) for source in end.sources],
            buttons=[{"label": choice.label, "say": choice.say} for choice in end.choices],
            form=end.form and end.form.stored(),
            progress=end.progress and asdict(end.progress),
            stopped=answer.state == Turn.State.CANCELLED,
            language=answer.story.language,
            courtesy=end.is_courtesy and answer.state == Turn.State.DONE,
        )
        event = page.append(Event.Kind.MESSAGE, Event.Author.BOT, body, turn=answer.turn)
        if answer.story.promised:  # the team has something open for this customer, who may have left an address
            replies.said(page, event)
    page.conversation.settle()  # also when it was stopped before the first word


def _write_meanwhile(page: Page, answer: Answer) -> None:
    """The customer goes on waiting, whatever was said to them: nothing but the message is written."""
    end, heard = answer.end, answer.heard
    handover.wished_again(page.conversation, answer.story.question)
    if isinstance(end, Said) and end.text:
        who, sources = events.author(Event.Author.BOT, answer.story.bot), [asdict(source) for source in end.sources]
        body = events.message_body(who, end.text, sources=sources, meanwhile=list(heard), language=answer.story.language)
        replies.said(page, page.append(Event.Kind.MESSAGE, Event.Author.BOT, body, turn=answer.turn))


def _move(page: Page, moved: Moved) -> None:
    """The conversation's place in a flow, the tickets that were promised on the way, and what a colleague is asked; the desk is
    woken for each."""
    page.conversation.stand(moved.place.stored() if moved.place else {})
    for filing in moved.filings:
        facts = {"conversation": page.conversation, "reference": filing.reference, "at": page.now, "team": filing.team}
        texts = {"subject": filing.subject[:200], "body": filing.body}
        row, _new = Filing.objects.get_or_create(key=filing.key, defaults=facts | texts)
        enqueue("agents.file_ticket", filing=str(row.pk))
    if moved.asking:
        decisions.ask(page, moved.asking)


def _came(answer: Answer, at: datetime) -> tuple[UUID, datetime, Sequence[Told]]:
    moved = answer.end.moved if answer.end else None
    return answer.conversation, at, moved.visits if moved else ()


def _audit(answer: Answer) -> None:
    """Records what the filters found in this turn; a turn that is told again found it before, and what marks customers' words
    was recorded when they were said."""
    screenings = [step for step in answer.steps if isinstance(step, Screening)]
    noted = _noted(answer) if any(each.direction == Direction.FROM_CUSTOMER for each in screenings) else frozenset()
    for screening, found in ((each, found) for each in screenings for found in each.hits):
        if screening.direction == Direction.FROM_CUSTOMER and found.rule in noted:
            continue
        place = {"turn": answer.turn, "rule": found.rule, "direction": screening.direction, "start": found.start}
        facts = {name: getattr(found, name) for name in ("name", "action", "what", "end", "text")}
        about = {"conversation_id": answer.conversation, "release": answer.turn.release}
        Hit.objects.get_or_create(**place, defaults=facts | about)
        metrics.FILTERED.labels(screening.direction, found.action).inc()
        if found.why:
            kind = found.what.removeprefix(FAULT)
            faults.note(found.rule, release=answer.turn.release, turn=answer.turn.pk, kind=kind, why=found.why)


def _noted(answer: Answer) -> frozenset[str]:
    """The rules that marked the messages of this turn when they were said."""
    said = Event.objects.filter(conversation=answer.conversation, kind=Event.Kind.MESSAGE, author=Event.Author.VISITOR)
    newest = said.filter(seq__lte=answer.turn.question).order_by("-seq").values_list("pk", flat=True)
    events = list(newest[: max(1, len(answer.story.newest))])
    found = Hit.objects.filter(event__in=events, direction=Direction.FROM_CUSTOMER)
    return frozenset(found.values_list("rule", flat=True))


def _save(answers: Sequence[Answer]) -> set[UUID]:
    """The Turn rows, under their conversations' locks; → those that this worker still has. The others are left as they are."""
    rows = [_row(answer) for answer in answers]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [json.dumps(rows, default=str)])
        return {pk for (pk,) in cursor.fetchall()}


def _row(answer: Answer) -> dict[str, Any]:
    turn, end = answer.turn, answer.end
    turn.state, turn.trace, turn.finished_at = answer.state, steps.stored(answer.steps), timezone.now()
    turn.ms = round((time.perf_counter() - answer.started) * 1000)
    turn.first_words_ms = answer.first_words_ms
    if isinstance(end, Said):
        turn.tier, turn.tokens = end.tier, end.tokens
    elif isinstance(end, HandedOver):
        turn.cause = end.cause
    return {name: getattr(turn, name) for name in ("id", "attempt", *_FIELDS)}


_FIELDS = ("state", "trace", "finished_at", "ms", "first_words_ms", "tier", "tokens", "cause", "story")
_SAVE = """
UPDATE conversations_turn t
SET state = new.state, trace = new.trace, finished_at = new.finished_at, ms = new.ms, first_words_ms = new.first_words_ms,
    tier = new.tier, tokens = new.tokens, cause = new.cause, story = new.story
FROM jsonb_to_recordset(%s::jsonb) AS new (
    id uuid, attempt int, state text, trace jsonb, finished_at timestamptz, ms int, first_words_ms int, tier int, tokens int,
    cause text, story jsonb
)
WHERE t.id = new.id AND t.attempt = new.attempt AND t.state = 'running'
RETURNING t.id
"""


def count(answer: Answer) -> None:
    """Counts, logs and remembers for others an end that was stored."""
    turn, end = answer.turn, answer.end
    if isinstance(end, Said) and end.text:
        metrics.MESSAGES.labels("bot").inc()
        if answer.state == Turn.State.DONE and not answer.story.answers_form:
            answer.reach.remember(answer.story.question, end)
    metrics.TURNS.labels(end.cause if isinstance(end, HandedOver) else answer.state).inc()
    metrics.TURN_SECONDS.labels(str(turn.tier)).observe((turn.ms or 0) / 1000)
    log.info(
        "turn",
        conversation=str(answer.conversation),
        turn=str(turn.pk),
        state=answer.state,
        tier=turn.tier,
        cause=turn.cause,
        ms=turn.ms,
        epoch=turn.epoch,
    )
