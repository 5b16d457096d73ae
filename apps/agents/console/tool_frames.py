"""The console's tools by the wire: macros, the customer's card, merging, saved views, drafting, many conversations at once."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.agents.casework.drafting import HOWS, LONGEST
from apps.agents.console.filters import Filter
from apps.agents.console.rows import VIEWS
from apps.conversations.wire import about
from apps.conversations.wire.fields import moment_of, tags_of, uuid_of, uuids_of
from apps.conversations.wire.frames import email_of, seq_of, text_of
from apps.tenants.refusal import Refusal

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class RunMacro:
    conversation: uuid.UUID
    macro: int
    client_id: uuid.UUID


@dataclass(frozen=True)
class Describe:
    """An agent's changes to the customer's card; fields that are not named stay."""

    visitor: uuid.UUID
    changes: dict[str, Any]


@dataclass(frozen=True)
class Merge:
    visitor: uuid.UUID
    other: uuid.UUID


@dataclass(frozen=True)
class SaveView:
    name: str
    view: str
    filter: Filter
    shared: bool


@dataclass(frozen=True)
class Views:
    """The saved views there are now."""


@dataclass(frozen=True)
class DropView:
    view: int


@dataclass(frozen=True)
class Rewrite:
    conversation: uuid.UUID
    client_id: uuid.UUID
    text: str
    how: str


@dataclass(frozen=True)
class Bulk:
    """`verb` on each of the conversations: resolve, tag (adds), team or snooze."""

    client_id: uuid.UUID
    conversations: list[uuid.UUID]
    verb: str
    tags: list[str] = field(default_factory=list)
    team: int = 0
    until: datetime | None = None


ToolFrame = RunMacro | Describe | Merge | Views | SaveView | DropView | Rewrite | Bulk


def _describe(fields: dict[str, Any]) -> Describe:
    changes: dict[str, Any] = {}
    for name, most in (("name", 100), ("phone", 32), ("notes", 2_000)):
        if fields.get(name) is not None:
            changes[name] = text_of(fields, name, most)
    if fields.get("email") is not None:
        changes["email"] = email_of(fields) if fields["email"] else ""
    if fields.get("attributes") is not None:
        changes["attributes"] = about.attributes_of(fields["attributes"])
    if not changes:
        raise Refusal("bad_frame", _("Say what to change: name, email, phone, notes or attributes."))
    return Describe(uuid_of(fields, "visitor"), changes)


def _save_view(fields: dict[str, Any]) -> SaveView:
    name, raw = text_of(fields, "name", 60), fields.get("filter")
    if not name:
        raise Refusal("bad_frame", _("A view needs a name."))
    if not isinstance(raw, dict):
        raise Refusal("bad_frame", _("A view needs a filter."))
    view = fields.get("view", "all")
    if view not in VIEWS:
        raise Refusal("bad_frame", _("This view is unknown."))
    return SaveView(name, str(view), Filter.read(raw), fields.get("shared") is True)


def _rewrite(fields: dict[str, Any]) -> Rewrite:
    text, how = text_of(fields, "text", LONGEST), fields.get("how")
    if not text:
        raise Refusal("bad_frame", _("Write something first."))
    if not isinstance(how, str) or how not in HOWS:
        raise Refusal("bad_frame", _("Choose how to rewrite: %s.") % ", ".join(HOWS))
    return Rewrite(uuid_of(fields, "conversation"), uuid_of(fields, "client_id"), text, how)


def _bulk(fields: dict[str, Any]) -> Bulk:
    own, chosen = uuid_of(fields, "client_id"), uuids_of(fields, "conversations", MOST_AT_ONCE)
    match fields.get("verb"):
        case "resolve":
            return Bulk(own, chosen, "resolve")
        case "tag":
            return Bulk(own, chosen, "tag", tags=tags_of(fields))
        case "team":
            return Bulk(own, chosen, "team", team=seq_of(fields, "team"))
        case "snooze":
            return Bulk(own, chosen, "snooze", until=moment_of(fields, "until"))
    raise Refusal("bad_frame", _("Choose what to do with them: resolve, tag, team or snooze."))


READERS: dict[str, Callable[[dict[str, Any]], ToolFrame]] = {
    "macro": lambda f: RunMacro(uuid_of(f, "conversation"), seq_of(f, "macro"), uuid_of(f, "client_id")),
    "customer": _describe,
    "merge": lambda f: Merge(uuid_of(f, "visitor"), uuid_of(f, "other")),
    "views": lambda f: Views(),
    "save_view": _save_view,
    "drop_view": lambda f: DropView(seq_of(f, "view")),
    "rewrite": _rewrite,
    "bulk": _bulk,
}
