"""A turn's change to the conversation's flow, recorded together with its answer."""

import hashlib
from dataclasses import dataclass

from apps.conversations.bot.leading.asking import Asking
from apps.flows.engine.place import Place
from apps.flows.engine.visit import Visit

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another one


@dataclass(frozen=True)
class Filing:
    """A ticket that the team is owed. `key`: the same for the same ticket, however often its turn is told."""

    key: str
    subject: str
    body: str
    team: str = ""

    @property
    def reference(self) -> str:
        """Six letters and digits by which customer and team call it."""
        digest = hashlib.blake2b(self.key.encode(), digest_size=6).digest()
        return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest)


@dataclass(frozen=True)
class Moved:
    """`place`: where the conversation stands from now on, None in no flow. `asking`: what a colleague is asked from now on.
    `visits`: the states that it came through, for the counts."""

    place: Place | None
    filings: tuple[Filing, ...] = ()
    asking: Asking | None = None
    visits: tuple[Visit, ...] = ()
