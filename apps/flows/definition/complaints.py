"""All that CEL says against a condition, in the words of somebody who writes a flow."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.flows.definition.names import Aliased


@dataclass(frozen=True)
class Complaint:
    """`at`: the character of the condition that it is about."""

    sentence: str
    at: int


class Unreadable(ValueError):
    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.sentence)
        self.complaint = complaint


_FIRST = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNKNOWN = re.compile(r"undeclared reference to '(.+?)'")
_OVERLOAD = re.compile(r"found no matching overload for '(.+?)' applied to '\((.*)\)'")
_RUNNING = re.compile(r"No matching overloads found : (.+?)\((.*)\)")
_STRANGE = re.compile(r"(?:extraneous input|mismatched input|no viable alternative at input) '(.*?)'(?: expecting|$)")
_CODE = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")
_NO_TOKEN = re.compile(r"token recognition error at: '(.*)'")


def of_compiler(message: str, condition: Aliased, known: Collection[str]) -> Complaint:
    """The first of the compiler's complaints that does not merely follow from another."""
    if "recursion limit" in message:
        return Complaint(_("The condition is nested too deeply."), 0)
    found = [match for match in _FIRST.finditer(message) if "*error*" not in match[3]] or list(_FIRST.finditer(message))
    if not found:
        return Complaint(_("The condition can't be read: %(problem)s.") % {"problem": message.split("\n")[0]}, 0)
    line, column, said = int(found[0][1]), int(found[0][2]), found[0][3]
    before = sum(len(each) + 1 for each in condition.source.split("\n")[: line - 1])
    at = condition.written(before + column - 1)
    return Complaint(_sentence(condition.named(said), at, condition, known), at)


def _sentence(said: str, at: int, condition: Aliased, known: Collection[str]) -> str:
    if unknown := _UNKNOWN.search(said):
        return _unknown(unknown[1], condition, known)
    if overload := _OVERLOAD.search(said):
        return _mismatch(overload[1], overload[2])
    if "input '<EOF>'" in said:
        return _("The condition ends too early.")
    if strange := _STRANGE.search(said) or _NO_TOKEN.search(said):
        if strange[1][:1] in ("'", '"'):
            return _("A quote is not closed in the condition.")
        return _("“%(text)s” can't stand here.") % {"text": strange[1].strip() or strange[1]} + _hint(strange[1].strip())
    if said.startswith("has() argument"):
        return _("Write has_ and the slot's name, as in has_order_id.")
    return _("The condition can't be read: %(problem)s.") % {
        "problem": said.split(" [INVALID")[0].removeprefix("Syntax error: ")
    }


def _hint(text: str) -> str:
    for wrong, right in (("and", "&&"), ("or", "||"), ("not", "!"), ("=", "=="), ("<>", "!="), ("且", "&&"), ("或", "||")):
        if text.split(" ")[0] == wrong:
            return " " + _("Did you mean “%(name)s”?") % {"name": right}
    return ""


def _unknown(name: str, condition: Aliased, known: Collection[str]) -> str:
    if re.search(rf"(?<!\w){re.escape(name)}\s*\(", condition.named(condition.source)):
        return _("There is no function “%(name)s”.") % {"name": name}
    if hint := _hint(name):
        return _("“%(text)s” can't stand here.") % {"text": name} + hint
    if name.startswith("has_"):
        told = _("There is no slot “%(name)s”.") % {"name": name.removeprefix("has_")}
    else:
        told = _("There is no slot “%(name)s”.") % {"name": name}
    near = difflib.get_close_matches(name, known, 1, 0.7)
    return told + (" " + _("Did you mean “%(name)s”?") % {"name": near[0]} if near else "")


def of_sample(message: str, condition: Aliased) -> Complaint | None:
    """The failure with values that were only tried, if it would fail with any."""
    if "regular expression" in message or "regex" in message.lower():
        return Complaint(failure(message, condition), max(condition.written(condition.source.find("matches")), 0))
    found = _RUNNING.search(message)
    if not found:
        return None
    sentence = _mismatch(found[1], found[2])
    operator = _operator(found[1])
    at = condition.source.find(operator)
    return Complaint(sentence, condition.written(at) if at >= 0 else 0)


def failure(message: str, condition: Aliased) -> str:
    """Why a condition could not be computed, with these values."""
    if found := _RUNNING.search(message):
        return _mismatch(found[1], found[2])
    if "divide by zero" in message or "modulus by zero" in message:
        return _("The condition divides by zero.")
    if "budget" in message.lower():
        return _("The condition takes too many steps.")
    return _("The condition could not be computed: %(problem)s.") % {
        "problem": condition.named(_CODE.sub("", message)).rstrip(".")
    }


def _mismatch(function: str, types: str) -> str:
    told = [called(each) for each in types.split(", ")]
    name = _operator(function)
    if name in "+-*/%" and {"double", "int64"} & set(types.split(", ")) and len(told) == 2:
        return _("“%(name)s” needs numbers of one sort: a slot's number is a fraction, so write 1.0 instead of 1.") % {
            "name": name
        }
    if sorted(types.split(", ")) == ["double", "int"]:
        return _("Of two numbers one is a fraction here: write 3.0 instead of 3.")
    if "null_type" in types:
        return _("A slot can't be compared with null: write !has_ and its name for an empty one.")
    if len(told) == 2:
        return _("“%(name)s” does not go between %(one)s and %(other)s.") % {"name": name, "one": told[0], "other": told[1]}
    return _("“%(name)s” can't be used with %(types)s.") % {"name": name, "types": ", ".join(told)}


def _operator(function: str) -> str:
    """`_>_` as `>`."""
    if function == "_?_:_":
        return "?"
    return function.strip("_@") if not function.isidentifier() else function


def called(kind: str) -> str:
    names = {
        "string": _("a text"), "bool": _("yes or no"), "int": _("a whole number"), "int64": _("a whole number"),
        "uint": _("a whole number"), "double": _("a number"), "dyn": _("a number"), "timestamp": _("a moment"),
        "google.protobuf.Timestamp": _("a moment"), "google.protobuf.Duration": _("a length of time"),
        "duration": _("a length of time"), "null_type": _("nothing"), "list": _("a list"), "map": _("a mapping"),
    }  # fmt: skip
    return names.get(kind, names.get(kind.lower(), kind))
