"""The engine: one move of a flow, as a pure function.

What was said is taken in, then the state's actions run one after another until the flow waits for the customer, wants something
done, or ends. The next question follows from the state and its slots, never from what was asked before.
"""

from dataclasses import replace

from apps.flows.definition.actions import Approve
from apps.flows.definition.definition import DEFAULT, Definition, State
from apps.flows.engine import hearing, leaving, resting
from apps.flows.engine.acting import act
from apps.flows.engine.place import Awaiting, Place
from apps.flows.engine.said import Begun, Elapsed, Heard, Returned, Said
from apps.flows.engine.step import Ended, Step
from apps.flows.engine.walk import Walk


def begin(definition: Definition, run: str, began: Begun, now: float, steps: int = 0) -> Step:
    """`run`: an id of this walk through the flow. `steps`: states entered in other flows since the customer last spoke."""
    return advance(definition, Place(run, definition.name, definition.first.name, steps=steps), began, now)


def advance(definition: Definition, place: Place, said: Said, now: float) -> Step:
    """`now`: POSIX seconds. Nothing that is said raises; a flow that cannot go on ends as FAILED, with a sentence."""
    walk = Walk(definition, place, now)
    take_in(walk, said)
    while not walk.is_over:
        go_on(walk)
    step = walk.step()
    return replace(step, visits=leaving.visits(place, said, step))


def take_in(walk: Walk, said: Said) -> None:
    match said:
        case Begun():
            walk.change(slots={**defaults(walk.definition), **said.slots}, intent=said.intent, language=said.language)
            walk.path.append(walk.place.state)
        case Heard():
            walk.change(steps=0)
            hearing.hear(walk, said)
        case Returned(error=""):
            walk.fill(said.slots, resting.used(walk.state.actions[walk.place.at], walk.place))
            walk.next_action()
        case Returned():
            walk.fail(said.error)
        case Elapsed():
            elapse(walk)


def defaults(definition: Definition) -> dict[str, str | float | bool | None]:
    return {slot.name: slot.default for slot in definition.slots.values() if slot.default is not None}


def elapse(walk: Walk) -> None:
    """A state says where to go when nobody answers; else the flow just ends, since nobody is there to hear of it. A colleague
    who has not answered leaves the slot empty, and the flow goes on."""
    action = walk.state.actions[walk.place.at] if walk.place.awaiting == Awaiting.COLLEAGUE else None
    if isinstance(action, Approve):
        walk.fill({action.slot: ""}, resting.used(action, walk.place))
    elif walk.state.on_timeout:
        walk.enter(walk.state.on_timeout)
    else:
        walk.end(Ended.CANCELLED)


def go_on(walk: Walk) -> None:
    """The state's next action, or the way out of it."""
    if walk.place.at < len(walk.state.actions):
        act(walk.state.actions[walk.place.at], walk)
    elif target := target_of(walk, walk.state):
        walk.enter(target)
    elif not walk.is_over and not walk.state.transitions:
        walk.end(Ended.DONE)
    elif not walk.is_over:
        walk.fail(f"no way out of {walk.state.name}")


def target_of(walk: Walk, state: State) -> str:
    """The first transition that holds. One that cannot be computed leads to the state for errors, where there is one."""
    for transition in state.transitions:
        if transition.condition == DEFAULT:
            continue
        walk.decide(transition.condition)
        known = len(walk.problems)
        if walk.holds(transition.condition, walk.values()):
            return transition.target
        if len(walk.problems) > known and state.on_error and state.on_error != state.name:
            return state.on_error
    return next((transition.target for transition in state.transitions if transition.condition == DEFAULT), "")
