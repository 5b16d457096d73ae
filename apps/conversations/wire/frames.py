"""The frames a client may send (PROTOCOL.md): text from the wire → one frozen frame, or BadFrame with a sentence."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.conversations.wire import about, form
from apps.conversations.wire.texts import MOST_MARKS as MOST_MARKS
from apps.conversations.wire.texts import clean as clean
from apps.conversations.wire.texts import is_blank as is_blank
from apps.tenants import email_address
from apps.tenants.refusal import Refusal

MOST_BYTES = 65_536
MOST_CHARACTERS = 10_000
MOST_SEQ = 2**31 - 1
MOST_ATTACHMENTS = 10
FEWEST_DIGITS = 5
_PHONE = re.compile(r"\+?[0-9 ()./-]+", re.ASCII)

REASONS = ("wrong", "missed", "long", "outdated")  # why an answer did not help
NOTHING_TO_RATE = _("There is nothing here to rate.")


@dataclass(frozen=True)
class Hello:
    token: str
    conversation: uuid.UUID | None
    after: int


@dataclass(frozen=True)
class Say:
    client_id: uuid.UUID
    text: str
    reply_to: int | None
    attachments: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Submit:
    """An answer to a form; its `values` are read by the form's own fields (wire.form)."""

    client_id: uuid.UUID
    form: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Typing:
    on: bool
    draft: str


@dataclass(frozen=True)
class Read:
    seq: int


@dataclass(frozen=True)
class Stop:
    pass


@dataclass(frozen=True)
class Person:
    reason: str


@dataclass(frozen=True)
class Rate:
    seq: int | None
    score: int
    comment: str
    reason: str = ""


@dataclass(frozen=True)
class Contact:
    """An address that is left: an e-mail address or a phone number, the other is empty."""

    email: str
    name: str
    phone: str = ""


@dataclass(frozen=True)
class Sync:
    after: int


@dataclass(frozen=True)
class Ping:
    pass


@dataclass(frozen=True)
class Page:
    """The page where the visitor is now: url, title, referrer."""

    page: dict[str, str]


@dataclass(frozen=True)
class Attributes:
    """The page script's word on the visitor."""

    attributes: dict[str, Any]


F = TypeVar("F")
Frame = Hello | Say | Submit | Typing | Read | Stop | Person | Rate | Contact | Sync | Ping | Page | Attributes


def parse(raw: str | bytes | None) -> Frame:
    """One text frame. Binary, oversized, deeply nested, non-JSON or wrong frames raise Refusal."""
    return read(raw, _READERS)


