"""How somebody of the team leads a customer's flow. Pure, like the engine; nothing is said: the flow speaks when it goes on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from apps.flows.definition.actions import Approve, Confirm
from apps.flows.engine import hearing
from apps.flows.engine.engine import defaults
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Awaiting, Place, Value
from apps.flows.engine.walk import Walk


def begun(flows: Flows, flow: str, run: str, now: float) -> Place:
    """The beginning of a flow, before its first word. `run`: an id of this walk. Raises KeyError for one that is not there."""
    definition = flows[flow]
    return Place(run, flow, definition.first.name, slots=defaults(definition), moved_at=now)


def corrected(flows: Flows, place: Place, slots: Mapping[str, Value], now: float) -> Place:
    """The slots as somebody knows them better; None empties one, so that it is asked again. What the flow had found out by an
    older value falls, and it goes on from where that was asked, as when a customer corrects it."""
    walk = Walk(flows[place.flow], place, now)
    other = {name: value for name, value in slots.items() if place.knows(name) and place.slots[name] != value}
    walk.fill(slots)
    if other:
        hearing.correct(walk, other)
    place = walk.place
    if place.awaiting == Awaiting.SLOTS:
        asked = walk.missing(place.asked)
        place = replace(place, asked=asked, awaiting=Awaiting.SLOTS if asked else Awaiting.NOTHING)
    attempts = {key: tries for key, tries in place.attempts.items() if key.rpartition("/")[2] not in slots}
    return replace(place, attempts=attempts, steps=0)


def at_state(flows: Flows, place: Place, state: str, now: float) -> Place:
    """The beginning of another state, with all that is known; its own confirmations are asked anew. Raises KeyError for a state
    that is not there."""
    actions = flows[place.flow].states[state].actions
    again = {action.slot for action in actions if isinstance(action, Confirm | Approve)}
    return replace(
        place,
        state=state,
        at=0,
        slots={name: value for name, value in place.slots.items() if name not in again},
        derived={name: others for name, others in place.derived.items() if name not in again},
        awaiting=Awaiting.NOTHING,
        asked=(),
        attempts={key: tries for key, tries in place.attempts.items() if key.rpartition("/")[0] != state},
        steps=0,
        offered="",
        moved_at=now,
    )


def handed(place: Place, seq: int, now: float) -> Place:
    """Left to the bot by the event with this number: the flow speaks next, and its time begins anew. Whom it had asked is asked
    again."""
    awaiting = Awaiting.NOTHING if place.asking else place.awaiting
    return replace(place, handed=seq, offered="", moved_at=now, awaiting=awaiting)


def answered(place: Place, key: str, slot: str, value: Value, now: float, *, seq: int) -> Place | None:
    """The colleague who was asked under this key has answered, or "" when nobody has in time. `seq`: the number of the newest
    event, 0 while words of the customer wait to be heard, which then come first. None: it waits for no such answer any more.

    The flow speaks next, unless another one has come before it: then it goes on when that is done.
    """
    if place.asking == key:
        shown = tuple(name for name in place.slots if name != slot)  # by all of it they decided
        told: dict[str, Any] = {"slots": {**place.slots, slot: value}, "derived": {**place.derived, slot: shown}}
        return replace(place, awaiting=Awaiting.NOTHING, handed=seq, answered=seq > 0, moved_at=now, **told)
    under = tuple(answered(each, key, slot, value, now, seq=0) or each for each in place.under)
    return replace(place, under=under) if under != place.under else None
