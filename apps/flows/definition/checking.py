"""The mistakes of a flow that can be read: names that lead nowhere, conditions and templates that say nothing, and the ways
through it (see `ways`). Each problem stands where its words are."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import re2
from django.utils.translation import gettext as _

from apps.flows.definition import conditions, durations, fixes, kinds, names, templates, ways
from apps.flows.definition.actions import Approve, Call, Confirm, Enter
from apps.flows.definition.building import condition
from apps.flows.definition.definition import DEFAULT, FAILS, TIMES_OUT, Definition, Slot
from apps.flows.definition.examples import several
from apps.flows.definition.problem import Problem
from apps.flows.definition.reading import Path, Read

DECIDED = ("choice", "text", "yes_no", "number", "money", "date", "time", "datetime")  # slots that a colleague may fill

# Where an action's parameters hold templates, and where names of slots.
_TEMPLATES = ("text", "question", "subject", "body", "url", "slots", "give")


def check(definition: Definition, read: Read) -> Iterator[Problem]:
    yield from _slots(definition, read)
    yield from _doubles(read)
    for at, state in enumerate(read.data["states"]):
        path: Path = ("states", at)
        for number, action in enumerate(state.get("actions", ())):
            yield from _action(definition, read, action, (*path, "actions", number))
        yield from _transitions(definition, read, state, path)
        yield from fixes.targets(definition, read, state, path)
    yield from _dialogues(definition, read)
    yield from ways.check(definition, read)


def _slots(definition: Definition, read: Read) -> Iterator[Problem]:
    for name, facts in read.data.get("slots", {}).items():
        path: Path = ("slots", name)
        if not names.sound(name):
            told = _("“%(name)s” can't be a slot's name: letters, digits and _ make one, and some words are taken.")
            yield read.problem(path, told % {"name": name}, key=True)
        if name.startswith("has_") and name.removeprefix("has_") in definition.known:
            yield read.problem(path, _("“%(name)s” already says whether another slot is filled.") % {"name": name}, key=True)
        yield from _slot(definition, read, definition.slots[name], path)
        for key in ("prompt",):
            yield from _template(definition, read, facts.get(key), (*path, key))


def _slot(definition: Definition, read: Read, slot: Slot, path: Path) -> Iterator[Problem]:
    if slot.kind == "choice" and not slot.choices:
        yield read.problem(path, _("A choice needs `choices`."), key=True)
    if slot.pattern and (told := _pattern(slot.pattern)):
        yield read.problem((*path, "pattern"), told)
    if slot.pattern and slot.kind not in ("id", "text"):
        yield read.problem((*path, "pattern"), _("Only an id has a pattern."), key=True)
    if slot.opening and slot.kind != "text":
        yield read.problem((*path, "opening"), _("Only a text is filled by the first words."), key=True)
    if slot.check and (complaint := conditions.check(definition, slot.check)):
        yield read.problem((*path, "check"), complaint.sentence, at=complaint.at)
    if slot.minimum is not None and slot.maximum is not None and slot.minimum > slot.maximum:
        yield read.problem((*path, "minimum"), _("The minimum is above the maximum."))
    if told := _misfit(slot, slot.default):
        yield read.problem((*path, "default"), told)
    values = [choice.value for choice in slot.choices]
    for at, value in enumerate(values):
        if value in values[:at]:
            yield read.problem((*path, "choices", at), _("“%(value)s” is among the choices already.") % {"value": value})


def _pattern(pattern: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else error
        return _("The pattern can't be used: %(reason)s.") % {"reason": reason}
    return ""


def _misfit(slot: Slot, value: Any) -> str:
    """Why a value that the author wrote can never be the slot's; "" where it may be."""
    if value is None or (isinstance(value, str) and "{{" in value):
        return ""
    if slot.choices and value not in {choice.value for choice in slot.choices}:
        known = ", ".join(choice.value for choice in slot.choices)
        return _("“%(value)s” is none of the choices: %(names)s.") % {"value": value, "names": known}
    kind = kinds.KINDS[slot.kind]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is kinds.NUMBER and not number:
        return _("“%(slot)s” holds a number.") % {"slot": slot.name}
    if kind is kinds.FLAG and not isinstance(value, bool) and value not in ("yes", "no"):
        return _("“%(slot)s” is yes or no.") % {"slot": slot.name}
    if kind in (kinds.TEXT, kinds.MOMENT) and not isinstance(value, str):
        return _("“%(slot)s” holds a text: put the value in quotes.") % {"slot": slot.name}
    return ""


def _doubles(read: Read) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for at, state in enumerate(read.data["states"]):
        if state["name"] in seen:
            line = read.mark(("states", seen[state["name"]])).line
            told = _("There is a state “%(name)s” already, in line %(line)s.") % {"name": state["name"], "line": line}
            yield read.problem(("states", at, "name"), told)
        seen.setdefault(state["name"], at)


