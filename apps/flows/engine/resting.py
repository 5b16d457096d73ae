"""The slots on which a value rests that the flow found itself: those that were used to find it."""

from collections.abc import Collection, Iterable, Mapping

from apps.flows.definition import templates
from apps.flows.definition.actions import Action, Answer, Approve, Call, Confirm, Enter, Ticket, Value
from apps.flows.engine.place import Place


def used(action: Action, place: Place) -> tuple[str, ...]:
    """The slots that an action's templates name. Somebody who is asked without naming any agrees to all that is known."""
    match action:
        case Call():
            return named((action.url, *action.body.values()))
        case Enter():
            return named(action.give.values())
        case Ticket():
            return named((action.subject, action.body))
        case Answer():
            return named((action.question,))
        case Confirm():
            return named((action.text,)) or tuple(place.slots)
        case Approve():
            return named((action.question,)) or tuple(place.slots)
        case _:
            return ()


def named(written: Iterable[Value]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for text in written if isinstance(text, str) for name, _at in templates.names(text)))


def fallen(derived: Mapping[str, Collection[str]], changed: Collection[str]) -> set[str]:
    """All that rests on what has changed, at first hand or by what rests on it."""
    gone, fresh = set[str](), set(changed)
    while fresh:
        fresh = {name for name, others in derived.items() if name not in gone and not fresh.isdisjoint(others)} - set(changed)
        gone |= fresh
    return gone
