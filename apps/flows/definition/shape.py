"""Whether the data of a flow has the shape that `schema.json` describes, told part by part."""

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path as File
from typing import Any

from django.utils.translation import gettext as _
from jsonschema_rs import Draft202012Validator, ValidationError

from apps.flows.definition.problem import Problem
from apps.flows.definition.reading import Read

SCHEMA = File(__file__).with_name("schema.json")


@cache
def schema() -> dict[str, Any]:
    """The published description of the language."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text())
    return found


def check(read: Read) -> Iterator[Problem]:
    """The parts that do not fit, and the keys that nobody knows."""
    for error in _validator().iter_errors(read.data):
        yield from _told(read, error)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _told(read: Read, error: ValidationError) -> Iterator[Problem]:
    path, limit = tuple(error.instance_path), error.kind.value
    match error.kind.name:
        case "additionalProperties":
            known = list(_part(error.schema_path[:-1])["properties"])
            for key in limit:
                torn = isinstance(error.instance, dict) and error.instance.get(key) is None and " " in key
                yield read.problem((*path, key), _torn(key) if torn else _unknown(key, known), key=True)
        case "required":
            # An action's parameters are described under the name of its type.
            action = str(error.schema_path[-2]) if path[-1:] == ("params",) else ""
            yield read.problem(path, _missing(limit, action))
        case "enum":
            yield read.problem(path, _none_of(error.instance, limit))
        case keyword:
            yield read.problem(path, _unfit(keyword, error.instance, limit))


def _part(path: list[str | int]) -> dict[str, Any]:
    found: Any = schema()
    for step in path:
        found = found[step]
    return dict(found)


def _unknown(key: str, known: list[str]) -> str:
    if near := difflib.get_close_matches(key, known, 1, 0.6):
        return _("“%(key)s” is not known here. Did you mean “%(name)s”?") % {"key": key, "name": near[0]}
    return _("“%(key)s” is not known here; known are %(names)s.") % {"key": key, "names": ", ".join(known)}


def _torn(text: str) -> str:
    """Somebody wrote {text: Yes, please} and gets a key “please”."""
    return _("“%(text)s” is taken for a key here: a text with a comma in it needs quotes within braces.") % {"text": text}


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


def _unfit(keyword: str, value: Any, limit: Any) -> str:
    match keyword:
        case "type":
            return _of_type(value, limit)
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
    return _("This does not fit here.")


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
