"""The inbox's rows: one line a conversation, as the console draws it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from apps.agents import notices
from apps.agents.models import Case, Offer
from apps.conversations.events import Frame, moment, words
from apps.conversations.models import Conversation, Event, Handover, Owner
from apps.tenants.workspace.models import Member

MOST, OTHERS = 500, 50
SNIPPET = 160
VIEWS = ("mine", "unassigned", "all", "waiting", "resolved", "snoozed")


def of(ids: Collection[UUID]) -> dict[UUID, Frame]:
    """Rows by id; ids of nobody are missing. `mine` is added for each reader by `for_reader`."""
    newest = Event.objects.filter(conversation=OuterRef("pk"), kind=Event.Kind.MESSAGE).order_by("-seq").values("pk")[:1]
    rows = list(Conversation.objects.filter(pk__in=ids).select_related("visitor").annotate(newest=Subquery(newest)))
    last = Event.objects.in_bulk([row.newest for row in rows if row.newest])
    cases = {case.pk: case for case in Case.objects.filter(pk__in=ids).select_related("assignee", "team")}
    asked: dict[UUID, Handover] = {}
    for handover in Handover.objects.filter(conversation__in=ids).order_by("requested_at"):
        asked[handover.conversation_id] = handover
    offers = {
        offer.handover_id: offer
        for offer in Offer.objects.filter(handover__conversation__in=ids, state=Offer.State.OPEN).select_related("member")
    }
    found = {}
    for row in rows:
        wish = asked.get(row.pk)
        offer = offers.get(wish.pk) if wish else None
        found[row.pk] = _row(row, last.get(row.newest), cases.get(row.pk), wish, offer)
    return found


def for_reader(row: Frame, me: Member) -> Frame:
    return {**row, "mine": bool(row["assignee"] and row["assignee"]["id"] == str(me.pk))}


def inbox() -> dict[UUID, datetime]:
    """What a console opens with, and when each changed: everything people have or wait for, and the newest of the bot's."""
    live = Conversation.objects.filter(closed_at=None)
    asked = Handover.objects.filter(done_at=None, conversation__closed_at=None).values("conversation")
    ours = live.filter(Q(owner__in=(Owner.QUEUE, Owner.HUMAN)) | Q(pk__in=asked)).order_by("-changed_at")
    others = live.filter(owner=Owner.BOT).order_by("-changed_at")
    columns = ("pk", "changed_at")
    return dict([*ours.values_list(*columns)[:MOST], *others.values_list(*columns)[:OTHERS]])


def view(name: str, me: Member) -> QuerySet[Conversation]:
    """The conversations of an inbox view, the newest change first."""
    rows, now = Conversation.objects.order_by("-changed_at", "-pk"), timezone.now()
    snoozed = Q(case__snoozed_until__gt=now, waiting_since=None, closed_at=None)
    match name:
        case "mine":
            return rows.filter(case__assignee=me, owner=Owner.HUMAN, closed_at=None).exclude(snoozed)
        case "unassigned":
            return rows.filter(owner=Owner.QUEUE, closed_at=None).exclude(snoozed)
        case "waiting":
            return rows.filter(owner__in=(Owner.QUEUE, Owner.HUMAN), closed_at=None, waiting_since__isnull=False)
        case "resolved":
            return rows.filter(closed_at__isnull=False)
        case "snoozed":
            return rows.filter(snoozed)
        case _:
            return rows


def _row(row: Conversation, last: Event | None, case: Case | None, handover: Handover | None, offer: Offer | None) -> Frame:
    visitor = row.visitor
    assignee = case.assignee if case and row.owner == Owner.HUMAN else None
    found: dict[str, Any] = {
        "conversation": str(row.pk),
        "visitor": {
            "id": str(visitor.pk),
            "name": visitor.name,
            "email": visitor.email,
            "language": row.language or visitor.language,
            "blocked": visitor.blocked_at is not None,
        },
        "owner": row.owner,
        "assignee": notices.person(assignee) if assignee else None,
        "team": {"id": case.team.pk, "name": case.team.name} if case and case.team else None,
        "last": _last(last),
        "opened_at": moment(row.opened_at),
        "seq": row.last_seq,
        "read": row.team_read,
        "waiting_since": moment(row.waiting_since) if row.waiting_since else None,
        "state": _state(row, case),
        "snoozed_until": moment(case.snoozed_until) if case and case.snoozed_until else None,
        "tags": case.tags if case else [],
        "priority": case.priority if case else 0,
        "reason": handover.reason if handover else "",
        "handover": _handover(handover, offer),
    }
    return found


def _last(event: Event | None) -> Frame | None:
    if event is None:
        return None
    text = " ".join(words(event.body).split())
    return {"author": event.author, "text": text[:SNIPPET], "at": moment(event.at)}


def _handover(handover: Handover | None, offer: Offer | None) -> Frame | None:
    if handover is None or handover.done_at:
        return None
    return {
        "id": str(handover.pk),
        "state": handover.state,
        "offered_to": notices.person(offer.member) if offer else None,
        "expires_at": moment(offer.expires_at) if offer else None,
    }


def _state(row: Conversation, case: Case | None) -> str:
    if row.closed_at:
        return "resolved"
    if case and case.snoozed_until and case.snoozed_until > timezone.now() and row.waiting_since is None:
        return "snoozed"
    return "open"
