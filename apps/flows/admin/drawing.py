"""A flow as the editor draws it: its states, what each does, and the ways between them, as far as the text can be read."""

from collections.abc import Iterator
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from apps.flows.definition.definition import DEFAULT
from apps.flows.definition.reading import Read

LONGEST = 60  # characters of a text that is quoted

Facts = dict[str, Any]


class State(TypedDict):
    """`line` to `endLine`: where it stands in the text."""

    name: str
    label: str
    does: list[str]
    ends: bool
    line: int
    endLine: int


# `from` can't be a name in a class.
Edge = TypedDict("Edge", {"from": str, "to": str, "label": str, "kind": str})


class Drawing(TypedDict):
    states: list[State]
    edges: list[Edge]


class Names(TypedDict):
    states: list[str]
    slots: list[str]
    intents: list[str]


def drawn(read: Read) -> Drawing:
    """Whatever has the shape of a state is drawn, also while other parts of the text are wrong."""
    states = list(_states(read))
    labels = _labels(read)
    return {
        "states": [_state(facts, labels, *_lines(read, at)) for at, facts in states],
        "edges": [edge for _at, facts in states for edge in _edges(facts)],
    }


def names(read: Read) -> Names:
    """The names that the text gives."""
    slots: list[Any] = [*_mapping(_data(read).get("slots"))]
    for _at, facts in _states(read):
        for action in _dicts(facts.get("actions")):
            params = _mapping(action.get("params"))
            asked = params.get("slots")
            slots += asked if isinstance(asked, list) else [*asked] if isinstance(asked, dict) else [asked]
            slots += [params.get("slot"), *_mapping(params.get("result"))]
    intents = [intent.get("name") for intent in _dicts(_mapping(_data(read).get("triggers")).get("intents"))]
    states = [facts["name"] for _at, facts in _states(read)]
    return {"states": states, "slots": _texts(slots), "intents": _texts(intents)}


def _data(read: Read) -> Facts:
    return _mapping(read.data)


def _states(read: Read) -> Iterator[tuple[int, Facts]]:
    """The states that can be told apart, with their places in the list."""
    seen = set()
    listed = _data(read).get("states")
    for at, facts in enumerate(listed if isinstance(listed, list) else ()):
        name = facts.get("name") if isinstance(facts, dict) else None
        if isinstance(name, str) and name and name not in seen:
            seen.add(name)
            yield at, facts


def _state(facts: Facts, labels: Facts, line: int, end: int) -> State:
    actions = list(_dicts(facts.get("actions")))
    does = [told for action in actions if (told := _told(action, labels))]
    ends = any(action.get("type") in ("end", "handoff") for action in actions)
    label = facts.get("label")
    return {
        "name": facts["name"],
        "label": label if isinstance(label, str) else "",
        "does": does,
        "ends": ends,
        "line": line,
        "endLine": end,
    }


def _lines(read: Read, at: int) -> tuple[int, int]:
    """The first and the last line of a state: all that stands deeper than its dash."""
    first = last = read.mark(("states", at)).line
    indent = _indent(read.lines[first - 1])
    for number, line in enumerate(read.lines[first:], first + 1):
        if line.strip():
            if _indent(line) <= indent:
                break
            last = number
    return first, last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _edges(facts: Facts) -> Iterator[Edge]:
    ways = list(_dicts(facts.get("transitions")))
    for way in ways:
        condition = str(way.get("condition", ""))
        kind = "default" if condition.strip() == DEFAULT else "condition"
        label = condition if kind == "condition" else _("otherwise") if len(ways) > 1 else ""
        yield from _edge(facts, way.get("target"), label, kind)
    yield from _edge(facts, facts.get("on_timeout"), _("after %s") % facts.get("timeout", "?"), "timeout")
    yield from _edge(facts, facts.get("on_error"), _("on an error"), "error")


def _edge(facts: Facts, target: object, label: str, kind: str) -> Iterator[Edge]:
    if isinstance(target, str) and target:
        yield {"from": facts["name"], "to": target, "label": label, "kind": kind}


def _told(action: Facts, labels: Facts) -> str:
    """One line of what an action does."""
    params = _mapping(action.get("params"))

    def given(*keys: str) -> str:
        return next((_short(params[key]) for key in keys if isinstance(params.get(key), str) and params[key]), "")

    match action.get("type"):
        case "nlp_intent":
            return _("when wished: %s") % given("intent")
        case "say":
            return _("“%s”") % given("text")
        case "ask":
            return _("asks for %s") % _listed(params.get("slots"), labels)
        case "confirm":
            return _("asks yes or no: “%s”") % given("text")
        case "answer":
            return _("answers from the knowledge")
        case "call":
            return _("calls %s") % given("name", "system", "url")
        case "ticket":
            return _("leaves a ticket")
        case "set":
            return _("sets %s") % _listed(list(_mapping(params.get("slots"))), labels)
        case "approve":
            return _("asks a colleague")
        case "flow":
            return _("walks “%s”") % given("flow")
        case "handoff":
            return _("hands over to %s") % given("team") if given("team") else _("hands over to a person")
        case "end":
            return _("“%s”") % given("text") if given("text") else _("ends")
    return ""


def _listed(slots: object, labels: Facts) -> str:
    several = [slots] if isinstance(slots, str) else slots if isinstance(slots, list) else []
    return _(", ").join(str(labels.get(slot, slot)) for slot in several)


def _labels(read: Read) -> Facts:
    """Slots' names → what people call them."""
    found = {}
    for name, facts in _mapping(_data(read).get("slots")).items():
        label = _mapping(facts).get("label")
        found[name] = label if isinstance(label, str) and label else name
    return found


def _short(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= LONGEST else one[: LONGEST - 1] + "…"


def _mapping(value: object) -> Facts:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[Facts]:
    yield from (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _texts(values: list[Any]) -> list[str]:
    return list(dict.fromkeys(value for value in values if isinstance(value, str) and value))
