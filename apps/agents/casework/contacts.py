"""The customers: their card, what agents write on it, who may be the same person, and making two of them one."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from apps.agents.models import Merge
from apps.conversations.live import publish
from apps.conversations.models import Conversation, Event, Visitor
from apps.conversations.wire import about, events
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member

MOST_PAST, MOST_ALIKE, MOST_MERGES = 20, 5, 5
LONGEST_NOTES = 2_000


def card(row: Conversation) -> Frame:
    """Everything that the customer panel shows. The site vouches for the `user_id`, for those of name, e-mail and phone that
    `vouched` names, and for what is `signed`; the other values and `claims` are somebody's word."""
    visitor = row.visitor
    return {
        "id": str(visitor.pk),
        "name": visitor.name,
        "email": encryption.shown(visitor, "email"),
        "phone": encryption.shown(visitor, "phone"),
        "user_id": visitor.user_id,
        "language": row.language or visitor.language,
        "blocked": visitor.blocked_at is not None,
        "first_seen": events.moment(visitor.created_at),
        "vouched": visitor.vouched,
        "signed": encryption.shown(visitor, "signed"),
        "attributes": visitor.attributes,
        "notes": visitor.notes,
        **about.told(visitor),
        "past": _past(row),
        "alike": [_short(one) for one in alike(visitor)],
        "merged": _merges(visitor),
    }


def describe(visitor: UUID, changes: dict[str, Any]) -> None:
    """Name, e-mail, phone, notes or attributes as an agent knows them better; the site vouches for what was changed no more,
    until it signs it anew."""
    found = _find(visitor)
    for name, value in changes.items():
        if encryption.shown(found, name) != value and name in found.vouched:
            found.vouched.remove(name)
        setattr(found, name, value)
    found.save(update_fields=[*changes, "vouched"])
    _tell(found.pk)


def alike(visitor: Visitor) -> list[Visitor]:
    """Others who gave the same e-mail address. Two who are both vouched for are two people, whatever they gave."""
    if not visitor.email_index:
        return []
    others = Visitor.objects.filter(email_index=visitor.email_index, merged_into=None)
    if visitor.user_id:
        others = others.filter(user_id=None)
    return list(others.exclude(pk=visitor.pk).annotate(talks=Count("conversations")).order_by("created_at")[:MOST_ALIKE])


def merge(visitor: UUID, other: UUID, me: Member) -> Frame:
    """Two visitors become one; `{type: merged, kept, gone, moved}`.

    Who is vouched for by signature is always the one that stays; else the one who was here first. A browser of the other
    goes on as the one that stays (conversations.visitors), unless that one is vouched for: then it has to sign in, because
    an e-mail address that somebody typed is no proof, and would else open a stranger's history.
    """
    if visitor == other:
        raise Refusal("bad_frame", _("These are the same visitor."))
    with transaction.atomic():
        both = {one.pk: one for one in Visitor.objects.select_for_update().filter(pk__in=(visitor, other)).order_by("pk")}
        first, second = both.get(visitor), both.get(other)
        if first is None or second is None:
            raise Refusal("not_found", _("We can't find this visitor."))
        kept, gone = sorted((first, second), key=lambda one: (one.user_id is None, one.created_at, one.pk))
        if gone.merged_into_id == kept.pk:
            return _merged(kept, gone, [])
        _refuse(kept, gone)
        moved = list(Conversation.objects.select_for_update().filter(visitor=gone).values_list("pk", flat=True))
        Conversation.objects.filter(pk__in=moved).update(visitor=kept)
        Visitor.objects.filter(merged_into=gone).update(merged_into=kept)
        Visitor.objects.filter(pk=gone.pk).update(merged_into=kept)
        _fill(kept, gone)
        Merge.objects.create(kept=kept, gone=gone, member=me, moved=moved)
        transaction.on_commit(lambda: _rename(kept, moved))
    return _merged(kept, gone, moved)


