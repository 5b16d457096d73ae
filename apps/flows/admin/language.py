"""All that can be written in a flow, for the editor's completion: read from the published schema, so that it knows no less."""

from typing import Any

from django.utils.translation import gettext as spoken

from apps.flows.admin.descriptions import KINDS
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


def language() -> dict[str, Any]:
    """Each place's keys with a line about each, in the person's language (`descriptions`); the kinds of slots; the actions with
    their parameters."""
    schema = shape.schema()
    parts = schema["$defs"]
    actions = parts["action"]["properties"]["type"]["enum"]
    return {
        "top": _keys(schema),
        **{place: _keys(parts[name]) for place, name in PLACES.items()},
        "kinds": {kind: spoken(KINDS[kind]) for kind in parts["slot"]["properties"]["type"]["enum"]},
        "actions": {name: {"about": spoken(parts[name]["description"]), "params": _keys(parts[name])} for name in actions},
    }


def _keys(part: dict[str, Any]) -> Keys:
    return {name: spoken(facts["description"]) if "description" in facts else "" for name, facts in part["properties"].items()}
