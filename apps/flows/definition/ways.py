"""The ways through a flow: states that nothing leads to, states from which nothing goes on, and rounds without the customer."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from apps.flows.definition.actions import Ask, End, Enter, Handoff, Set
from apps.flows.definition.definition import DEFAULT, Definition, State
from apps.flows.definition.problem import Problem
from apps.flows.definition.reading import Read

Ways = Mapping[str, tuple[str, ...]]


def check(definition: Definition, read: Read) -> Iterator[Problem]:
    places = {state["name"]: at for at, state in reversed(list(enumerate(read.data["states"])))}

    def told(name: str, sentence: str) -> Problem:
        return read.problem(("states", places[name], "name"), sentence % {"name": name})

    onward = {state.name: _onward(state) for state in definition.states.values()}
    whole = all(target in definition.states for targets in onward.values() for target in targets)
    for name in _dead_ends(definition):
        yield told(name, _("Nothing goes on from “%(name)s”: it needs `transitions`, or an action `end` or `handoff`."))
    if whole:
        for name in _unreachable(definition, onward):
            yield told(name, _("Nothing leads to “%(name)s”."))
    for round_ in _rounds(definition):
        yield told(
            round_[0], _("%(way)s goes round without waiting for the customer.") % {"way": " → ".join((*round_, round_[0]))}
        )


def _onward(state: State) -> tuple[str, ...]:
    found = [transition.target for transition in state.transitions] if not _ends(state) else []
    return tuple(dict.fromkeys([*found, *filter(None, (state.on_timeout, state.on_error))]))


def _ends(state: State) -> bool:
    return any(isinstance(action, (End, Handoff)) for action in state.actions)


def _dead_ends(definition: Definition) -> Iterator[str]:
    return (state.name for state in definition.states.values() if not state.transitions and not _ends(state))


def _unreachable(definition: Definition, onward: Ways) -> list[str]:
    reached = {definition.first.name}
    left = [definition.first.name]
    while left:
        fresh = [name for name in onward[left.pop()] if name not in reached]
        reached.update(fresh)
        left.extend(fresh)
    return [name for name in definition.states if name not in reached]


def _rounds(definition: Definition) -> Iterator[tuple[str, ...]]:
    """Rounds on which no action ever waits; and those without another way out whose questions are answered after the first
    time, as `ask` asks for nothing that is known."""
    silent = {name: _targets(state) for name, state in definition.states.items() if not _waits(state)}
    found = list(_circles(silent))
    forced = {
        name: _targets(state)
        for name, state in definition.states.items()
        if not _waits(state, asking=False)
        and len(state.transitions) == 1
        and state.transitions[0].condition in (DEFAULT, "true")
    }
    emptied = {name for name, state in definition.states.items() if _empties(state)}
    found += [each for each in _circles(forced) if not emptied & set(each)]
    seen: set[frozenset[str]] = set()
    for each in found:
        if frozenset(each) not in seen:
            seen.add(frozenset(each))
            yield each


def _targets(state: State) -> tuple[str, ...]:
    return () if _ends(state) else tuple(dict.fromkeys(transition.target for transition in state.transitions))


def _waits(state: State, asking: bool = True) -> bool:
    return any(
        (action.waits or isinstance(action, Enter)) and (asking or not isinstance(action, Ask)) for action in state.actions
    )


def _empties(state: State) -> bool:
    return any(isinstance(action, Set) and None in action.slots.values() for action in state.actions)


def _circles(ways: Ways) -> Iterator[tuple[str, ...]]:
    """One round for each knot of states that lead to each other, found by walking as far as it goes without recursion."""
    done: set[str] = set()
    for start in ways:
        walk: list[str] = [] if start in done else [start]
        left: list[Iterator[str]] = [iter(ways[start])] if walk else []
        while walk:
            for target in left[-1]:
                if target in walk:
                    yield tuple(walk[walk.index(target) :])
                elif target in ways and target not in done:
                    walk.append(target)
                    left.append(iter(ways[target]))
                    break
            else:
                done.add(walk.pop())
                left.pop()
