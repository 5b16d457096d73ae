"""A move over several flows: a flow may enter another, which returns to it. Pure, like the engine."""

from collections.abc import Mapping
from dataclasses import replace

from apps.flows.definition.actions import Action, Approve, Ask, Confirm, End, Enter, Handoff, Understand
from apps.flows.definition.definition import Definition, State
from apps.flows.engine import leaving
from apps.flows.engine.engine import advance, begin, defaults
from apps.flows.engine.place import Awaiting, Place
from apps.flows.engine.said import Act, Begun, Elapsed, Heard, Returned, Said
from apps.flows.engine.step import Ended, Entry, Step
from apps.flows.engine.visit import Left

DEEPEST = 5

Flows = Mapping[str, Definition]


def start(flows: Flows, flow: str, run: str, began: Begun, now: float) -> Step:
    """Begins a flow. Raises KeyError for one that is not there."""
    return _settled(flows, begin(flows[flow], run, began, now), now)


def move(flows: Flows, place: Place, said: Said, now: float) -> Step:
    """One move from a place. Raises KeyError when its flow is gone: `resettled` comes first. What waits below a flow that
    nobody went on with has waited longer still."""
    step = advance(flows[place.flow], place, said, now)
    if isinstance(said, Elapsed) and step.ended == Ended.CANCELLED:
        away = leaving.abandoned(step.place, Left.AWAY)
        step = replace(step, place=replace(step.place, under=()), visits=(*step.visits, *away))
    return _settled(flows, step, now)


def resettled(flows: Flows, place: Place) -> Place | None:
    """A place as the flows are now: they may be those of another release. A state that is still there goes on, at its first
    action where the one that waited is gone or waits for something else; new slots have their defaults. None where flow or
    state are no more."""
    definition = flows.get(place.flow)
    if definition is None or place.state not in definition.states:
        return None
    waiting = _waiting(definition, place)
    return replace(
        place,
        at=place.at if waiting and place.at < len(definition.states[place.state].actions) else 0,
        awaiting=place.awaiting if waiting else Awaiting.NOTHING,
        asked=place.asked if waiting else (),
        slots={**defaults(definition), **place.slots},
        trail=tuple((state, at) for state, at in place.trail if at < len(_actions(definition, state))),
        under=tuple(settled for each in place.under if (settled := resettled(flows, each))),
        later=tuple(each for each in place.later if each in flows),
    )


def _waiting(definition: Definition, place: Place) -> bool:
    """Whether the action at which it stands is one that waits for what it awaits."""
    if not place.awaiting:
        return True
    actions = definition.states[place.state].actions
    action = actions[place.at] if place.at < len(actions) else None
    match action:
        case Ask():
            return place.awaiting == Awaiting.SLOTS and set(place.asked) <= set(action.slots) & definition.known.keys()
        case Confirm():
            return place.awaiting == Awaiting.YES_NO and place.asked == (action.slot,)
        case Understand():
            return place.awaiting == Awaiting.INTENT
        case Approve():
            return place.awaiting == Awaiting.COLLEAGUE
    return isinstance(action, Enter) and place.awaiting == Awaiting.EFFECT


def has_ended(flows: Flows, place: Place, now: float) -> bool:
    """Whether nobody went on with it for too long. A colleague's answer is waited for by its own time."""
    definition = flows[place.flow]
    state = definition.states[place.state]
    if place.awaiting == Awaiting.COLLEAGUE:
        return now > place.due
    return now - place.moved_at > (state.timeout or definition.timeout)


def first(flows: Flows, place: Place, flow: str, run: str, now: float) -> Step:
    """Another flow now, and then back to this one."""
    began = begin(flows[flow], run, Begun(), now)
    under = (replace(place, under=(), offered=""), *place.under)
    return _settled(flows, replace(began, place=replace(began.place, under=under)), now)


def afterwards(place: Place, flow: str) -> Place:
    return replace(place, offered="", later=(*(other for other in place.later if other != flow), flow))


