"""Agents' words to customers, as the live release's rules let them be sent: masked, warned about, or not sent at all."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.agents.casework import places
from apps.conversations.guarding import audit, words
from apps.conversations.guarding.words import Words
from apps.conversations.models import Conversation
from apps.filters import live
from apps.filters.rule import Action, Direction
from apps.filters.screening import masked
from apps.filters.screening.screen import Screened
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Spoken:
    """Words of an agent, and what the rules of a release found in them."""

    text: str
    screened: Screened
    release: int


class Stopped(Refusal):
    """The rule's words instead of the message. Nothing is written; the audit is, by `record`, when all else is undone."""

    def __init__(self, conversation: UUID, me: Member, spoken: Spoken, sentence: str) -> None:
        super().__init__("filtered", sentence)
        self._conversation, self._me, self._spoken = conversation, me, spoken

    def record(self) -> None:
        """Outside the transaction that this refusal ended."""
        found = masked.found(self._spoken.text, self._spoken.screened)
        release = self._spoken.release
        audit.note(self._conversation, found, release=release, direction=Direction.FROM_AGENT, member=self._me)


class Warned(Refusal):
    """A question back before anything is written: the same message with `confirmed` is sent."""

    def __init__(self, sentence: str, screened: Screened) -> None:
        super().__init__("confirm", sentence)
        self._hits = [hit for hit in screened.hits if hit.rule.action == Action.FLAG]

    def frame(self, client_id: str | None = None) -> dict[str, Any]:
        places = [
            {"start": hit.span.start, "end": hit.span.end, "rule": hit.rule.name, "what": hit.span.what} for hit in self._hits
        ]
        return super().frame(client_id) | {"places": places}


def screened(row: Conversation, text: str) -> Spoken | None:
    """None where no rule looks at agents, or none found anything."""
    rules = live.of(Direction.FROM_AGENT)
    if rules is None or not text.strip():
        return None
    place = places.of(row) if any(rule.flows for rule in rules.screen.rules) else None
    at = words.at(Direction.FROM_AGENT, text, row.language or "en", place.flow if place else "")
    found = rules.screen.screened(text, at)
    return Spoken(text, found, rules.release) if found.hits else None


def sent(spoken: Spoken | None, text: str, conversation: UUID, me: Member, *, confirmed: bool) -> Words:
    """The words as they go to the customer, with the rows that go with them. Raises Stopped and Warned."""
    if spoken is None:
        return Words(text, {})
    if spoken.screened.ended:
        raise Stopped(conversation, me, spoken, spoken.screened.text)
    warning = next((hit for hit in spoken.screened.hits if hit.rule.action == Action.FLAG), None)
    if warning and not confirmed:
        found = text[warning.span.start : warning.span.end]
        told = _("“%(rule)s” warns about “%(text)s”. Send it anyway?") % {"rule": warning.rule.name, "text": found[:80]}
        raise Warned(warning.rule.say.strip() or told, spoken.screened)
    found_places = masked.found(text, spoken.screened)
    return words.keeping(text, spoken.screened, spoken.release, Direction.FROM_AGENT, found_places, me)
