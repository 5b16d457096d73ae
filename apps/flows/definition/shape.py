"""Whether the data of a flow has the shape that `schema.json` describes, told part by part."""

import difflib
import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path as File
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from apps.flows.definition.problem import Problem
from apps.flows.definition.reading import Path, Read

SCHEMA = File(__file__).with_name("schema.json")


@cache
def schema() -> dict[str, Any]:
    """The published description of the language."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text())
    return found


def check(read: Read) -> Iterator[Problem]:
    """The parts that do not fit. An action's parameters are held against the description of its type alone, so that a mistake
    in them is not told as "fits none of twelve"."""
    whole, actions = _validators()
    for error in whole.iter_errors(read.data):
        yield from _told(read, error, ())
    for path, action in _actions(read.data):
        kind = action.get("type")
        if isinstance(kind, str) and kind in actions and isinstance(action.get("params", {}), dict):
            for error in actions[kind].iter_errors(action.get("params", {})):
                yield from _told(read, error, (*path, "params"), kind)


@cache
def _validators() -> tuple[Draft202012Validator, dict[str, Draft202012Validator]]:
    published = deepcopy(schema())
    parts = published.pop("$defs")
    kinds = parts["action"]["properties"]["type"]["enum"]
    del parts["action"]["allOf"]
    return Draft202012Validator(_inlined(published, parts)), {
        kind: Draft202012Validator(_inlined(parts[kind], parts)) for kind in kinds
    }


def _inlined(part: Any, parts: dict[str, Any]) -> Any:
    """With every reference replaced by what it refers to, which takes less time than looking it up for each state."""
    if isinstance(part, list):
        return [_inlined(each, parts) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(parts[part["$ref"].removeprefix("#/$defs/")], parts)
    return {key: _inlined(each, parts) for key, each in part.items()}


def _actions(data: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    states = data.get("states") if isinstance(data, dict) else None
    for at, state in enumerate(states if isinstance(states, list) else ()):
        actions = state.get("actions") if isinstance(state, dict) else None
        for number, action in enumerate(actions if isinstance(actions, list) else ()):
            if isinstance(action, dict):
                yield ("states", at, "actions", number), action


def _told(read: Read, error: ValidationError, above: Path, action: str = "") -> Iterator[Problem]:
    path = (*above, *error.absolute_path)
    match error.validator:
        case "additionalProperties":
            known = list(error.schema.get("properties", ()))
            for key in error.instance:
                if key not in known:
                    yield read.problem((*path, key), _unknown(key, known), key=True)
        case "required":
            missing = next(key for key in error.validator_value if key not in error.instance and f"'{key}'" in error.message)
            yield read.problem(path, _missing(missing, action))
        case "enum":
            yield read.problem(path, _none_of(error.instance, error.validator_value))
        case _:
            yield read.problem(path, _unfit(error))


def _unknown(key: str, known: list[str]) -> str:
    if near := difflib.get_close_matches(key, known, 1, 0.6):
        return _("“%(key)s” is not known here. Did you mean “%(name)s”?") % {"key": key, "name": near[0]}
    return _("“%(key)s” is not known here; known are %(names)s.") % {"key": key, "names": ", ".join(known)}


def _missing(key: str, action: str) -> str:
    if action == "call" and key == "timeout":
        return _("A call needs a `timeout`: how long may one try take?")
    if action:
        return _("“%(action)s” needs `%(key)s` among its params.") % {"action": action, "key": key}
    return _("`%(key)s` is missing here.") % {"key": key}


def _none_of(value: Any, allowed: list[Any]) -> str:
    words = [each for each in allowed if isinstance(each, str)]
    if near := difflib.get_close_matches(str(value), words, 1, 0.6):
        return _("“%(value)s” is not known here. Did you mean “%(name)s”?") % {"value": value, "name": near[0]}
    return _("“%(value)s” is not known here; known are %(names)s.") % {"value": value, "names": ", ".join(words)}


def _unfit(error: ValidationError) -> str:
    value, limit = error.instance, error.validator_value
    match error.validator:
        case "type":
            return _of_type(value, [limit] if isinstance(limit, str) else limit)
        case "minLength" | "minItems" | "minProperties":
            return _("This may not be empty.")
        case "maxItems":
            return _("There may be %(most)s of these at most.") % {"most": limit}
        case "maxLength":
            return _("This may have %(most)s characters at most.") % {"most": limit}
        case "minimum":
            return _("This has to be %(least)s at least.") % {"least": limit}
        case "maximum":
            return _("This may be %(most)s at most.") % {"most": limit}
        case "exclusiveMinimum":
            return _("This has to be more than %(least)s.") % {"least": limit}
        case "pattern":
            return _("“%(value)s” is no such code: it is written in capitals, as CNY or CN.") % {"value": value}
    return str(error.message)


def _of_type(value: Any, types: list[str]) -> str:
    if value is None:
        return _("A value is missing here.")
    if "string" in types and isinstance(value, (int, float)):
        return _("This has to be a text: put it in quotes.")
    names = {
        "object": _("a mapping (key: value)"), "array": _("a list"), "string": _("a text"), "number": _("a number"),
        "integer": _("a whole number"), "boolean": _("true or false"), "null": _("nothing"),
    }  # fmt: skip
    return _("This has to be %(type)s.") % {"type": _(" or ").join(names[each] for each in types)}