def progress(definition: Definition, place: Place) -> tuple[int, int]:
    """→ which asking state this is, and of how many: those that were passed, and the fewest that are still to come."""
    passed = {state for state, _at in place.trail} | {place.state}
    left, ways = 0, {place.state}
    seen = set(ways)
    while ways and not any(_is_last(definition.states[state]) for state in ways):
        ways = {each.target for state in ways for each in definition.states[state].transitions} - seen
        seen |= ways
        left += any(_asks(definition.states[state]) for state in ways)
    return len(passed), len(passed) + left


def _is_last(state: State) -> bool:
    return not state.transitions or any(isinstance(action, End | Handoff) for action in state.actions)


def _asks(state: State) -> bool:
    return any(action.waits for action in state.actions)


def _settled(flows: Flows, step: Step, now: float) -> Step:
    """Goes into sub-flows, comes back from those that are done, and begins what was put off until then."""
    while True:
        place = step.place
        over = step.ended in (Ended.DONE, Ended.CANCELLED)
        if isinstance(step.effect, Entry):
            step = _merged(step, _entered(flows, place, step.effect, now))
        elif step.ended == Ended.CANCELLED and place.under and place.under[0].awaiting == Awaiting.EFFECT:
            outer, *rest = place.under  # a flow is cancelled with those that it was entered from
            visits = (*step.visits, *leaving.abandoned(replace(outer, under=()), Left.CANCELLED))
            settled = replace(outer, under=tuple(rest), later=_both(place, outer), steps=place.steps)
            step = replace(step, place=settled, visits=visits)
        elif over and place.under:
            step = _merged(step, _returned(flows, place, now))
        elif over and place.later and place.later[0] in flows:
            began = begin(flows[place.later[0]], _next(place.run), Begun(), now, place.steps)
            step = _merged(step, replace(began, place=replace(began.place, later=place.later[1:])))
        elif step.ended and place.under:  # a person takes over the whole
            with_all = (*step.visits, *leaving.abandoned(place, Left.HANDED_OVER))
            return replace(step, place=replace(place, under=()), visits=with_all)
        else:
            return step


def _next(run: str) -> str:
    """The run that comes after this one, whose name grows by no more than a number."""
    first, _plus, number = run.partition("+")
    return f"{first}+{int(number or 0) + 1}"


def _both(inner: Place, outer: Place) -> tuple[str, ...]:
    """All that was put off until the end of either."""
    return tuple(dict.fromkeys((*inner.later, *outer.later)))


def _entered(flows: Flows, place: Place, entry: Entry, now: float) -> Step:
    inner = flows.get(entry.flow)
    if inner is None or len(place.under) >= DEEPEST:
        problem = f"no flow {entry.flow}" if inner is None else f"more than {DEEPEST} flows within each other"
        return advance(flows[place.flow], place, Returned(error=problem), now)
    began = begin(inner, entry.key, Begun(entry.slots), now, place.steps)
    under = (replace(place, under=()), *place.under)
    return replace(began, place=replace(began.place, under=under))


def _returned(flows: Flows, place: Place, now: float) -> Step:
    outer, *rest = place.under
    outer = replace(outer, under=tuple(rest), steps=place.steps, later=_both(place, outer))
    definition = flows[outer.flow]
    if outer.awaiting != Awaiting.EFFECT:  # it was put off, not entered from
        return advance(definition, outer, Heard("", Act.REPEAT), now)
    action = definition.states[outer.state].actions[outer.at]
    take = action.take if isinstance(action, Enter) else {}
    return advance(definition, outer, Returned({mine: place.slots.get(its) for mine, its in take.items()}), now)


def _merged(before: Step, after: Step) -> Step:
    return replace(
        after,
        lines=(*before.lines, *after.lines),
        path=(*before.path, *after.path),
        problems=(*before.problems, *after.problems),
        visits=(*before.visits, *after.visits),
    )


def _actions(definition: Definition, state: str) -> tuple[Action, ...]:
    return definition.states[state].actions if state in definition.states else ()