def _action(definition: Definition, read: Read, action: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    params = action.get("params", {})
    inside: Path = (*path, "params")
    for key in _TEMPLATES:
        if action["type"] != "ask" or key != "slots":
            yield from _template(definition, read, params.get(key), (*inside, key))
    match action["type"]:
        case "ask":
            asked = params["slots"]
            for at, name in enumerate([asked] if isinstance(asked, str) else asked):
                yield from _known(
                    definition, read, name, (*inside, "slots") if isinstance(asked, str) else (*inside, "slots", at)
                )
            if params.get("enough", 0) > (1 if isinstance(asked, str) else len(asked)):
                yield read.problem((*inside, "enough"), _("That is more than there are slots to ask for."))
        case "set":
            for name, value in params["slots"].items():
                yield from _known(definition, read, name, (*inside, "slots", name), key=True)
                if name in definition.known and (told := _misfit(definition.known[name], value)):
                    yield read.problem((*inside, "slots", name), told)
                if told := templates.bared(definition, value, definition, name):
                    yield read.problem((*inside, "slots", name), told, severity="warning")
        case "call":
            for name in params.get("result", {}):
                yield from _known(definition, read, name, (*inside, "result", name), key=True)
            if "system" not in params and not params["url"].lower().startswith("https://"):
                told = _("Without a `system` the `url` is a whole address, which begins with https://.")
                yield read.problem((*inside, "url"), told)
        case "flow":
            for name in params.get("take", {}):
                yield from _known(definition, read, name, (*inside, "take", name), key=True)
        case "nlp_intent":
            yield from _intent(definition, read, params["intent"], (*inside, "intent"))
        case "confirm":
            yield from _answer(definition, read, params.get("slot", Confirm.slot), (*inside, "slot"), ("yes_no",))
        case "approve":
            yield from _answer(definition, read, params["slot"], (*inside, "slot"), DECIDED)
            yield from _offered(definition, read, params, inside)
            if len(set(params.get("choices", ()))) < len(params.get("choices", ())):
                yield read.problem((*inside, "choices"), _("Two of the choices are the same."))


def _known(definition: Definition, read: Read, name: str, path: Path, key: bool = False) -> Iterator[Problem]:
    if name not in definition.known:
        told = _("There is no slot “%(name)s”.") % {"name": name} + near(name, definition.known)
        yield read.problem(path, told, key=key)
    elif not names.sound(name):
        told = _("“%(name)s” can't be a slot's name: letters, digits and _ make one, and some words are taken.")
        if name not in definition.slots or "slots" not in read.data:
            yield read.problem(path, told % {"name": name}, key=key)


def near(name: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(name, known, 1, 0.6)
    return " " + _("Did you mean “%(name)s”?") % {"name": found[0]} if found else ""


def _answer(definition: Definition, read: Read, name: str, path: Path, fit: tuple[str, ...]) -> Iterator[Problem]:
    """The slot that an answer goes to may be declared, and then has to be able to hold it."""
    yield from _known(definition, read, name, path)
    slot = definition.known.get(name)
    if slot and slot.kind not in fit:
        yield read.problem(path, _("“%(slot)s” holds no such answer: its type has to be %(types)s.") % {
            "slot": name, "types": _(" or ").join(fit)
        })  # fmt: skip


def _offered(definition: Definition, read: Read, params: Mapping[str, Any], inside: Path) -> Iterator[Problem]:
    """A colleague can only choose what the slot can hold."""
    slot, choices = definition.known.get(params["slot"]), params.get("choices", ())
    if slot and choices and slot.kind in DECIDED and slot.kind not in ("choice", "text"):
        told = _("“%(slot)s” is no slot to choose from: leave `choices` out.") % {"slot": slot.name}
        yield read.problem((*inside, "choices"), told)
    elif slot and slot.kind == "choice":
        values = [choice.value for choice in slot.choices]
        for at, each in enumerate(choices):
            if each not in values:
                told = _("“%(value)s” is none of the choices of “%(slot)s”.") % {"value": each, "slot": slot.name}
                yield read.problem((*inside, "choices", at), told)


def _intent(definition: Definition, read: Read, name: str, path: Path) -> Iterator[Problem]:
    known = [intent.name for intent in definition.intents]
    if known and name not in known:
        told = _("“%(name)s” has no example sentences under `triggers`.") % {"name": name}
        yield read.problem(path, told + near(name, known), severity="warning")


def _template(definition: Definition, read: Read, written: Any, path: Path) -> Iterator[Problem]:
    if isinstance(written, dict):
        for key, value in written.items():
            yield from _template(definition, read, value, (*path, key))
    if not isinstance(written, str):
        return
    for name, at in templates.names(written):
        if name not in definition.known:
            if name.isidentifier():
                told = _("There is no slot “%(name)s”.") % {"name": name} + near(name, definition.known)
            else:
                told = _("Between {{ and }} stands a slot's name and nothing else.")
            yield read.problem(path, told, at=at)
    if (at := templates.unclosed(written)) >= 0:
        yield read.problem(path, _("This {{ is not closed by }}."), at=at)


def _transitions(definition: Definition, read: Read, state: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    written = [condition(each).strip() for each in state.get("transitions", ())]
    for at, each in enumerate(written):
        place: Path = (*path, "transitions", at, "condition")
        if each == DEFAULT:
            if at < len(written) - 1 and DEFAULT not in written[:at]:
                yield read.problem((*path, "transitions", at + 1), _("Nothing after `default` is ever taken."))
        elif complaint := conditions.check(definition, condition(state["transitions"][at])):
            yield read.problem(place, complaint.sentence, at=complaint.at)
    if written and not _complete(written):
        told = _("`default` is missing: where does “%(name)s” go when none of the conditions holds?") % {"name": state["name"]}
        yield read.problem((*path, "transitions", len(written) - 1), told)


def _complete(written: list[str]) -> bool:
    """Whether one of them holds, whatever the slots are: with a `default`, or with `has_x` beside `!has_x`."""
    return DEFAULT in written or "true" in written or any(f"!{each}" in written for each in written if each.isidentifier())


def _dialogues(definition: Definition, read: Read) -> Iterator[Problem]:
    for at, facts in enumerate(read.data.get("dialogues", ())):
        path: Path = ("dialogues", at)
        yield from _expected(definition, read, facts["expect"], (*path, "expect"))
        for number, line in enumerate(facts["say"] if isinstance(facts["say"], list) else ()):
            if isinstance(line, dict):
                yield from _line(definition, read, line, (*path, "say", number))
        yield from _answers(definition, read, facts, path)
        if "now" in facts and not durations.is_moment(facts["now"]):
            yield read.problem((*path, "now"), _("This is no moment; write it as 2026-11-05 or 2026-11-05T10:00."))


def _line(definition: Definition, read: Read, line: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    if not {"say", "form"} & line.keys():
        yield read.problem(path, _("`%(key)s` is missing here.") % {"key": "say"})
    for name in line.get("form", {}):
        yield from _known(definition, read, name, (*path, "form", name), key=True)
    yield from _expected(definition, read, line.get("expect", {}), (*path, "expect"))


def _expected(definition: Definition, read: Read, expected: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    for name in expected.get("slots", {}):
        yield from _known(definition, read, name, (*path, "slots", name), key=True)
    state = expected.get("state")
    if state and state not in definition.states:
        told = _("There is no state “%(name)s”.") % {"name": state} + near(state, definition.states)
        yield read.problem((*path, "state"), told)


def _answers(definition: Definition, read: Read, facts: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    """The answers of the world outside, in a dialogue. A flow that enters another may speak of what that one asks."""
    actions = [(state, action) for state in definition.states.values() for action in state.actions]
    whole = not any(isinstance(action, Enter) for _state, action in actions)
    calls = {action.name or state.name: action.result for state, action in actions if isinstance(action, Call)}
    for name, given in facts.get("answers", {}).items():
        place: Path = (*path, "answers", name)
        if whole and name not in calls:
            yield read.problem(place, _("There is no call “%(name)s”.") % {"name": name} + near(name, calls), key=True)
        for answer in several(given):
            yield from _answer_of(name, answer, calls.get(name), read, place)
    asked = {action.slot: action.choices for _state, action in actions if isinstance(action, Approve)}
    for name, given in facts.get("approvals", {}).items():
        place = (*path, "approvals", name)
        if whole and name not in asked:
            told = _("No colleague is asked for “%(name)s”.") % {"name": name}
            yield read.problem(place, told + near(name, asked), key=True)
        elif unknown := [each for each in several(given) if asked.get(name) and each and each not in asked[name]]:
            told = _("“%(value)s” is none of the choices: %(names)s.")
            yield read.problem(place, told % {"value": unknown[0], "names": ", ".join(asked[name])})


def _answer_of(call: str, answer: Any, result: Collection[str] | None, read: Read, place: Path) -> Iterator[Problem]:
    """`result`: the slots that the call fills, None where another flow makes it."""
    if isinstance(answer, str) and answer not in (FAILS, TIMES_OUT):
        yield read.problem(place, _("A call answers with slots, or it `fails` or `times out`."))
    if not isinstance(answer, dict) or result is None:
        return
    for slot in answer.keys() - set(result):
        told = _("“%(call)s” fills no slot “%(name)s”.") % {"call": call, "name": slot}
        yield read.problem((*place, slot), told + near(slot, result), key=True)
