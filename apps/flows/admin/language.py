"""All that can be written in a flow, for the editor's completion: read from the published schema, so that it knows no less."""

from functools import cache
from typing import Any

from apps.flows.definition import shape

Keys = dict[str, str]
PLACES = {
    "state": "state",
    "slot": "slot",
    "triggers": "triggers",
    "intent": "intent",
    "choice": "choice",
    "transition": "transition",
}


@cache
def language() -> dict[str, Any]:
    """Each place's keys with a line about each; the kinds of slots; the actions with their parameters."""
    schema = shape.schema()
    parts = schema["$defs"]
    kinds = parts["slot"]["properties"]["type"]["enum"]
    actions = parts["action"]["properties"]["type"]["enum"]
    return {
        "top": _keys(schema),
        **{place: _keys(parts[name]) for place, name in PLACES.items()},
        "kinds": dict.fromkeys(kinds, ""),
        "actions": {name: {"about": parts[name]["description"], "params": _keys(parts[name])} for name in actions},
    }


def _keys(part: dict[str, Any]) -> Keys:
    return {name: facts.get("description", "") for name, facts in part["properties"].items()}
