"""The shell around turns: claim what waits, run the stories, record their ends. Exactly once.

A worker that dies leaves expired leases and the sweeper wakes another.
"""

import time
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from apps.conversations import handover, metrics
from apps.conversations.bot import courtesy
from apps.conversations.bot.steps import Step
from apps.conversations.bot.story import Asking, Calling, HandedOver, Heartbeat, Said, Writing
from apps.conversations.bot.turn import take_turn
from apps.conversations.live import backlog, progress, publish
from apps.conversations.models import Cause, Conversation, Event, Owner, Turn
from apps.conversations.wire import events
from apps.conversations.worker import record, shutdown
from apps.conversations.worker.answer import Answer, begun, question, unreadable
from apps.conversations.worker.claim import Claim, Spoken, give_back, take
from apps.conversations.worker.pen import Pen, Stopped, Superseded
from apps.conversations.worker.seats import Seat, seats, share
from apps.tenants import context

log = structlog.get_logger(__name__)

ATTEMPTS = 3
SHIFT_SECONDS = 60.0  # then a new task: one that lasts would be taken for lost by a broker, and outlive a suspension
GATHER_SECONDS = 0.02  # an answer that is ready waits no longer for the others of its transaction
SPARE = timedelta(seconds=5)  # of its lease that a turn must have left to be begun
FEW_THREADS = 4


def answer(*conversations: UUID) -> None:
    """Answer what waits in these conversations of the tenant, if nobody else does."""
    with Seat(seats, context.schema()) as seat:
        Shift(seat).work(conversations)


def answer_backlog() -> None:
    """Answer what waits in the tenant's backlog, until nothing is left, or another thread shall go on with it."""
    tenant, until = context.schema(), time.monotonic() + SHIFT_SECONDS
    with Seat(seats, tenant) as seat:
        shift = Shift(seat)
        while waiting := backlog.take(_at_once(tenant)):
            shift.work(waiting)
            if shutdown.told() or time.monotonic() > until:
                break
            seat.take()
        else:
            return
    backlog.put_back([])


def _at_once(tenant: str) -> int:
    """The number of turns a thread claims at once. Only one beyond a few threads: most of those are with models, and a newcomer
    likely goes to one too and needs a thread alone."""
    return backlog.EACH if share.threads(tenant) <= FEW_THREADS else 1


