"""The states that a move came through, and how it left each. The same move tells the same."""

from apps.flows.engine.place import Awaiting, Place
from apps.flows.engine.said import Elapsed, Said
from apps.flows.engine.step import Ended, Step
from apps.flows.engine.visit import Left, Visit

_BY_END = {
    Ended.NO: Left.NOT,
    Ended.DONE: Left.ON,
    Ended.CANCELLED: Left.CANCELLED,
    Ended.HANDED_OVER: Left.HANDED_OVER,
    Ended.FAILED: Left.HANDED_OVER,
}


def visits(before: Place, said: Said, step: Step) -> tuple[Visit, ...]:
    """One a state, oldest first; where it was passed twice, the last time counts. A state whose customer was silent for too
    long was left by them, whatever the flow did then; a colleague's silence is none of theirs."""
    way = dict.fromkeys((before.state, *step.path), Left.ON)
    way[step.place.state] = _BY_END[step.ended]
    if isinstance(said, Elapsed) and before.awaiting != Awaiting.COLLEAGUE and (step.ended or len(way) > 1):
        way[before.state] = Left.AWAY
    here = tuple(Visit(before.run, before.flow, state, left) for state, left in way.items())
    return (*(_visit(outer) for outer in before.under), *here)


def abandoned(place: Place | None, left: Left) -> tuple[Visit, ...]:
    """The place, and all that wait below it, are left for good."""
    return tuple(_visit(each, left) for each in (place, *place.under)) if place else ()


def _visit(place: Place, left: Left = Left.NOT) -> Visit:
    return Visit(place.run, place.flow, place.state, left)
