"""Ids and lists in an agent's frame, each read with a sentence for what is wrong (texts and numbers: conversations.frames)."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.conversations.wire import frames
from apps.conversations.wire.frames import BadFrame

MOST_TAGS, LONGEST_TAG = 20, 40


def uuid_of(fields: dict[str, Any], name: str) -> uuid.UUID:
    found = maybe_uuid(fields, name)
    if found is None:
        raise BadFrame(_("The field %(name)s is missing.") % {"name": name})
    return found


def maybe_uuid(fields: dict[str, Any], name: str) -> uuid.UUID | None:
    raw = fields.get(name)
    if raw is None:
        return None
    try:
        return uuid.UUID(raw)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadFrame(_("The field %(name)s is not a valid id.") % {"name": name}) from error


def uuids_of(fields: dict[str, Any], name: str, most: int) -> list[uuid.UUID]:
    """At least one and at most `most`, each once, in their order."""
    raw = fields.get(name)
    if not isinstance(raw, list) or not 0 < len(raw) <= most:
        raise BadFrame(_("Choose 1 to %d conversations.") % most)
    return list(dict.fromkeys(uuid_of({name: one}, name) for one in raw))


def tags_of(fields: dict[str, Any]) -> list[str]:
    raw = fields.get("tags")
    if not isinstance(raw, list) or len(raw) > MOST_TAGS or not all(isinstance(tag, str) for tag in raw):
        raise BadFrame(_("Tags must be a list of at most %d words.") % MOST_TAGS)
    tags = [frames.clean(tag) for tag in raw]
    if any(frames.is_blank(tag) or len(tag) > LONGEST_TAG for tag in tags):
        raise BadFrame(_("A tag must have 1 to %d characters.") % LONGEST_TAG)
    return tags
