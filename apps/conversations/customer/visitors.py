"""Visitors: their signed tokens, verified identities, and the conversation each is in.

A token is bound to its tenant by the signing salt, so that another tenant's token is just a bad signature.
"""

import hashlib
import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from apps.conversations.customer.identity import Identity, vouched
from apps.conversations.models import Conversation, Visitor
from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Site

TOKEN_MINUTES = 15
REMEMBERED = timedelta(days=180)
VOUCHABLE = ("name", "email", "phone")
FIRST_SECONDS = 120  # an answer that was lost is asked for again within it
SHORTEST_FIRST = 32  # characters of what nobody guesses: it opens what the browser began


def token(visitor: Visitor) -> tuple[str, datetime]:
    """A token and the moment from which it opens no socket any more (it still identifies the visitor for months)."""
    expires = timezone.now() + timedelta(minutes=TOKEN_MINUTES)
    value = signing.dumps({"v": visitor.pk.hex, "e": int(expires.timestamp())}, salt=_salt(), compress=False)
    return value, expires


def of_token(value: str, *, remembered: bool = False) -> uuid.UUID | None:
    """The visitor's id, or None for a forged, foreign or expired token. `remembered` accepts one of last time."""
    try:
        fields = signing.loads(value, salt=_salt(), max_age=REMEMBERED)
        visitor, expires = uuid.UUID(fields["v"]), datetime.fromtimestamp(fields["e"], UTC)
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
    return visitor if remembered or expires > timezone.now() else None


def recognise(
    site: Site, last_token: str, identity: Identity | None, newcomer: Callable[[], None] = lambda: None, first: str = ""
) -> Visitor:
    """The visitor of a vouched identity, else of last time's token, else a new one. Raises Refusal.

    `first`: a browser's own random name for its first visit. All its tabs that ask by it within a moment are one visitor.

    `newcomer` is asked before somebody is made whom nobody vouches for, and may raise.
    """
    claimed = identity or Identity()
    if claimed.user_id or claimed.token:
        return _identified(site, last_token, claimed, vouched(claimed, site.identity_secret))
    known = _of_last_time(last_token)
    visitor = known if known and known.user_id is None else _newcomer(site, first, newcomer)
    # Without a signature a name and an e-mail are a claim: kept for the agents to see, never used to find history.
    if not _fill(visitor, claimed) and not visitor._state.adding:
        return visitor
    try:
        with transaction.atomic():
            visitor.save()
    except IntegrityError:  # another tab of this browser was first, a moment ago
        return Visitor.objects.get(pk=visitor.pk)
    return visitor


def _newcomer(site: Site, first: str, newcomer: Callable[[], None]) -> Visitor:
    """Somebody new, not kept yet, or whom another tab of this browser has just made."""
    own = _of_first(first)
    if own is None:
        newcomer()
        own = _begun(first)
    known = Visitor.objects.filter(pk=own).first()
    if known and (known.user_id or known.merged_into_id):  # has signed in since: only who can sign goes on as them
        newcomer()
        return Visitor(language=site.language)
    return known or Visitor(pk=own, language=site.language)


def _of_first(first: str) -> uuid.UUID | None:
    """The visitor that another tab of this browser has just begun to be."""
    if len(first) < SHORTEST_FIRST:
        return None
    try:
        known = valkey.client().get(_first_key(first))
    except (RedisError, OSError):
        return None
    return uuid.UUID(bytes=known) if known else None  # type: ignore[arg-type]


def _begun(first: str) -> uuid.UUID:
    """The id of somebody new, the same for all who ask by `first`. Without Valkey each tab is somebody."""
    own = uuid.uuid4()
    if len(first) < SHORTEST_FIRST:
        return own
    try:
        valkey.client().set(_first_key(first), own.bytes, nx=True, ex=FIRST_SECONDS)
    except (RedisError, OSError):
        return own
    return _of_first(first) or own


def _first_key(first: str) -> str:
    return valkey.key("first", hashlib.sha256(first.encode()).hexdigest())


def _identified(site: Site, last_token: str, claimed: Identity, proven: Identity) -> Visitor:
    here = _of_last_time(last_token)
    visitor = Visitor.objects.filter(user_id=proven.user_id).first()
    if proven.is_late and not _went_on(visitor, here, proven):
        raise Refusal("unauthorized", _("The identity was signed too long ago. Your server must sign a new one for each page."))
    visitor = visitor or here
    if visitor is None or visitor.user_id not in (None, proven.user_id):
        visitor = Visitor(language=site.language)
    visitor.user_id = proven.user_id
    _take(visitor, proven)
    _fill(visitor, claimed)
    try:
        with transaction.atomic():
            visitor.save()
    except IntegrityError:  # another page of theirs was first, a moment ago
        return Visitor.objects.get(user_id=proven.user_id)
    return visitor


