"""A conversation as it stands, for pages that draw it by the chat's own thread (`<chat-recording>`)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from apps.conversations.models import Conversation
from apps.conversations.wire import events
from apps.tenants.workspace.models import Site

MOST_EVENTS = 500


@dataclass(frozen=True)
class Recording:
    """`frames`: what the page's script is given. `cut`: older events were left out."""

    frames: dict[str, Any]
    cut: bool


def of(row: Conversation, at: int = 0) -> Recording:
    """The newest part, or what stands around the event with the number `at`."""
    around = row.events.filter(seq__lte=at + MOST_EVENTS // 2) if at else row.events
    site, newest = Site.load(), list(around.order_by("-seq")[:MOST_EVENTS])
    told = [events.of_row(event) for event in reversed(newest)]
    frames = {"locale": get_language() or site.language, "name": site.name, "accent": site.accent, "at": at, "events": told}
    return Recording(frames, row.last_seq > len(newest))
