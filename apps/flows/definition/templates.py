"""Texts with `{{ slot }}` in them."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext as _

from apps.flows.definition import speech
from apps.flows.definition.actions import Value
from apps.flows.definition.definition import Definition, Slot

_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_HIDDEN = "••••"


def names(text: str) -> list[tuple[str, int]]:
    """All that stands between braces, and where: names of slots, if the text is right."""
    return [(place[1].strip(), place.start()) for place in _PLACE.finditer(text)]


def bared(definition: Definition, value: Value, other: Definition, name: str) -> str:
    """A sentence about a value that fills a slot of this or another flow: it would show what is masked. "" if not."""
    hidden = _sensitive(value, definition)
    if not hidden or name not in other.known or other.known[name].sensitive:
        return ""
    told = _("“%(hidden)s” is sensitive and “%(name)s” is not, so its value would be shown to everybody.")
    return told % {"hidden": hidden, "name": name}


def unclosed(text: str) -> int:
    """Where a `{{` stands that nothing closes; -1 for nowhere."""
    return _PLACE.sub(lambda place: " " * len(place[0]), text).find("{{")


def fill(text: str, definition: Definition, slots: Mapping[str, Value], language: str = "") -> str:
    """The text for people: choices by their labels, amounts and days as people write them, sensitive values masked. An empty
    slot, and a name that is none, leave nothing."""

    def said(name: str) -> str:
        slot = definition.known.get(name)
        value = slots.get(name)
        return "" if slot is None or value is None or value == "" else shown(slot, value, language)

    return _filled(text, said)


def shown(slot: Slot, value: Value, language: str = "") -> str:
    """One value for people. The language is the active one where none is given. A value that its kind can't make sense of is
    said as it is: a flow does not stop for it."""
    kind = speech.asked(slot.kind)
    if slot.sensitive:
        return kind.masked(slot, value) if kind else _HIDDEN
    try:
        said = kind.shown(slot, value, language) if kind else _plainly(slot, value, language)
    except (ValueError, TypeError, OverflowError):
        said = _written(value)
    return slot.hide(said) if slot.hide else said


def value(template: Value, slots: Mapping[str, Value]) -> Value:
    """A value for a machine, or for another slot: a template that is one `{{ slot }}` gives that slot's value, any other a text
    with the values as they are stored."""
    if not isinstance(template, str):
        return template
    whole = _PLACE.fullmatch(template.strip())
    return slots.get(whole[1].strip()) if whole else _filled(template, lambda name: _written(slots.get(name)))


def address(template: str, slots: Mapping[str, Value]) -> str:
    """An address, in which no value can add a part of its own: they are percent-encoded."""
    return _filled(template, lambda name: quote(_written(slots.get(name)), safe=""))


def _sensitive(template: Value, definition: Definition) -> str:
    """The first sensitive slot of which the value would stand in it; "" for none."""
    named = [name for name, _at in names(template)] if isinstance(template, str) else []
    return next((name for name in named if name in definition.known and definition.known[name].sensitive), "")


def _filled(text: str, said: Callable[[str], str]) -> str:
    return _PLACE.sub(lambda place: said(place[1].strip()), text)


def _plainly(slot: Slot, value: Value, language: str) -> str:
    for choice in slot.choices:
        if choice.value == value:
            return choice.shown
    if isinstance(value, bool):
        with translation.override(language or translation.get_language()):
            return _("yes") if value else _("no")
    return _written(value)


def _written(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