def _went_on(visitor: Visitor | None, here: Visitor | None, proven: Identity) -> bool:
    """A page that has been open since the identity was fresh: this browser was let in by it, or by a later one, before."""
    if visitor is None or here is None or visitor.vouched_at is None or proven.signed_at is None:
        return False
    return visitor.pk == here.pk and proven.signed_at <= visitor.vouched_at


def _take(visitor: Visitor, proven: Identity) -> None:
    """Gives the visitor the signed values, unless later ones have come. Values not signed are vouched for no more."""
    if proven.signed_at is None or (visitor.vouched_at and proven.signed_at < visitor.vouched_at):
        return
    visitor.vouched = [name for name in VOUCHABLE if getattr(proven, name)]
    for name in visitor.vouched:
        setattr(visitor, name, getattr(proven, name))
    visitor.signed, visitor.vouched_at = proven.attributes, proven.signed_at


def _fill(visitor: Visitor, claimed: Identity) -> bool:
    """Fills in what the page says beside what was signed, where nothing is known; whether something was new."""
    lacking = [name for name in VOUCHABLE if getattr(claimed, name) and not encryption.kept(visitor, name)]
    for name in lacking:
        setattr(visitor, name, getattr(claimed, name))
    return bool(lacking)


def _of_last_time(last_token: str) -> Visitor | None:
    known = of_token(last_token, remembered=True)
    return find(known) if known else None


def find(pk: uuid.UUID) -> Visitor | None:
    """The visitor, or the one they were merged into."""
    return found([pk]).get(pk)


def ended() -> Refusal:
    """No token, or one that is not good here."""
    return Refusal("unauthorized", _("Your visit has ended. Reload the page to go on."))


def refuse_blocked(visitor: Visitor) -> None:
    """Nothing of theirs is taken. Not `closed`: clients would begin a new conversation again and again."""
    if visitor.blocked_at:
        raise Refusal("not_found", _("We no longer take messages here."))


def found(pks: Collection[uuid.UUID]) -> dict[uuid.UUID, Visitor]:
    """These visitors, or those they were merged into. An agent's merging is no proof, so it never leads to one vouched for."""
    rows = Visitor.objects.filter(pk__in=pks).select_related("merged_into")
    return {row.pk: row.merged_into or row for row in rows if row.merged_into is None or row.merged_into.user_id is None}


Wish = tuple[uuid.UUID, uuid.UUID | None]  # a visitor, and the conversation they ask for


def conversations_of(wishes: Collection[Wish]) -> dict[Wish, tuple[Conversation, bool]]:
    """(conversation, found) for each wish: the wanted one, else the open one, else an unsaved fresh one.

    `found` is False when one was wanted and is not the visitor's. The fresh id follows from the visitor and the number of
    earlier conversations, so that two tabs that begin at once begin the same conversation.
    """
    wanted = {conversation for _visitor, conversation in wishes if conversation}
    theirs = Conversation.objects.filter(visitor__in={visitor for visitor, _wanted in wishes})
    rows = list(theirs.filter(Q(closed_at=None) | Q(pk__in=wanted)))
    known: dict[Wish, Conversation] = {(row.visitor_id, row.pk): row for row in rows}
    known |= {(row.visitor_id, None): row for row in rows if row.is_open}
    rooms, left = {}, []
    for visitor, conversation in wishes:
        row = known.get((visitor, conversation)) or known.get((visitor, None))
        if row is None:
            left.append((visitor, conversation))
        else:
            rooms[visitor, conversation] = row, conversation in (None, row.pk)
    return rooms | _fresh(left) if left else rooms


def rooms_of(visitor: uuid.UUID) -> list[uuid.UUID]:
    """The conversations in which a socket of this visitor may be: the newest ones, and the one that has yet to begin."""
    theirs = Conversation.objects.filter(visitor=visitor)
    fresh = uuid.uuid5(visitor, f"{context.schema()}/{theirs.count()}")
    return [*theirs.order_by("-changed_at").values_list("pk", flat=True)[:20], fresh]


def _fresh(wishes: Collection[Wish]) -> dict[Wish, tuple[Conversation, bool]]:
    """A conversation that begins with its first message, for each of these wishes of visitors who have none open."""
    visitors = {visitor for visitor, _wanted in wishes}
    before = dict(Conversation.objects.filter(visitor__in=visitors).values_list("visitor").annotate(Count("pk")))
    fresh = {visitor: uuid.uuid5(visitor, f"{context.schema()}/{before.get(visitor, 0)}") for visitor in visitors}
    return {
        (visitor, wanted): (Conversation(id=fresh[visitor], visitor_id=visitor, release=0), wanted in (None, fresh[visitor]))
        for visitor, wanted in wishes
    }


def _salt() -> str:
    return f"yingda.visitor.{context.schema()}"
