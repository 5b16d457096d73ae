"""The audit of words that no message holds: beside one, as a comment, or not sent at all."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from apps.conversations import metrics
from apps.conversations.models import Hit
from apps.filters.rule import Direction
from apps.filters.screening.masked import Found
from apps.tenants.workspace.models import Member


def note(
    conversation: UUID, found: Sequence[Found], *, release: int, direction: Direction, member: Member | None = None
) -> None:
    """Records the places, and counts them once that is committed."""
    for place in found:
        facts = {name: getattr(place, name) for name in ("rule", "name", "action", "what", "start", "end", "text")}
        Hit.objects.create(conversation_id=conversation, **facts, release=release, direction=direction, member=member)
        transaction.on_commit(metrics.FILTERED.labels(direction, place.action).inc)
