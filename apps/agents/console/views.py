"""The console's page and the inbox's views with search, for members who answer customers."""

import uuid
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.agents.console import entry, filters, message_search, rows
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
    """`?view=…&q=…` and the fields of filters.Filter → `{rows, next}`.

    `next` is the value of `before` for the page after this one, or null.
    """
    me = entry.agent_of(request)
    name, query = request.GET.get("view", "all"), request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if name not in VIEWS:
        raise Refusal("bad_frame", _("This view is unknown."))
    found = filters.narrow(rows.view(name, me), filters.Filter.read(request.GET), me.pk)
    if query:
        found = message_search.conversations(query, found)
    by, later = ("waiting_since", "gt") if name == "waiting" else ("changed_at", "lt")
    if before := request.GET.get("before"):
        at, pk = _place(before)
        found = found.filter(Q((f"{by}__{later}", at)) | Q((by, at), (f"pk__{later}", pk)))
    places = list(found.values_list("pk", by)[: A_PAGE + 1])
    page = places[:A_PAGE]
    shown = rows.of([pk for pk, _at in page])
    more = f"{page[-1][1].isoformat()}_{page[-1][0]}" if len(places) > A_PAGE else None
    answer = {"rows": [rows.for_reader(shown[pk], me) for pk, _at in page if pk in shown], "next": more}
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response


def _place(text: str) -> tuple[datetime, uuid.UUID]:
    at, _mark, pk = text.replace(" ", "+").rpartition("_")
    try:
        return fields.moment(at), uuid.UUID(pk)
    except ValueError as error:
        raise Refusal("bad_frame", _("The filter %s can't be read.") % "before") from error
