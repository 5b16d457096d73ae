"""Wake-ups of this room. The rows are the truth: each task looks at them anew and does what is still to be done."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from apps.conversations.guarding import judging
from apps.conversations.marking import lessons
from apps.conversations.worker import trial as rehearsal_trial
from apps.conversations.worker.seats import seats, share
from apps.conversations.worker.shift import answer, answer_backlog
from apps.tenants import context, gently, trials
from apps.tenants.tasks import tenant_task


@tenant_task(name="conversations.take_turns", queue="turns")
def take_turns(conversations: Sequence[str] = ()) -> None:
    """Answer these, and then whatever waits in the tenant's backlog until nothing is left."""
    asked = [UUID(conversation) for conversation in conversations]
    if not asked and seats.are_awaited_by(context.schema()):
        return  # a thread that waits looks into the backlog when it is let in
    with share.thread(context.schema()) as granted:
        if not granted:
            return  # the tenant's other threads come to what waits, and the sweeper to what was only named here
        if asked:
            answer(*asked)
        answer_backlog()


@tenant_task(name="conversations.rehearse", queue="turns")
def rehearse(trial: str) -> None:
    """Rehearse a turn that somebody on a page waits for."""
    trials.carry_out(trial, partial(rehearsal_trial.attempt, trial))


@tenant_task(name=lessons.TASK, queue="ingest")
def learn_marks(lesson: str) -> None:
    """Learn from what people said of messages."""
    gently.run(lambda: lessons.advance(lesson))


@tenant_task(name=judging.TASK, queue="ingest")
def judge_words() -> None:
    """Hold what customers said to people against the rules that need a worker."""
    gently.run(judging.judge)
