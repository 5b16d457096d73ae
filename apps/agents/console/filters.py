"""The filters of the inbox: team, agent, tag, priority, language, reason and date. The same as filter.js."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.conversations.models import Conversation, Handover, Owner
from apps.conversations.wire.frames import clean
from apps.tenants.refusal import Refusal

NOBODY = "none"
LONGEST = 60


@dataclass(frozen=True)
class Filter:
    """Empty means any. `team` a number, `agent` a member's id or `me`, both also `none`; `days` back from now, by opening."""

    team: str = ""
    agent: str = ""
    tag: str = ""
    priority: str = ""
    language: str = ""
    reason: str = ""
    days: str = ""

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Filter":
        """Reads a filter from an address's parameters or a frame. Raises Refusal with the field that is wrong."""
        found = cls(**{name: _word(raw.get(name), name) for name in _NAMES})
        for name, good in (("team", _is_team), ("agent", _is_agent), ("priority", _is_priority), ("days", _is_days)):
            if getattr(found, name) and not good(getattr(found, name)):
                raise Refusal("bad_frame", _("The filter %s can't be read.") % name)
        if found.reason and found.reason not in dict(Handover.REASONS):
            raise Refusal("bad_frame", _("The filter %s can't be read.") % "reason")
        return found

    @property
    def kept(self) -> dict[str, str]:
        """The filter as it is stored and sent: only the fields that narrow."""
        return {name: getattr(self, name) for name in _NAMES if getattr(self, name)}


_NAMES = [one.name for one in fields(Filter)]


def narrow(rows: QuerySet[Conversation], by: Filter, me: uuid.UUID) -> QuerySet[Conversation]:
    if by.team:
        rows = rows.filter(case__team=None if by.team == NOBODY else int(by.team))
    if by.agent == NOBODY:
        rows = rows.filter(~Q(owner=Owner.HUMAN) | Q(case__assignee=None))
    elif by.agent:
        rows = rows.filter(owner=Owner.HUMAN, case__assignee=me if by.agent == "me" else uuid.UUID(by.agent))
    if by.tag:
        rows = rows.filter(case__tags__contains=[by.tag])
    if by.priority:
        rows = _of_priority(rows, int(by.priority))
    if by.language:
        spoken = Coalesce(NullIf(F("language"), Value("")), F("visitor__language"))
        rows = rows.alias(tongue=spoken).filter(tongue=by.language)
    if by.reason:
        newest = Handover.objects.filter(conversation=OuterRef("pk")).order_by("-requested_at").values("reason")[:1]
        rows = rows.alias(why=Subquery(newest)).filter(why=by.reason)
    if by.days:
        rows = rows.filter(opened_at__gte=timezone.now() - timedelta(days=int(by.days)))
    return rows


def _of_priority(rows: QuerySet[Conversation], priority: int) -> QuerySet[Conversation]:
    """The rows of a priority; a conversation that was never filed has priority 0."""
    return rows.filter(case__priority=priority) if priority else rows.filter(Q(case=None) | Q(case__priority=0))


def _word(raw: Any, name: str) -> str:
    if raw is None:
        return ""
    text = clean(str(raw)) if isinstance(raw, str | int) and not isinstance(raw, bool) else None
    if text is None or len(text) > LONGEST:
        raise Refusal("bad_frame", _("The filter %s can't be read.") % name)
    return text


def _is_team(text: str) -> bool:
    return text == NOBODY or (text.isascii() and text.isdigit() and int(text) < 2**31)


def _is_agent(text: str) -> bool:
    try:
        return text in (NOBODY, "me") or bool(uuid.UUID(text))
    except ValueError:
        return False


def _is_priority(text: str) -> bool:
    return text in ("0", "1", "2", "3")


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) <= 3_650
