"""The console's page and the inbox's views with search, for members who answer customers."""

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.agents.console import entry, filters, highlighting, message_search, rows
from apps.conversations.models import Conversation
from apps.conversations.wire import fields
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Site
from apps.tenants.workspace.roles import may_answer

A_PAGE = 50
POLICY = (
    "default-src 'self'; connect-src 'self' {line}; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)
VIEWS = rows.VIEWS


@require_GET
@login_required
def console(request: HttpRequest) -> HttpResponse:
    me, site = request.user, Site.load()
    if not isinstance(me, Member) or not may_answer(me):
        raise PermissionDenied
    language = me.language or site.language
    with translation.override(language):
        page = render(request, "console/index.html", {"member": me, "site": site, "language": language})
    line = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"  # not all browsers take it for 'self'
    page["Content-Security-Policy"] = POLICY.format(line=line)
    return page


@require_GET
def conversations(request: HttpRequest) -> HttpResponse:
    """`?view=…&q=…` and the fields of filters.Filter → `{rows, next}`; with `q`, all of one customer together and in each row
    `hits`, the words that answer.

    `next` is the value of `before` for the page after this one, or null.
    """
    me = entry.agent_of(request)
    name, query = request.GET.get("view", "all"), request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if name not in VIEWS:
        raise Refusal("bad_frame", _("This view is unknown."))
    found = filters.narrow(rows.view(name, me), filters.Filter.read(request.GET), me.pk)
    if query:
        found = message_search.together(message_search.conversations(query, found))
    places = list(_after(request.GET.get("before"), found, _order(name, query))[: A_PAGE + 1])
    page = [place[-1] for place in places[:A_PAGE]]
    shown = rows.of(page)
    more = "_".join(map(_mark, places[A_PAGE - 1])) if len(places) > A_PAGE else None
    told = [rows.for_reader(shown[pk], me) for pk in page if pk in shown]
    response = JsonResponse({"rows": highlighting.added(query, told) if query else told, "next": more})
    response["Cache-Control"] = "no-store"
    return response


class _Order(NamedTuple):
    """The fields by which a list is sorted, the last of them `pk`, all of them up or all of them down."""

    fields: tuple[str, ...]
    up: bool = False

    @property
    def sorting(self) -> list[str]:
        return [name if self.up else f"-{name}" for name in self.fields]


def _order(view: str, query: str) -> _Order:
    if query:
        return _Order(("newest", "visitor", "changed_at", "pk"))
    return _Order(("waiting_since", "pk"), up=True) if view == "waiting" else _Order(("changed_at", "pk"))


def _after(before: str | None, found: QuerySet[Conversation], order: _Order) -> QuerySet[Any, tuple[Any, ...]]:
    """The places in this order, from the one after `before`."""
    rows, names = found.order_by(*order.sorting), order.fields
    if before:
        place, later = _place(before, names), Q()
        for n, name in enumerate(names):
            later |= Q(**dict(zip(names[:n], place[:n], strict=True)), **{f"{name}__{'gt' if order.up else 'lt'}": place[n]})
        rows = rows.filter(later)
    return rows.values_list(*names)


def _place(text: str, names: tuple[str, ...]) -> list[datetime | uuid.UUID]:
    marks = text.replace(" ", "+").split("_")
    try:
        read = zip(names, marks, strict=True)
        return [uuid.UUID(mark) if name in ("pk", "visitor") else fields.moment(mark) for name, mark in read]
    except ValueError as error:
        raise Refusal("bad_frame", _("The filter %s can't be read.") % "before") from error


def _mark(value: datetime | uuid.UUID) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
