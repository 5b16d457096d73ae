"""Each action, when its turn has come. One with nothing to wait for passes on to the next."""

from functools import singledispatch

from apps.flows.definition import templates
from apps.flows.definition.actions import (
    Action,
    Answer,
    Approve,
    Ask,
    Call,
    Confirm,
    End,
    Enter,
    Handoff,
    Say,
    Set,
    Ticket,
    Understand,
)
from apps.flows.engine import asking, resting, words
from apps.flows.engine.place import Awaiting, Value
from apps.flows.engine.step import Approval, Asked, Ended, Entry, Filing, Question, Request
from apps.flows.engine.walk import Walk

MOST_AT_ONCE = 20  # slots: a form has as many fields, and what is left is asked for next


@singledispatch
def act(action: Action, walk: Walk) -> None:
    raise NotImplementedError(action.type)


@act.register
def _understand(action: Understand, walk: Walk) -> None:
    """The first one of a flow is what it began with; a later one listens, and what is understood is a condition's `intent`."""
    if walk.place.intent == action.intent or not walk.place.trail:
        walk.next_action()
    else:
        walk.ask(Asked(words.what_now()), Awaiting.INTENT)


@act.register
def _say(action: Say, walk: Walk) -> None:
    walk.say(walk.filled(action.text))
    walk.next_action()


@act.register
def _ask(action: Ask, walk: Walk) -> None:
    known = sum(walk.place.knows(name) for name in action.slots)
    missing = () if 0 < action.enough <= known else walk.missing(action.slots)[:MOST_AT_ONCE]
    if missing:
        walk.ask(asking.question(walk, action, missing), Awaiting.SLOTS)
    else:
        walk.next_action()


@act.register
def _confirm(action: Confirm, walk: Walk) -> None:
    if walk.place.slots.get(action.slot) is None:
        walk.ask(asking.yes_or_no(walk, action), Awaiting.YES_NO)
    else:
        walk.next_action()


@act.register
def _answer(action: Answer, walk: Walk) -> None:
    walk.want(Question(walk.key(), walk.filled(action.question)))


@act.register
def _call(action: Call, walk: Walk) -> None:
    values = walk.place.slots
    walk.want(
        Request(
            walk.key(),
            url=templates.address(action.url, values),
            method=action.method,
            system=action.system,
            timeout=action.timeout,
            retries=action.retries,
            body={name: given(value, walk) for name, value in action.body.items()},
            result=action.result,
            kinds={name: walk.slot(name).kind for name in action.result},
            name=action.name or walk.state.name,
        )
    )


@act.register
def _ticket(action: Ticket, walk: Walk) -> None:
    walk.want(Filing(walk.key(), walk.filled(action.subject), walk.filled(action.body), action.team))


@act.register
def _set(action: Set, walk: Walk) -> None:
    found = {name: given(value, walk) for name, value in action.slots.items()}
    for name, value in found.items():
        walk.fill({name: value}, resting.named((action.slots[name],)))
    walk.next_action()


@act.register
def _approve(action: Approve, walk: Walk) -> None:
    if walk.place.slots.get(action.slot) is not None:
        walk.next_action()
        return
    asked = Approval(walk.key(), walk.filled(action.question), action.slot, action.choices, action.team, action.timeout)
    told = f"{walk.place.state}/{action.slot}"
    attempts = {key: tries for key, tries in walk.place.attempts.items() if key != told}
    walk.change(due=walk.now + action.timeout, attempts=attempts)
    walk.want(asked, Awaiting.COLLEAGUE)


@act.register
def _enter(action: Enter, walk: Walk) -> None:
    walk.want(Entry(walk.key(), action.flow, {name: given(value, walk) for name, value in action.give.items()}))


@act.register
def _handoff(action: Handoff, walk: Walk) -> None:
    walk.say(walk.filled(action.text))
    walk.team = action.team
    walk.end(Ended.HANDED_OVER)


@act.register
def _end(action: End, walk: Walk) -> None:
    walk.say(walk.filled(action.text))
    walk.end(Ended.DONE)


def given(value: Value, walk: Walk) -> Value:
    return templates.value(value, walk.place.slots) if isinstance(value, str) else value
