"""What an agent's console may send, parsed once into frozen frames (the customer's: conversations.frames)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.agents.models import Presence
from apps.conversations import frames
from apps.conversations.frames import BadFrame, Ping, seq_of, text_of

MOST_TAGS, LONGEST_TAG = 20, 40


@dataclass(frozen=True)
class Choose:
    state: str


@dataclass(frozen=True)
class Open:
    conversation: uuid.UUID
    after: int


@dataclass(frozen=True)
class Leave:
    conversation: uuid.UUID


@dataclass(frozen=True)
class Claim:
    handover: uuid.UUID | None
    conversation: uuid.UUID | None


@dataclass(frozen=True)
class Decline:
    handover: uuid.UUID


@dataclass(frozen=True)
class Words:
    """`say` or `note`."""

    kind: str
    conversation: uuid.UUID
    client_id: uuid.UUID
    text: str
    attachments: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Transfer:
    conversation: uuid.UUID
    to: dict[str, Any]
    note: str


@dataclass(frozen=True)
class Resolve:
    conversation: uuid.UUID
    reason: str


@dataclass(frozen=True)
class Reopen:
    conversation: uuid.UUID


@dataclass(frozen=True)
class Snooze:
    conversation: uuid.UUID
    until: datetime | None


@dataclass(frozen=True)
class Tag:
    conversation: uuid.UUID
    tags: list[str]


@dataclass(frozen=True)
class Priority:
    conversation: uuid.UUID
    priority: int


@dataclass(frozen=True)
class Block:
    visitor: uuid.UUID
    on: bool


@dataclass(frozen=True)
class Typing:
    conversation: uuid.UUID
    on: bool


@dataclass(frozen=True)
class Read:
    conversation: uuid.UUID
    seq: int


@dataclass(frozen=True)
class Sync:
    conversation: uuid.UUID | None
    after: int


@dataclass(frozen=True)
class Suggest:
    conversation: uuid.UUID


@dataclass(frozen=True)
class Wrong:
    conversation: uuid.UUID
    seq: int


@dataclass(frozen=True)
class Teach:
    conversation: uuid.UUID
    question: str
    answer: str


@dataclass(frozen=True)
class Ticket:
    conversation: uuid.UUID
    client_id: uuid.UUID
    subject: str


Frame = (
    Choose | Open | Leave | Claim | Decline | Words | Transfer | Resolve | Reopen | Snooze | Tag | Priority | Block
    | Typing | Read | Sync | Suggest | Wrong | Teach | Ticket | Ping
)  # fmt: skip


def parse(raw: str | bytes | None) -> Frame:
    return frames.read(raw, _READERS)


def _uuid(fields: dict[str, Any], name: str) -> uuid.UUID:
    found = _maybe(fields, name)
    if found is None:
        raise BadFrame(_("The field %(name)s is missing.") % {"name": name})
    return found


def _maybe(fields: dict[str, Any], name: str) -> uuid.UUID | None:
    raw = fields.get(name)
    if raw is None:
        return None
    try:
        return uuid.UUID(raw)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadFrame(_("The field %(name)s is no id.") % {"name": name}) from error


def _choose(fields: dict[str, Any]) -> Choose:
    state = fields.get("state")
    if state not in Presence.State.values:
        raise BadFrame(_("Choose online, away or offline."))
    return Choose(str(state))


def _claim(fields: dict[str, Any]) -> Claim:
    claim = Claim(_maybe(fields, "handover"), _maybe(fields, "conversation"))
    if claim.handover is None and claim.conversation is None:
        raise BadFrame(_("Say which handover or conversation to claim."))
    return claim


def _words(kind: str) -> Callable[[dict[str, Any]], Words]:
    def read(fields: dict[str, Any]) -> Words:
        said = frames.say(fields)
        return Words(kind, _uuid(fields, "conversation"), said.client_id, said.text, said.attachments)

    return read


def _transfer(fields: dict[str, Any]) -> Transfer:
    raw = fields.get("to")
    to: dict[str, Any] = {}
    if isinstance(raw, dict) and raw.get("agent") is not None:
        to = {"agent": _uuid(raw, "agent")}
    elif isinstance(raw, dict) and raw.get("team") is not None:
        to = {"team": seq_of(raw, "team")}
    elif not isinstance(raw, dict) or raw.get("bot") is not True:
        raise BadFrame(_("Say to whom: an agent, a team or the bot."))
    return Transfer(_uuid(fields, "conversation"), to, text_of(fields, "note", frames.MOST_CHARACTERS))


def _snooze(fields: dict[str, Any]) -> Snooze:
    raw = fields.get("until")
    try:
        until = parse_datetime(raw) if isinstance(raw, str) else None
    except ValueError:
        until = None
    if raw is not None and (until is None or until.tzinfo is None):
        raise BadFrame(_("Write the time as 2026-11-21T09:30:00Z."))
    return Snooze(_uuid(fields, "conversation"), until)


def _tag(fields: dict[str, Any]) -> Tag:
    raw = fields.get("tags")
    if not isinstance(raw, list) or len(raw) > MOST_TAGS or not all(isinstance(tag, str) for tag in raw):
        raise BadFrame(_("Tags are a list of at most %d words.") % MOST_TAGS)
    tags = [frames.clean(tag) for tag in raw]
    if any(frames.is_blank(tag) or len(tag) > LONGEST_TAG for tag in tags):
        raise BadFrame(_("A tag has 1 to %d characters.") % LONGEST_TAG)
    return Tag(_uuid(fields, "conversation"), tags)


def _priority(fields: dict[str, Any]) -> Priority:
    number = seq_of(fields, "priority")
    if number > 3:
        raise BadFrame(_("A priority is a number from 0 to 3."))
    return Priority(_uuid(fields, "conversation"), number)


def _teach(fields: dict[str, Any]) -> Teach:
    question, answer = text_of(fields, "question", 300), text_of(fields, "answer", frames.MOST_CHARACTERS)
    if not question or not answer:
        raise BadFrame(_("A question and its answer are both needed."))
    return Teach(_uuid(fields, "conversation"), question, answer)


_READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "presence": _choose,
    "open": lambda f: Open(_uuid(f, "conversation"), seq_of(f, "after", default=0)),
    "leave": lambda f: Leave(_uuid(f, "conversation")),
    "claim": _claim,
    "decline": lambda f: Decline(_uuid(f, "handover")),
    "say": _words("say"),
    "note": _words("note"),
    "transfer": _transfer,
    "resolve": lambda f: Resolve(_uuid(f, "conversation"), text_of(f, "reason", 200)),
    "reopen": lambda f: Reopen(_uuid(f, "conversation")),
    "snooze": _snooze,
    "tag": _tag,
    "priority": _priority,
    "block": lambda f: Block(_uuid(f, "visitor"), f.get("on") is True),
    "typing": lambda f: Typing(_uuid(f, "conversation"), f.get("on") is True),
    "read": lambda f: Read(_uuid(f, "conversation"), seq_of(f, "seq")),
    "sync": lambda f: Sync(_maybe(f, "conversation"), seq_of(f, "after", default=0)),
    "suggest": lambda f: Suggest(_uuid(f, "conversation")),
    "wrong": lambda f: Wrong(_uuid(f, "conversation"), seq_of(f, "seq")),
    "teach": _teach,
    "ticket": lambda f: Ticket(_uuid(f, "conversation"), frames.say({**f, "text": "-"}).client_id, text_of(f, "subject", 200)),
    "ping": lambda f: Ping(),
}
