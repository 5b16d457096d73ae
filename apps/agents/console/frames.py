"""The frames that an agent's console may send, parsed once and frozen (the customer's: conversations.frames)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.agents.console import tool_frames
from apps.agents.console.tool_frames import ToolFrame
from apps.agents.models import Presence
from apps.conversations.wire import frames
from apps.conversations.wire.fields import maybe_uuid, moment_of, tags_of, uuid_of
from apps.conversations.wire.frames import Ping, seq_of, text_of
from apps.tenants.refusal import Refusal


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
    | Typing | Read | Sync | Suggest | Wrong | Teach | Ticket | Ping | ToolFrame
)  # fmt: skip


def parse(raw: str | bytes | None) -> Frame:
    return frames.read(raw, _READERS)


def _choose(fields: dict[str, Any]) -> Choose:
    state = fields.get("state")
    if state not in Presence.State.values:
        raise Refusal("bad_frame", _("Choose online, away or offline."))
    return Choose(str(state))


def _claim(fields: dict[str, Any]) -> Claim:
    claim = Claim(maybe_uuid(fields, "handover"), maybe_uuid(fields, "conversation"))
    if claim.handover is None and claim.conversation is None:
        raise Refusal("bad_frame", _("Say which handover or conversation to claim."))
    return claim


def _words(kind: str) -> Callable[[dict[str, Any]], Words]:
    def read(fields: dict[str, Any]) -> Words:
        said = frames.say(fields)
        return Words(kind, uuid_of(fields, "conversation"), said.client_id, said.text, said.attachments)

    return read


def _transfer(fields: dict[str, Any]) -> Transfer:
    raw = fields.get("to")
    to: dict[str, Any] = {}
    if isinstance(raw, dict) and raw.get("agent") is not None:
        to = {"agent": uuid_of(raw, "agent")}
    elif isinstance(raw, dict) and raw.get("team") is not None:
        to = {"team": seq_of(raw, "team")}
    elif not isinstance(raw, dict) or raw.get("bot") is not True:
        raise Refusal("bad_frame", _("Say to whom: an agent, a team or the bot."))
    return Transfer(uuid_of(fields, "conversation"), to, text_of(fields, "note", frames.MOST_CHARACTERS))


def _snooze(fields: dict[str, Any]) -> Snooze:
    return Snooze(uuid_of(fields, "conversation"), moment_of(fields, "until"))


def _priority(fields: dict[str, Any]) -> Priority:
    number = seq_of(fields, "priority")
    if number > 3:
        raise Refusal("bad_frame", _("A priority must be a number from 0 to 3."))
    return Priority(uuid_of(fields, "conversation"), number)


def _teach(fields: dict[str, Any]) -> Teach:
    question, answer = text_of(fields, "question", 300), text_of(fields, "answer", frames.MOST_CHARACTERS)
    if not question or not answer:
        raise Refusal("bad_frame", _("Both a question and its answer are needed."))
    return Teach(uuid_of(fields, "conversation"), question, answer)


def _ticket(fields: dict[str, Any]) -> Ticket:
    client_id = frames.say({**fields, "text": "-"}).client_id
    return Ticket(uuid_of(fields, "conversation"), client_id, text_of(fields, "subject", 200))


_READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "presence": _choose,
    "open": lambda f: Open(uuid_of(f, "conversation"), seq_of(f, "after", default=0)),
    "leave": lambda f: Leave(uuid_of(f, "conversation")),
    "claim": _claim,
    "decline": lambda f: Decline(uuid_of(f, "handover")),
    "say": _words("say"),
    "note": _words("note"),
    "transfer": _transfer,
    "resolve": lambda f: Resolve(uuid_of(f, "conversation"), text_of(f, "reason", 200)),
    "reopen": lambda f: Reopen(uuid_of(f, "conversation")),
    "snooze": _snooze,
    "tag": lambda f: Tag(uuid_of(f, "conversation"), tags_of(f)),
    "priority": _priority,
    "block": lambda f: Block(uuid_of(f, "visitor"), f.get("on") is True),
    "typing": lambda f: Typing(uuid_of(f, "conversation"), f.get("on") is True),
    "read": lambda f: Read(uuid_of(f, "conversation"), seq_of(f, "seq")),
    "sync": lambda f: Sync(maybe_uuid(f, "conversation"), seq_of(f, "after", default=0)),
    "suggest": lambda f: Suggest(uuid_of(f, "conversation")),
    "wrong": lambda f: Wrong(uuid_of(f, "conversation"), seq_of(f, "seq")),
    "teach": _teach,
    "ticket": _ticket,
    "ping": lambda f: Ping(),
    **tool_frames.READERS,
}
