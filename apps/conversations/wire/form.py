"""A small form in a message of the bot's, and how far what a customer entered fits it."""

import math
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.conversations.wire.texts import clean, is_blank
from apps.tenants import email_address
from apps.tenants.refusal import Refusal

Value = str | float | bool | None

MOST_FIELDS, LONGEST_NAME = 20, 64
LONGEST_VALUE = 2_000
LONGEST_ANSWER = 10_000  # all values together
DOTS = "••••"


@dataclass(frozen=True)
class Option:
    label: str
    value: str


@dataclass(frozen=True)
class Field:
    """One thing to enter. `type`: text, number, money, date, time, datetime, phone, email, id, choice, yes_no or file. `value`
    stands in it already; `example` shows what would do. What is entered into a `sensitive` one is sealed and shown masked."""

    name: str
    label: str
    type: str = "text"
    choices: Sequence[Option] = ()
    required: bool = True
    value: Value = None
    example: str = ""
    sensitive: bool = False

    def stored(self) -> dict[str, Any]:
        facts = {
            "choices": [vars(option) for option in self.choices],
            "required": self.required,
            "example": self.example,
            "sensitive": self.sensitive,
        }
        known = {} if self.value is None or self.sensitive else {"value": self.value}
        return {"name": self.name, "label": self.label, "type": self.type, **_full(facts), **known}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Field":
        options = tuple(Option(**option) for option in facts.get("choices", ()))
        return cls(**{"required": False, **facts, "choices": options})


@dataclass(frozen=True)
class Form:
    """`id`: this asking's own, never used again in its conversation. `submit`: the words on its button, "" for the usual."""

    id: str
    fields: Sequence[Field]
    submit: str = ""

    def stored(self) -> dict[str, Any]:
        """The form as a message's body holds it."""
        return {"id": self.id, "fields": [field.stored() for field in self.fields], **_full({"submit": self.submit})}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Form":
        return cls(facts["id"], tuple(Field.read(field) for field in facts["fields"]), facts.get("submit", ""))

    def fitting(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """The values as they are kept, in the fields' order, without empty ones. Raises Refusal with one sentence."""
        known = {field.name for field in self.fields}
        if strange := next((name for name in values if name not in known), None):
            raise Refusal("bad_frame", gettext_lazy("This form has no field %s.") % strange)
        found = {field.name: _read(field, values.get(field.name)) for field in self.fields}
        lacking = [field.label for field in self.fields if field.required and found[field.name] is None]
        if lacking:
            raise Refusal("bad_frame", gettext_lazy("Please fill in: %s.") % ", ".join(lacking))
        if sum(len(str(value)) for value in found.values()) > LONGEST_ANSWER:
            raise Refusal("too_long", gettext_lazy("This is too long. A form can hold at most 10,000 characters."))
        return {name: value for name, value in found.items() if value is not None}

    def told(self, values: Mapping[str, Value], files: Mapping[str, str]) -> str:
        """The values as people read them, in the language of the moment: “Order number: 12345678 · Reason: damaged”.
        `files`: the names of files by their ids."""
        lines = [_line(field.label, shown(field, values[field.name], files)) for field in self.fields if field.name in values]
        return " · ".join(lines) or _("(nothing entered)")


def shown(field: Field, value: Value, files: Mapping[str, str]) -> str:
    """A value for people, in the language of the moment; a sensitive one masked."""
    text = " ".join(_SHOWN.get(field.type, _as_it_is)(field, value, files).split())
    return masked(text) if field.sensitive else text


def masked(text: str) -> str:
    """The last four characters of a long one, so that whoever entered it knows it again."""
    return f"{DOTS}{text[-4:]}" if len(text) >= 10 else DOTS


def _line(label: str, value: str) -> str:
    name = re.sub(r"\s*[:\uff1a]$", "", label)
    if name.endswith(("?", "\uff1f")):
        return f"{name} {value}" if name.endswith("?") else f"{name}{value}"
    return _("%(label)s: %(value)s") % {"label": name, "value": value}


def _full(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}


# How a value of each type is read. Whether it is a good one (an order that exists, a day that is free) is for the flow to say.


def _read(field: Field, raw: Value) -> Value:
    """None for nothing. Raises Refusal."""
    if isinstance(raw, str):
        raw = clean(raw)
        if len(raw) > LONGEST_VALUE:
            names = {"label": field.label, "most": LONGEST_VALUE}
            raise Refusal(
                "too_long", gettext_lazy("%(label)s: this is too long. It can have at most %(most)d characters.") % names
            )
        if is_blank(raw):
            raw = None
    if raw is None:
        return None
    try:
        return _READERS.get(field.type, _text)(field, raw)
    except (ValueError, TypeError) as error:
        raise Refusal("bad_frame", _wrong(field)) from error


def _wrong(field: Field) -> str | Promise:
    if field.example and not field.sensitive:
        names = {"label": field.label, "example": field.example}
        return gettext_lazy("%(label)s: this doesn't look right. It should look like %(example)s.") % names
    return gettext_lazy("%s: this doesn't look right. Please check it.") % field.label


def _text(field: Field, raw: Value) -> str:
    if not isinstance(raw, str):
        raise TypeError(raw)
    return raw


def _number(field: Field, raw: Value) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw) or abs(raw) >= 1e15:
        raise ValueError(raw)
    return raw


def _yes_no(field: Field, raw: Value) -> bool:
    if not isinstance(raw, bool):
        raise TypeError(raw)
    return raw


def _choice(field: Field, raw: Value) -> str:
    if raw not in [option.value for option in field.choices]:
        raise ValueError(raw)
    return str(raw)


def _email(field: Field, raw: Value) -> str:
    text = _text(field, raw)
    if not email_address.is_one(text):
        raise ValueError(raw)
    return text


def _day(field: Field, raw: Value) -> str:
    return date.fromisoformat(_text(field, raw)).isoformat()


def _clock(field: Field, raw: Value) -> str:
    return time.fromisoformat(_text(field, raw)).isoformat("minutes")


def _moment(field: Field, raw: Value) -> str:
    return datetime.fromisoformat(_text(field, raw)).isoformat("T", "minutes")


def _file(field: Field, raw: Value) -> str:
    return str(uuid.UUID(_text(field, raw)))


_READERS: Mapping[str, Callable[[Field, Value], Value]] = {
    "number": _number,
    "money": _number,
    "date": _day,
    "time": _clock,
    "datetime": _moment,
    "email": _email,
    "choice": _choice,
    "yes_no": _yes_no,
    "file": _file,
}


def _as_it_is(field: Field, value: Value, files: Mapping[str, str]) -> str:
    return str(value)


def _amount(field: Field, value: Value, files: Mapping[str, str]) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=False) if isinstance(value, int | float) else str(value)


def _label(field: Field, value: Value, files: Mapping[str, str]) -> str:
    return next((option.label for option in field.choices if option.value == value), str(value))


_SHOWN: Mapping[str, Callable[[Field, Value, Mapping[str, str]], str]] = {
    "number": _amount,
    "money": _amount,
    "date": lambda field, value, files: formats.date_format(date.fromisoformat(str(value)), "DATE_FORMAT"),
    "datetime": lambda field, value, files: formats.date_format(datetime.fromisoformat(str(value)), "DATETIME_FORMAT"),
    "choice": _label,
    "yes_no": lambda field, value, files: _("Yes") if value else _("No"),
    "file": lambda field, value, files: files.get(str(value), str(value)),
}
