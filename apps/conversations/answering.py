"""The shell around turns: claim what waits, run the stories, record their ends. Exactly once.

A worker that dies leaves expired leases and the sweeper wakes another.
"""

import time
from collections import deque
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from apps.conversations import answer as answers
from apps.conversations import backlog, claiming, courtesy, ending, events, handover, leaving, progress, publish
from apps.conversations.answer import Answer
from apps.conversations.claiming import Claim, Spoken
from apps.conversations.fair_share import Seat, seats, share
from apps.conversations.models import Conversation, Event, Handover, Owner, Turn
from apps.conversations.pen import Pen, Stopped, Superseded
from apps.conversations.turn import HandedOver, Heartbeat, Said, Step, Writing, take_turn
from apps.tenants import context

log = structlog.get_logger(__name__)

ATTEMPTS = 3
FEW_THREADS = 4
GATHER_SECONDS = 0.02  # an answer that is ready waits no longer for the others of its transaction


def answer(*conversations: UUID) -> None:
    """Answer what waits in these conversations of the tenant, if nobody else does."""
    with Seat(seats, context.schema()) as seat:
        Shift(seat).work(conversations)


def answer_backlog() -> None:
    """Answer what waits in the tenant's backlog, until nothing is left or this worker is told to stop."""
    tenant = context.schema()
    with Seat(seats, tenant) as seat:
        shift = Shift(seat)
        while not leaving.told() and (waiting := backlog.take(_at_once(tenant))):
            shift.work(waiting)


def _at_once(tenant: str) -> int:
    """Of more threads than these most are with models; who comes now likely goes to one too, and needs a thread alone."""
    return backlog.EACH if share.threads(tenant) <= FEW_THREADS else 1


class Shift:
    """A thread's work on a few questions. It computes while it has a seat, and gives all but one back when a model writes."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._claims: deque[Claim] = deque()
        self._ended: list[Answer] = []
        self._since = 0.0

    def work(self, conversations: Sequence[UUID]) -> None:
        self._claims.extend(_claimed(conversations))
        if not self._claims:
            return
        _begin([claim.turn for claim in self._claims])
        self._since = time.perf_counter()
        while self._claims:
            self._answer(answers.begun(self._claims.popleft()))
            if time.perf_counter() - self._since > GATHER_SECONDS:
                self._record()
                self._seat.let_others()
                self._since = time.perf_counter()
        self._record()

    def _answer(self, answer: Answer) -> None:
        with structlog.contextvars.bound_contextvars(conversation=str(answer.conversation), turn=str(answer.turn.pk)):
            try:
                self._run(answer)
                answer.state = Turn.State.DONE
            except Superseded:
                answer.state = Turn.State.CANCELLED
            except Stopped:
                answer.state = Turn.State.CANCELLED
                answer.end = Said(answer.text, tier=None) if answer.text else None
            except leaving.HandedBack:
                _hand_back(answer.turn)
                return
            except (OperationalError, InterfaceError):
                raise  # the database is away: nothing can be recorded; the lease runs out and the sweeper wakes another worker
            except Exception:
                _give_up(answer)
        self._ended.append(answer)

    def _run(self, answer: Answer) -> None:
        """Raises Superseded, Stopped or HandedBack; closing the story then ends a running model call."""
        if answer.turn.attempt > ATTEMPTS:
            raise RuntimeError(f"the turn was tried {ATTEMPTS} times and never came to an end")
        pen = Pen(answer)
        story: Any = take_turn(answer.story, answer.desk)
        try:
            for outcome in story:
                match outcome:
                    case Step():
                        answer.note(outcome)
                        if outcome.name == "prepare":
                            self._leave()
                    case Writing():
                        pen.write(outcome.text)
                        leaving.check()
                    case Heartbeat():
                        pen.look()
                        leaving.check()
                    case Said() | HandedOver():
                        answer.end = outcome
            pen.end()
        finally:
            story.close()
            self._seat.take()

    def _leave(self) -> None:
        """From here on a model writes: what has ended is told, and whatever waits is others'."""
        self._record()
        claims, self._claims = list(self._claims), deque()
        if claims:
            claiming.give_back(claims)
            _tell([(claim.turn, Turn.State.CANCELLED) for claim in claims])
        self._seat.leave()
        backlog.put_back([claim.turn.conversation_id for claim in claims])

    def _record(self) -> None:
        ended, self._ended = self._ended, []
        if not ended:
            return
        try:
            ending.record(ended)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("turns_not_recorded", count=len(ended))
            for answer in ended:
                _record_alone(answer)
        progress.end(*(answer.conversation for answer in ended))
        _tell([(answer.turn, answer.state) for answer in ended])


def _begin(turns: Sequence[Turn]) -> None:
    progress.begin([(turn.conversation_id, turn.pk) for turn in turns])
    _tell([(turn, "thinking") for turn in turns])


def _tell(states: Sequence[tuple[Turn, str]]) -> None:
    publish.to_groups(*(publish.addressed(turn.conversation_id, events.turn_state(turn.pk, state)) for turn, state in states))


def _claimed(conversations: Sequence[UUID]) -> list[Claim]:
    claims = claiming.claim(conversations)
    free = {claim.turn.conversation_id for claim in claims}
    back = [conversation for conversation in conversations if conversation not in free and _taken_back(conversation)]
    return claims + (claiming.claim(back) if back else [])


def _taken_back(conversation: UUID) -> bool:
    """Whether the bot may go on, because the question waits in a queue that nobody attends."""
    with transaction.atomic():
        waiting = Conversation.objects.filter(pk=conversation, owner=Owner.QUEUE, closed_at=None, waiting_since__isnull=False)
        row = waiting.select_for_update().first()
        if row is None:
            return False
        if handover.is_unattended(row):
            handover.take_back(row)
            return True
        said = row.events.filter(kind=Event.Kind.MESSAGE).order_by("-seq").values_list("author", "body__text")
        handover.wished_again(row, answers.question([Spoken(*one) for one in said[:1]]))
        return False


def _hand_back(turn: Turn) -> None:
    """This worker stops: its lease ends now, and another one is woken. What was shown of the answer is replaced by theirs."""
    Turn.objects.filter(pk=turn.pk, attempt=turn.attempt).update(lease_until=timezone.now())
    backlog.put([turn.conversation_id])
    log.info("turn_handed_back", epoch=turn.epoch)


def _give_up(answer: Answer) -> None:
    """Called while an exception is handled: a person shall help."""
    log.exception("turn_failed")
    said = courtesy.failed(answer.story.language)
    answer.end = HandedOver(Handover.Reason.FAILED, said, {"asked": answer.story.question, "tried": "failed"})
    answer.state = Turn.State.FAILED


def _record_alone(answer: Answer) -> None:
    try:
        ending.record([answer])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _give_up(answer)
        try:
            ending.record([answer])
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("turn_not_recorded")  # its lease runs out, and at its last attempt it goes to a person