class Shift:
    """A thread's work on a few questions. It computes while it has a seat; when a model writes for one, the others go back."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._claims: deque[Claim] = deque()
        self._ended: list[Answer] = []

    def work(self, conversations: Sequence[UUID]) -> None:
        try:
            self._claim(conversations)
            since = time.perf_counter()
            while self._claims:
                self._answer(self._claims.popleft())
                if time.perf_counter() - since > GATHER_SECONDS:
                    self._record()
                    self._seat.let_others()
                    since = time.perf_counter()
            self._record()
        except (OperationalError, InterfaceError):
            self._claims.clear()  # the database is away: leases run out and the sweeper wakes other workers
            raise
        finally:
            self._give_back()

    def _claim(self, conversations: Sequence[UUID]) -> None:
        """Claims what waits, those who wait for a person after those who have the bot alone. A turn that was tried before runs
        last and alone, so if it kills the worker it takes no other with it."""
        claims = take(conversations)
        claimed = {claim.turn.conversation_id for claim in claims}
        self._claims.extend(sorted(claims, key=lambda claim: (claim.turn.attempt > 1, claim.waits)))
        back = [conversation for conversation in conversations if conversation not in claimed and _taken_back(conversation)]
        if back:
            self._claims.extend(take(back))
        while len(self._claims) > 1 and self._claims[-2].turn.attempt > 1:
            backlog.put_back(give_back([self._claims.pop()]))
        progress.begin([(claim.turn.conversation_id, claim.turn.pk) for claim in self._claims])

    def _answer(self, claim: Claim) -> None:
        turn = claim.turn
        if turn.attempt > 1:
            self._record()
        if turn.lease_until < timezone.now() + SPARE:
            return  # it waited too long for its neighbours: somebody else may have it by now
        with structlog.contextvars.bound_contextvars(conversation=str(turn.conversation_id), turn=str(turn.pk)):
            try:
                answer = begun(claim)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                answer = unreadable(claim)
                _give_up(answer)
            else:
                if not claim.waits:  # it may well have nothing to say
                    _tell([(turn, "thinking")])
                if not self._ends(answer):
                    return
            self._ended.append(answer)
            if not self._seat.is_mine:
                self._record()  # a model's answer waits for no seat

    def _ends(self, answer: Answer) -> bool:
        """Runs its story. False when another worker shall do it."""
        try:
            self._run(answer)
            answer.state = Turn.State.DONE
        except Superseded:
            answer.state = Turn.State.CANCELLED
        except Stopped:
            answer.state = Turn.State.CANCELLED
            answer.end = Said(answer.text, tier=None) if answer.text else None
        except shutdown.HandedBack:
            _hand_back(answer.turn)
            return False
        except (OperationalError, InterfaceError):
            raise  # nothing can be recorded
        except Exception:
            _give_up(answer)
        return True

    def _run(self, answer: Answer) -> None:
        """Raises Superseded, Stopped or HandedBack; closing the story then ends a running model call."""
        if answer.turn.attempt > ATTEMPTS:
            raise RuntimeError(f"the turn was tried {ATTEMPTS} times and never came to an end")
        pen = Pen(answer)
        story: Any = take_turn(answer.story, answer.reach)
        try:
            for outcome in story:
                match outcome:
                    case Step():
                        answer.note(outcome)
                    case Asking():
                        metrics.PLATFORM_SECONDS.observe(time.perf_counter() - answer.started)
                        self._leave()
                    case Calling():
                        pen.hold(outcome.seconds)
                        self._leave()
                    case Writing():
                        pen.write(outcome.text)
                        shutdown.check()
                    case Heartbeat():
                        pen.look()
                        shutdown.check()
                    case Said() | HandedOver():
                        answer.end = outcome
            pen.end()
        finally:
            story.close()

    def _leave(self) -> None:
        """Gives up the seat, because from here on a model writes, or a system is asked: what has ended is told, and whatever
        waits is for others."""
        self._record()
        claims, self._claims = list(self._claims), deque()
        back = give_back(claims) if claims else []
        self._seat.leave()
        backlog.put_back(back)

    def _give_back(self) -> None:
        """Gives back the claims that were not begun, because something broke."""
        claims, self._claims = list(self._claims), deque()
        if claims:
            backlog.put_back(give_back(claims))

    def _record(self) -> None:
        ended, self._ended = self._ended, []
        if not ended:
            return
        try:
            record.record(ended)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("turns_not_recorded", count=len(ended))
            for answer in ended:
                _record_alone(answer)
        for answer in ended:
            if answer.stored:
                record.count(answer)
        progress.end(*(answer.conversation for answer in ended))
        _tell([(answer.turn, answer.state) for answer in ended])


def _taken_back(conversation: UUID) -> bool:
    """Whether the bot may go on, because the question waits in a queue that nobody attends."""
    with transaction.atomic():
        waiting = Conversation.objects.filter(pk=conversation).waiting().owned_by(Owner.QUEUE)
        row = waiting.select_for_update().first()
        if row is None:
            return False
        if handover.is_unattended(row):
            handover.take_back(row)
            return True
        said = row.events.filter(kind=Event.Kind.MESSAGE).order_by("-seq").values_list("seq", "author", "body__text")
        handover.wished_again(row, question([Spoken(*one) for one in said[:1]]))
        return False


def _hand_back(turn: Turn) -> None:
    """This worker stops: its lease ends now, and another one is woken. What was shown of the answer is replaced by theirs."""
    Turn.objects.filter(pk=turn.pk, attempt=turn.attempt).update(lease_until=timezone.now())
    backlog.put_back([turn.conversation_id])
    log.info("turn_handed_back", epoch=turn.epoch)


def _give_up(answer: Answer) -> None:
    """Called while an exception is handled: a person shall help."""
    log.exception("turn_failed")
    said = courtesy.failed(answer.story.language)
    answer.end = HandedOver(Cause.FAILED, said, {"asked": answer.story.question, "tried": "failed"})
    answer.state = Turn.State.FAILED


def _record_alone(answer: Answer) -> None:
    try:
        record.record([answer])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _give_up(answer)
        try:
            record.record([answer])
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("turn_not_recorded")  # its lease runs out, and at its last attempt it goes to a person


def _tell(states: Sequence[tuple[Turn, str]]) -> None:
    publish.to_groups(*(publish.addressed(turn.conversation_id, events.turn_state(turn.pk, state)) for turn, state in states))