def read(raw: str | bytes | None, readers: Mapping[str, Callable[[dict[str, Any]], F]]) -> F:
    """One text frame by the reader of its type; the agents' door has readers of its own."""
    if not isinstance(raw, str):
        raise Refusal("bad_frame", _("Send text, not binary data."))
    if len(raw.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Refusal("too_long", _("This frame is too large."))
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_frame", _("This frame is not JSON.")) from error
    if not isinstance(fields, dict):
        raise Refusal("bad_frame", _("A frame is a JSON object."))
    kind = fields.get("type")
    reader = readers.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise Refusal("bad_frame", _("This type of frame is unknown."))
    return reader(fields)


def _hello(fields: dict[str, Any]) -> Hello:
    raw = fields.get("conversation")
    try:
        conversation = uuid.UUID(raw) if isinstance(raw, str) else None
    except ValueError:
        conversation = None  # an id that is nobody's: answered by a fresh one
    return Hello(token=text_of(fields, "token", 4_000), conversation=conversation, after=seq_of(fields, "after", default=0))


def say(fields: dict[str, Any]) -> Say:
    client_id = _own_id(fields)
    attachments = _attachments(fields)
    raw = fields.get("text", "" if attachments else None)
    if not isinstance(raw, str):
        raise Refusal("bad_frame", _("A message needs text."))
    if len(raw) > MOST_CHARACTERS:
        raise Refusal("too_long", _("This message is too long. It can have at most 10,000 characters."))
    text = clean(raw)
    if is_blank(text):
        if not attachments:
            raise Refusal("bad_frame", _("This message is empty."))
        text = ""
    reply_to = None if fields.get("reply_to") is None else seq_of(fields, "reply_to")
    return Say(client_id=client_id, text=text, reply_to=reply_to, attachments=attachments)


def submit(fields: dict[str, Any]) -> Submit:
    client_id, values = _own_id(fields), fields.get("values")
    if not isinstance(values, dict) or len(values) > form.MOST_FIELDS or not all(map(_is_value, values.values())):
        raise Refusal("bad_frame", _("The values of a form are texts, numbers, and yes or no, by the names of its fields."))
    return Submit(client_id=client_id, form=text_of(fields, "form", form.LONGEST_NAME), values=values)


def _is_value(raw: object) -> bool:
    return raw is None or isinstance(raw, str | int | float)


def _attachments(fields: dict[str, Any]) -> tuple[uuid.UUID, ...]:
    raw = fields.get("attachments")
    if raw is None:
        return ()
    if not isinstance(raw, list) or len(raw) > MOST_ATTACHMENTS:
        raise Refusal("bad_frame", _("A message can carry at most %d files.") % MOST_ATTACHMENTS)
    try:
        return tuple(dict.fromkeys(uuid.UUID(each) for each in raw))
    except (ValueError, TypeError, AttributeError) as error:
        raise Refusal("bad_frame", _("The field %(name)s is not a valid id.") % {"name": "attachments"}) from error


def _typing(fields: dict[str, Any]) -> Typing:
    return Typing(on=fields.get("on") is True, draft=text_of(fields, "draft", MOST_CHARACTERS))


def _read_up_to(fields: dict[str, Any]) -> Read:
    return Read(seq_of(fields, "seq"))


def _person(fields: dict[str, Any]) -> Person:
    return Person(text_of(fields, "reason", 500))


def _rate(fields: dict[str, Any]) -> Rate:
    score = fields.get("score")
    if isinstance(score, bool) or not isinstance(score, int) or score not in (-1, 1, 2, 3, 4, 5):
        raise Refusal("bad_frame", _("A rating must be a number from 1 to 5, or 1 or -1 for a single answer."))
    seq = None if fields.get("seq") is None else seq_of(fields, "seq")
    reason = fields.get("reason") or ""
    if reason and (reason not in REASONS or seq is None or score != -1):
        raise Refusal("bad_frame", _("A reason is one of: %s. It goes with -1 for a single answer.") % ", ".join(REASONS))
    return Rate(seq=seq, score=score, comment=text_of(fields, "comment", 2_000), reason=reason)


def _contact(fields: dict[str, Any]) -> Contact:
    name = text_of(fields, "name", 100)
    if fields.get("email") is None and fields.get("phone") is not None:
        return Contact(email="", name=name, phone=phone_of(fields))
    return Contact(email=email_of(fields), name=name)


def phone_of(fields: dict[str, Any]) -> str:
    """The number as people write it, with spaces and hyphens."""
    phone = text_of(fields, "phone", 32).strip()
    if not _PHONE.fullmatch(phone) or sum(map(str.isdigit, phone)) < FEWEST_DIGITS:
        raise Refusal("bad_frame", _("This phone number does not look right."))
    return phone


def email_of(fields: dict[str, Any]) -> str:
    """The address as it was sent: cleaning it would make another one."""
    raw = fields.get("email")
    try:
        return email_address.checked(raw if isinstance(raw, str) else "")
    except ValidationError as error:
        raise Refusal("bad_frame", email_address.WRONG) from error


def _sync(fields: dict[str, Any]) -> Sync:
    return Sync(seq_of(fields, "after", default=0))


_READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "hello": _hello,
    "say": say,
    "submit": submit,
    "typing": _typing,
    "read": _read_up_to,
    "stop": lambda fields: Stop(),
    "person": _person,
    "rate": _rate,
    "contact": _contact,
    "sync": _sync,
    "ping": lambda fields: Ping(),
    "page": lambda fields: Page(about.page_of(fields)),
    "attributes": lambda fields: Attributes(about.attributes_of(fields.get("attributes"))),
}


def text_of(fields: dict[str, Any], name: str, most: int) -> str:
    """An optional text of at most `most` characters; what is longer is refused, not cut."""
    raw = fields.get(name)
    if raw is None:
        return ""
    if not isinstance(raw, str) or len(raw) > most:
        raise Refusal(
            "bad_frame", _("The field %(name)s must be text of at most %(most)d characters.") % {"name": name, "most": most}
        )
    return clean(raw)


def seq_of(fields: dict[str, Any], name: str, default: int | None = None) -> int:
    raw = fields.get(name, default)
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_SEQ:
        raise Refusal("bad_frame", _("The field %(name)s is not the number of an event.") % {"name": name})
    return raw


def _own_id(fields: dict[str, Any]) -> uuid.UUID:
    client_id = _client_id_of(fields)
    if client_id is None:
        raise Refusal("bad_frame", _("A message needs a client_id, a UUID of its own."))
    return client_id


def _client_id_of(fields: dict[str, Any]) -> uuid.UUID | None:
    raw = fields.get("client_id")
    try:
        return uuid.UUID(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def client_id_within(raw: str | None) -> str | None:
    """The client_id of a frame that is refused, be it too large to parse: so its sender can tell which message failed."""
    found = re.search(r'"client_id"\s*:\s*"([^"\\]{32,50})"', raw or "")
    known = _client_id_of({"client_id": found[1]}) if found else None
    return str(known) if known else None
