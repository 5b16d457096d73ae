"""Models that say what a test wrote: they ship with the product, so that nobody patches an HTTP client."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from apps.llm.chat import Message, ModelFailed, Schema, Used
from apps.llm.models import Tier


@dataclass
class ScriptedModel:
    """Streams `pieces`, then fails with `fails` if that is set. `asked` keeps what it was told."""

    pieces: Sequence[str] = ()
    fails: str = ""
    name: str = "scripted"
    tier: int = Tier.LOCAL
    used: Used = field(default_factory=Used)
    asked: list[Sequence[Message]] = field(default_factory=list)
    schemas: list[Schema | None] = field(default_factory=list)
    closed: bool = False

    def stream(self, messages: Sequence[Message], schema: Schema | None = None) -> Iterator[str]:
        self.asked.append(messages)
        self.schemas.append(schema)
        try:
            for piece in self.pieces:
                self.used.completion += 1
                yield piece
            if self.fails:
                raise ModelFailed(self.fails, "as scripted")
        finally:
            self.closed = True
