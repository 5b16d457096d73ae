"""Words that people type, as the live release's rules let them be kept: masked before they are written, published or sent."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.conversations.channels import Channel
from apps.conversations.guarding import audit
from apps.conversations.ledger.kept import Kept
from apps.conversations.models import Original
from apps.conversations.wire.events import CONFIDED, SEALED
from apps.filters import live
from apps.filters.live import Live
from apps.filters.rule import Direction, Where
from apps.filters.screening import masked
from apps.filters.screening.masked import Covered, Found
from apps.filters.screening.screen import Screened
from apps.filters.screening.stream import Stream
from apps.llm import languages
from apps.tenants.vault import sealing
from apps.tenants.vault.sealing import Place
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Words:
    """`text`: as it is kept. `body`: what its event says of that, `masked` and `original`. `kept`: the rows that go with it."""

    text: str
    body: Mapping[str, Any]
    kept: Kept | None = None


QUICK = 500  # characters that an event loop may wait for


def is_quiet(rules: Live, text: str, language: str) -> bool:
    """Whether nothing is found in a short text, and nothing is to be judged later: told in an event loop, without a thread."""
    return not rules.judged and len(text) <= QUICK and not _noted(rules, text, language)[1]


def heard(rules: Live | None, text: str, language: str) -> Words:
    """A customer's words: masked, and marked. What rules block or hand over is found when the bot reads them, and so is what is
    marked in some flows only."""
    if rules is None or not text.strip():
        return Words(text, {})
    screened, noted = _noted(rules, text, language)
    if noted:
        return keeping(text, screened, rules.release, Direction.FROM_CUSTOMER, noted, judged=rules.judged)
    return Words(text, {}, Kept(None, "", [], judged=True) if rules.judged else None)


def confided(text: str, words: Words) -> Words:
    """Words said to a sensitive question: nothing of them is shown. `words`: the same as the rules alone let them be kept."""
    if not text.strip():
        return words
    own, kept = uuid.uuid4(), words.kept or Kept(None, "", ())
    body = {"masked": [Covered(0, len(SEALED), what=CONFIDED).stored()], "original": str(own)}
    return Words(SEALED, body, Kept(own, sealing.seal(text, _place(own)), kept.hits, kept.judged))


def _noted(rules: Live, text: str, language: str) -> tuple[Screened, list[Found]]:
    """With the places that are recorded when it is said."""
    screened = rules.screen.screened(text, at(Direction.FROM_CUSTOMER, text, language))
    found = zip(masked.found(text, screened), screened.hits, strict=True)
    return screened, [place for place, hit in found if not hit.rule.action.ends]


def keeping(
    text: str,
    screened: Screened,
    release: int,
    direction: Direction,
    found: Sequence[Found],
    member: Member | None = None,
    *,
    judged: bool = False,
) -> Words:
    """The words as masked, with their original where anything was. `judged`: as `Kept` has it."""
    covered = masked.covered(text, screened)
    hits, sealer = audit.rows(found, release=release, direction=str(direction), member=member and str(member.pk))
    if not covered or sealer is None:
        return Words(text, {}, Kept(None, "", hits, judged))
    own = uuid.uuid4()
    body = {"masked": [place.stored() for place in covered], "original": str(own)}
    sealed = sealer.seal(text, _place(own))
    return Words(masked.masked(text, screened), body, Kept(own, sealed, hits, judged))


def so_far(rules: Live, text: str, language: str) -> str:
    """Words that are still being typed, as far as nothing can become of them that would be masked."""
    return Stream(rules.screen.changing, at(Direction.FROM_CUSTOMER, text, language)).feed(text)


def hides(rules: Live, value: object, language: str) -> bool:
    """Whether a value that was entered into a form would be masked as a text."""
    if value is None or isinstance(value, bool):
        return False
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return bool(masked.covered(text, rules.screen.screened(text, at(Direction.FROM_CUSTOMER, text, language))))


def beside(conversation: UUID, text: str, language: str) -> str:
    """Words of a customer beside their messages, such as a comment, as they are kept. They are audited, without an original."""
    rules = live.of(Direction.FROM_CUSTOMER)
    if rules is None or not text.strip():
        return text
    screened, noted = _noted(rules, text, language)
    audit.note(conversation, noted, release=rules.release, direction=Direction.FROM_CUSTOMER)
    return masked.masked(text, screened)


def at(direction: Direction, text: str, language: str, flow: str = "") -> Where:
    return Where(direction, Channel.WIDGET, flow, languages.of(text, language))


def _place(original: UUID) -> Place:
    return Place(Original._meta.db_table, "text", str(original))
