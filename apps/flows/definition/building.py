"""The definition of a flow, made of data that has the right shape."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from apps.flows.definition import conditions, durations, examples
from apps.flows.definition.actions import Action, Approve, Ask, Call, Confirm, Enter, Set, Ticket
from apps.flows.definition.definition import Choice, Definition, Intent, Slot, State, Transition, Triggers
from apps.flows.definition.reading import Path, Read

YES_NO = ("yes", "no")
Seconds = Callable[[Mapping[str, Any], Path, float], float]


def build(read: Read, name: str, wrong: Callable[[Path], None]) -> Definition:
    """`name`: the flow's, unless it says one itself. `wrong` is told where a length of time can't be read."""
    data = read.data

    def seconds(facts: Mapping[str, Any], path: Path, otherwise: float) -> float:
        try:
            return durations.seconds(facts["timeout"]) if "timeout" in facts else otherwise
        except ValueError:
            wrong((*path, "timeout"))
            return otherwise

    states: dict[str, State] = {}
    for at, facts in enumerate(data["states"]):
        states.setdefault(facts["name"], _state(facts, ("states", at), seconds))
    implied = _implied(states.values())
    if "slots" in data:
        slots = {each: _slot(each, facts) for each, facts in data["slots"].items()}
    else:
        slots = {each: Slot(each) for each in _filled(states.values()) if each not in implied}
    known = implied | slots
    return Definition(
        name=data.get("name", name),
        states={each: _settled(state, known) for each, state in states.items()},
        slots=slots,
        triggers=_triggers(data.get("triggers", {})),
        title=data.get("title", ""),
        description=data.get("description", ""),
        language=data.get("language", ""),
        timeout=seconds(data, (), 1800.0),
        steps_shown=_flag(data.get("steps_shown", False)),
        implied={each: slot for each, slot in implied.items() if each not in slots},
        dialogues=tuple(examples.dialogue(at, facts, known) for at, facts in enumerate(data.get("dialogues", ()))),
    )


def _state(facts: Mapping[str, Any], path: Path, seconds: Seconds) -> State:
    return State(
        name=facts["name"],
        actions=tuple(_action(each, (*path, "actions", at), seconds) for at, each in enumerate(facts.get("actions", ()))),
        transitions=tuple(Transition(condition(each), each["target"]) for each in facts.get("transitions", ())),
        label=facts.get("label", ""),
        timeout=seconds(facts, path, 0.0),
        on_timeout=facts.get("on_timeout", ""),
        on_error=facts.get("on_error", ""),
    )


def _settled(state: State, slots: Mapping[str, Slot]) -> State:
    """With yes and no as what they are to the slots that are set to them."""
    actions = tuple(Set(examples.valued(each.slots, slots)) if isinstance(each, Set) else each for each in state.actions)
    return replace(state, actions=actions) if actions != state.actions else state


def condition(transition: Mapping[str, Any]) -> str:
    """`true` without quotes is a condition too."""
    written = transition["condition"]
    return str(written).lower() if isinstance(written, bool) else str(written)


def _action(facts: Mapping[str, Any], path: Path, seconds: Seconds) -> Action:
    kind = Action.types[facts["type"]]
    params = dict(facts.get("params", {}))
    if "timeout" in params:
        params["timeout"] = seconds(params, (*path, "params"), 600.0)
    if kind is Ask:
        params["slots"] = examples.several(params["slots"])
    if kind is Approve:
        params["choices"] = tuple(params.get("choices", ()))
    return kind(**params)


_READ = ("type", "choices", "required", "sensitive", "opening", "default")  # what of a slot is not taken as it stands


def _slot(name: str, facts: Mapping[str, Any]) -> Slot:
    told = {key: value for key, value in facts.items() if key not in _READ}
    return Slot(
        name,
        kind=(kind := facts.get("type", "choice" if "choices" in facts else "text")),
        choices=tuple(_choice(each) for each in facts.get("choices", ())),
        required=_flag(facts.get("required", True)),
        sensitive=_flag(facts.get("sensitive", False)),
        opening=_flag(facts.get("opening", False)),
        default=_flag(facts["default"]) if kind == "yes_no" and facts.get("default") is not None else facts.get("default"),
        **told,
    )


def _choice(facts: str | Mapping[str, Any]) -> Choice:
    if isinstance(facts, str):
        return Choice(facts)
    return Choice(facts["value"], facts.get("label", ""), tuple(facts.get("synonyms", ())))


def _triggers(facts: Mapping[str, Any]) -> Triggers:
    intents = tuple(
        Intent(each["name"], tuple(each.get("examples", ())), tuple(each.get("counterexamples", ())))
        for each in facts.get("intents", ())
    )
    return Triggers(intents, tuple(facts.get("buttons", ())), tuple(facts.get("keywords", ())))


def _flag(written: bool | str) -> bool:
    return written in (True, "yes", "true")


def _implied(states: Iterable[State]) -> dict[str, Slot]:
    """The slots that an action brings along."""
    found: dict[str, Slot] = {}
    for state in states:
        for action in state.actions:
            if isinstance(action, Confirm):
                found.setdefault(action.slot, Slot(action.slot, "yes_no"))
            elif isinstance(action, Ticket):
                found.setdefault("ticket", Slot("ticket"))
            elif isinstance(action, Approve):
                found.setdefault(action.slot, Slot(action.slot, "choice", choices=tuple(map(Choice, action.choices or YES_NO))))
    return found


def _filled(states: Iterable[State]) -> Iterator[str]:
    """The slots that a flow without declared ones speaks of: what it asks for, fills, or wants to know about."""
    for state in states:
        for action in state.actions:
            if isinstance(action, (Ask, Set)):
                yield from action.slots
            elif isinstance(action, Call):
                yield from action.result
            elif isinstance(action, Enter):
                yield from action.take
        for transition in state.transitions:
            for name in conditions.named(transition.condition):
                if name.startswith("has_"):
                    yield name.removeprefix("has_")
