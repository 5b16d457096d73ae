"""A customer's own conversations, to read again: the list of them, and each one page by page from its end.

`GET /api/v1/widget/conversations?before=<id>` and `GET /api/v1/widget/conversations/<id>?before=<seq>`, by the visitor's token.
"""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.conversations.customer import session
from apps.conversations.files import links
from apps.conversations.ledger import limits
from apps.conversations.models import Conversation, Event, Visitor
from apps.conversations.wire import events, frames
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Site

LISTED, EVENTS = 20, 100  # on one page
WORDS = 140


def listed(request: HttpRequest) -> HttpResponse:
    """The visitor's conversations, newest first: `{conversations: [{id, opened_at, closed, text}], more}`."""
    visitor = _reader(request)
    rows = _theirs(visitor).filter(last_seq__gt=0).order_by("-opened_at", "-id")
    if before := request.GET.get("before"):
        last = _found(visitor, before)
        rows = rows.filter(Q(opened_at__lt=last.opened_at) | Q(opened_at=last.opened_at, pk__lt=last.pk))
    page = list(rows.annotate(words=_words())[: LISTED + 1])
    told = [
        {
            "id": str(row.pk),
            "opened_at": events.moment(row.opened_at),
            "closed": not row.is_open,
            "text": Truncator(row.words or "").chars(WORDS),
        }
        for row in page[:LISTED]
    ]
    return _answer({"conversations": told, "more": len(page) > LISTED})


def read(request: HttpRequest, conversation: str) -> HttpResponse:
    """The newest events of one, or those before a seq: `{events: [as on the socket], more}`, in their order."""
    visitor = _reader(request)
    row = _found(visitor, conversation)
    said = row.events.exclude(kind=Event.Kind.NOTE).order_by("-seq")
    if before := request.GET.get("before"):
        said = said.filter(seq__lt=_number(before))
    page = list(said[: EVENTS + 1])
    told = [events.for_customer(events.of_row(event)) for event in reversed(page[:EVENTS])]
    return _answer({"events": [links.signed(frame, links.VISITOR, visitor.pk) for frame in told], "more": len(page) > EVENTS})


def _reader(request: HttpRequest) -> Visitor:
    """The visitor, by the proof that opens their socket. Raises Refusal."""
    site = Site.load()
    translation.activate(site.language)
    session.check_page(request, site)
    if request.method != "GET":
        raise Refusal("bad_frame", _("Use GET."), 405)
    visitor = session.visitor_of(request)
    limits.check_visitor(visitor.pk, "read_again")
    return visitor


def _theirs(visitor: Visitor) -> QuerySet[Conversation]:
    return Conversation.objects.filter(visitor=visitor)


def _found(visitor: Visitor, raw: str) -> Conversation:
    try:
        row = _theirs(visitor).filter(pk=UUID(raw)).first()
    except ValueError:
        row = None
    if row is None:
        raise Refusal("not_found", _("We can't find this conversation."))
    return row


def _number(raw: str) -> int:
    return frames.seq_of({"before": int(raw)} if raw.isascii() and raw.isdecimal() and len(raw) < 11 else {}, "before")


def _words() -> Coalesce:
    """The customer's last words, or else anybody's."""
    said = Event.objects.filter(conversation=OuterRef("pk"), kind=Event.Kind.MESSAGE).order_by("-seq")
    text = KeyTextTransform("text", "body")
    theirs = said.filter(author=Event.Author.VISITOR).values_list(text)[:1]
    return Coalesce(Subquery(theirs), Subquery(said.values_list(text)[:1]))


def _answer(told: dict[str, Any]) -> HttpResponse:
    answer = JsonResponse(told)
    answer["Cache-Control"] = "private, no-store"
    return answer
