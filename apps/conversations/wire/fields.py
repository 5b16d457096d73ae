"""Ids and lists in an agent's frame, each read with a sentence for what is wrong (texts and numbers: conversations.frames)."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.conversations.wire import frames
from apps.tenants.refusal import Refusal

MOST_TAGS, LONGEST_TAG = 20, 40


def moment(raw: object) -> datetime:
    """ISO 8601 with a zone, as the database keeps it and gives it back: from the year 1 to 9999 in UTC. Raises ValueError."""
    found = parse_datetime(raw) if isinstance(raw, str) else None
    if found is None or found.tzinfo is None:
        raise ValueError(raw)
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(raw) from error


def moment_of(fields: dict[str, Any], name: str) -> datetime | None:
    raw = fields.get(name)
    try:
        return None if raw is None else moment(raw)
    except ValueError as error:
        raise Refusal("bad_frame", _("Write the time like 2026-11-21T09:30:00Z.")) from error


def uuid_of(fields: dict[str, Any], name: str) -> uuid.UUID:
    found = maybe_uuid(fields, name)
    if found is None:
        raise Refusal("bad_frame", _("The field %(name)s is missing.") % {"name": name})
    return found


def maybe_uuid(fields: dict[str, Any], name: str) -> uuid.UUID | None:
    raw = fields.get(name)
    if raw is None:
        return None
    try:
        return uuid.UUID(raw)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refusal("bad_frame", _("The field %(name)s is not a valid id.") % {"name": name}) from error


def uuids_of(fields: dict[str, Any], name: str, most: int) -> list[uuid.UUID]:
    """The ids, at least one and at most `most`, each once, in their order."""
    raw = fields.get(name)
    if not isinstance(raw, list) or not 0 < len(raw) <= most:
        raise Refusal("bad_frame", _("Choose 1 to %d conversations.") % most)
    return list(dict.fromkeys(uuid_of({name: one}, name) for one in raw))


def tags_of(fields: dict[str, Any]) -> list[str]:
    raw = fields.get("tags")
    if not isinstance(raw, list) or len(raw) > MOST_TAGS or not all(isinstance(tag, str) for tag in raw):
        raise Refusal("bad_frame", _("Tags must be a list of at most %d words.") % MOST_TAGS)
    tags = [frames.clean(tag) for tag in raw]
    if any(frames.is_blank(tag) or len(tag) > LONGEST_TAG for tag in tags):
        raise Refusal("bad_frame", _("A tag must have 1 to %d characters.") % LONGEST_TAG)
    return tags
