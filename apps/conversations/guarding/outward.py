"""Words that leave the house: the one door of everything that is mailed, posted or exported of a conversation."""

from uuid import UUID

from apps.conversations.guarding import audit
from apps.filters import live
from apps.filters.rule import Direction


def leaving(text: str, conversation: UUID | None) -> str:
    """The text by the live release's rules for logs and exports. What was found is audited, once each time that it leaves."""
    out, found, release = live.leaving(text)
    if found:
        audit.note(conversation, found, release=release, direction=Direction.TO_LOGS)
    return out