def _refuse(kept: Visitor, gone: Visitor) -> None:
    if kept.merged_into_id or gone.merged_into_id:
        raise Refusal("closed", _("One of them has already been merged. Open the conversation again."))
    if gone.user_id:
        raise Refusal(
            "forbidden", _("Both are signed in on your site under different customer numbers, so they are two people.")
        )
    if (kept.blocked_at is None) != (gone.blocked_at is None):
        raise Refusal("forbidden", _("One of them is blocked. Unblock or block both first."))
    if kept.user_id and Conversation.objects.open().filter(visitor=gone).exists():
        raise Refusal("closed", _("The visitor who isn't signed in has an open conversation. Resolve it first."))
    if Conversation.objects.open().filter(visitor__in=(kept, gone)).count() > 1:
        raise Refusal("closed", _("Both have an open conversation. Resolve one of them first."))


def _fill(kept: Visitor, gone: Visitor) -> None:
    """Fills in what the kept visitor lacks. Nothing that was only typed becomes the name or address of somebody vouched for."""
    kept.notes = "\n".join(filter(None, (kept.notes, gone.notes)))[:LONGEST_NOTES]
    kept.attributes = {**gone.attributes, **kept.attributes}
    lacking = ("page", "device", "language", *(() if kept.user_id else ("name", "email", "phone")))
    for name in lacking:
        if not encryption.kept(kept, name):  # what is there and does not open is there
            setattr(kept, name, encryption.shown(gone, name))
    if not isinstance(encryption.kept(kept, "claims"), encryption.Sealed):
        kept.claims = {**encryption.shown(gone, "claims"), **kept.claims}
    kept.save(update_fields=["notes", "attributes", "claims", *lacking])


def _rename(kept: Visitor, moved: list[UUID]) -> None:
    """Customers' open lines go on under the new name, then the agents get the new card."""
    for conversation in moved:
        message = {"type": "visitor.merged", "into": str(kept.pk)}
        publish.to_group(publish.group(conversation), message)
    _tell(kept.pk)


def _merged(kept: Visitor, gone: Visitor, moved: list[UUID]) -> Frame:
    return {"type": "merged", "kept": str(kept.pk), "gone": str(gone.pk), "moved": [str(pk) for pk in moved]}


def _find(visitor: UUID) -> Visitor:
    found = Visitor.objects.filter(pk=visitor).select_related("merged_into").first()
    if found is None:
        raise Refusal("not_found", _("We can't find this visitor."))
    return found.merged_into or found


def _tell(visitor: UUID) -> None:
    """Every console that has one of their conversations open gets the new card, and every inbox the new name."""
    for row in Conversation.objects.filter(visitor=visitor).select_related("visitor").order_by("-changed_at")[:MOST_PAST]:
        publish.send(row.pk, {"type": "customer", "customer": card(row)}, audience=publish.TEAM)
        publish.nudge(row.pk)


def _past(row: Conversation) -> list[Frame]:
    past = []
    for old in Conversation.objects.filter(visitor=row.visitor_id).exclude(pk=row.pk).order_by("-changed_at")[:MOST_PAST]:
        last = old.events.filter(kind=Event.Kind.MESSAGE).last()
        text = events.words(last.body)[:160] if last else ""
        past.append({"conversation": str(old.pk), "opened_at": events.moment(old.opened_at), "last": text})
    return past


def _short(visitor: Visitor) -> Frame:
    return {
        "id": str(visitor.pk),
        "name": visitor.name,
        "email": encryption.shown(visitor, "email"),
        "vouched": visitor.user_id is not None,
        "first_seen": events.moment(visitor.created_at),
        "conversations": getattr(visitor, "talks", 0),
    }


def _merges(visitor: Visitor) -> list[Frame]:
    found = Merge.objects.filter(kept=visitor).select_related("member", "gone").order_by("-at")[:MOST_MERGES]
    return [{"name": str(one.gone), "by": str(one.member or ""), "at": events.moment(one.at)} for one in found]
