"""An agent's verbs, one file each: the frame, how it is read and checked, what it does. To add a verb, copy one.

The console's socket, what is done to many conversations at once, and macros know the verbs from here alone.
"""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import datetime
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

from django.utils.functional import Promise

from apps.agents.casework.macros import Run
from apps.conversations.wire import fields as wire
from apps.conversations.wire.events import Frame
from apps.conversations.wire.frames import seq_of, text_of
from apps.tenants.workspace.models import Member

Fields = dict[str, Any]

VERBS: dict[str, type["Verb"]] = {}  # by the type of their frame
BULK: dict[str, type["Verb"]] = {}  # by what `bulk` calls them
STEPS: dict[str, "Step"] = {}  # by the step of a macro


class Step(NamedTuple):
    verb: type["Verb"]
    words: str | Promise  # what a macro of this step does


@dataclass(frozen=True)
class Verb:
    """A frame of the console and what it asks for: a dataclass of what the frame says.

    `frame`, `bulk` and `steps` are the names under which it is known; without one it is not known there.
    """

    asks_model: ClassVar[bool] = False  # a model may take its time; the line goes on meanwhile

    def __init_subclass__(cls, *, frame: str = "", bulk: str = "", steps: Mapping[str, str | Promise] | None = None) -> None:
        VERBS.update({frame: cls} if frame else {})
        BULK.update({bulk: cls} if bulk else {})
        STEPS.update({step: Step(cls, words) for step, words in (steps or {}).items()})

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Reads a frame of the wire, each field by its type. Raises Refusal with a sentence for what is wrong."""
        found = cls(**{each.name: _field(fields, each.name, each.type) for each in fields_of(cls)})
        found.check()
        return found

    def check(self) -> None:
        """Raises Refusal for what a field alone cannot tell."""

    @classmethod
    def on_one_of_many(cls, conversation: UUID, fields: Fields) -> Self:
        """Reads a `bulk` frame, which has the same fields but for the conversation."""
        return cls.read({**fields, "conversation": str(conversation)})

    @classmethod
    def as_step(cls, step: str, run: Run) -> Self:
        """Makes the verb out of what a macro says."""
        raise NotImplementedError

    def act(self, me: Member) -> Frame | None:
        """Does it; → what its sender alone is told. Raises Refusal with nothing done."""
        raise NotImplementedError


def _field(fields: Fields, name: str, kind: Any) -> Any:
    """`Annotated[str, n]` is a text of at most n characters."""
    most = getattr(kind, "__metadata__", None)
    return text_of(fields, name, most[0]) if most else _READERS[kind](fields, name)


_READERS: dict[Any, Callable[[Fields, str], Any]] = {
    UUID: wire.uuid_of,
    UUID | None: wire.maybe_uuid,
    int: seq_of,
    bool: lambda fields, name: fields.get(name) is True,
    datetime | None: wire.moment_of,
    list[str]: lambda fields, name: wire.tags_of(fields),
}


for _found in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_found.name)
