"""The frames that an agent's console may send, parsed once and frozen (the customer's: conversations.frames).

Those of the line itself stand here; all others are verbs.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.agents.console.verbs import VERBS, Verb
from apps.agents.models import Presence
from apps.conversations.wire import frames
from apps.conversations.wire.fields import maybe_uuid, uuid_of
from apps.conversations.wire.frames import Ping, seq_of
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
class Typing:
    conversation: uuid.UUID
    on: bool


@dataclass(frozen=True)
class Sync:
    conversation: uuid.UUID | None
    after: int


Frame = Choose | Open | Leave | Typing | Sync | Ping | Verb


def parse(raw: str | bytes | None) -> Frame:
    return frames.read(raw, _READERS)


def _choose(fields: dict[str, Any]) -> Choose:
    state = fields.get("state")
    if state not in Presence.State.values:
        raise Refusal("bad_frame", _("Choose online, away or offline."))
    return Choose(str(state))


_READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "presence": _choose,
    "open": lambda f: Open(uuid_of(f, "conversation"), seq_of(f, "after", default=0)),
    "leave": lambda f: Leave(uuid_of(f, "conversation")),
    "typing": lambda f: Typing(uuid_of(f, "conversation"), f.get("on") is True),
    "sync": lambda f: Sync(maybe_uuid(f, "conversation"), seq_of(f, "after", default=0)),
    "ping": lambda f: Ping(),
    **{kind: verb.read for kind, verb in VERBS.items()},
}
