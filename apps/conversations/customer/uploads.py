"""Where files come in and go out: the customer's door for sending one up, both sides' door for fetching one.

The body of a `POST` is the file itself and its name stands in `Content-Disposition`, as RFC 6266 writes it: no form is
parsed, and a browser tells how far it is.
"""

import tempfile
import time
from collections.abc import AsyncIterator
from typing import Any, BinaryIO, TypeVar, cast
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.http import content_disposition_header, parse_header_parameters
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from apps.conversations.customer import session, visitors
from apps.conversations.files import attachments, links, room
from apps.conversations.files.kinds import Refused
from apps.conversations.ledger import limits
from apps.conversations.models import Visitor
from apps.conversations.wire import events
from apps.tenants.live.threads import on_the_way_out
from apps.tenants.network import address, neighbourhood
from apps.tenants.workspace.models import Site

log = structlog.get_logger(__name__)

Response = TypeVar("Response", bound=HttpResponseBase)

PIECE = 64 * 1024
IN_MEMORY = 1024 * 1024
POLICY = "default-src 'none'; sandbox"


@csrf_exempt
def customers(request: HttpRequest) -> HttpResponse:
    """`POST /api/v1/widget/attachments` by the visitor's token; `GET` tells how large a file may be."""
    if request.method == "OPTIONS":
        return _cors(HttpResponse(status=204), request)
    site = Site.load()
    with translation.override(site.language):
        if not session.is_allowed(request.headers.get("Origin", ""), request.get_host(), site):
            return _cors(told("origin_not_allowed", str(session.NOT_ALLOWED), 403), request)
        if request.method == "GET":
            return _cors(rules(), request)
        visitor = _visitor(request)
        if visitor is None:
            return _cors(told("unauthorized", _("Your visit has ended. Reload the page to go on."), 401), request)
        if visitor.blocked_at:
            return _cors(told("not_found", _("We no longer take messages here."), 404), request)
        try:
            limits.check_visitor(visitor.pk, "attach")
            limits.check_address(address(request), "files")
        except limits.TooFast as error:
            return _cors(told("too_fast", error.sentence, 429, retry_after=error.retry_after), request)
        return _cors(receive(request, links.VISITOR, visitor.pk), request)


def receive(request: HttpRequest, kind: str, sender: UUID) -> HttpResponse:
    """Take the request's body as a file of this sender: 201 with the attachment and its address, or one sentence."""
    if request.method != "POST":
        return told("bad_frame", _("Use POST."), 405)
    try:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            size = _spool(request, cast(BinaryIO, file))
            who = {"visitor": sender} if kind == links.VISITOR else {"member": sender}
            room.check(size, neighbourhood(address(request)) if kind == links.VISITOR else "")
            row = attachments.take(cast(BinaryIO, file), size, _name(request), **who)
            room.took(row.size)
    except Refused as refused:
        return told(refused.code, str(refused.message), refused.status, retry_after=refused.retry_after)
    except (DatabaseError, OSError) as error:  # no room for what comes in, for one
        log.error("attachment_unavailable", error=str(error))
        return told("unavailable", _("We can't take files right now. Try again in a moment."), 503, retry_after=5)
    frame = {**attachments.body(row), "url": links.url(row.pk, kind, sender)}
    return _kept_by_nobody(JsonResponse(frame, status=201))


def rules() -> HttpResponse:
    return _kept_by_nobody(JsonResponse({"most_bytes": settings.LARGEST_ATTACHMENT}))


def told(code: str, sentence: str, status: int, *, retry_after: int | None = None) -> HttpResponse:
    answer = _kept_by_nobody(JsonResponse(events.error(code, sentence, retry_after=retry_after), status=status))
    if retry_after:
        answer["Retry-After"] = str(retry_after)
    return answer


@require_safe
def fetch(request: HttpRequest, signed: str) -> HttpResponseBase:
    """`GET /api/v1/attachments/<signed>`: piece by piece, as nothing that a browser would run."""
    link = links.read(signed)
    row = attachments.readable(link, request.user) if link else None
    if link is None or row is None:
        return told("not_found", _("We can't find this file."), 404)
    if link.expires < time.time():
        return told("expired", _("This link has expired. Reload the conversation to get a new one."), 410)
    try:
        file = default_storage.open(row.path)
    except OSError as error:
        log.error("attachment_unreadable", attachment=str(row.pk), error=str(error))
        return told("unavailable", _("This file can't be fetched right now. Try again in a moment."), 503)
    answer = StreamingHttpResponse(_pieces(file), content_type=_served_as(row.type))
    answer["Content-Length"] = str(row.size)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=not row.width, filename=row.name) or "attachment"
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"  # a shop's page shows it
    return _kept_by_nobody(answer)  # whose right has ended finds nothing in a proxy or behind the back button either


async def _pieces(file: Any) -> AsyncIterator[bytes]:
    """Read beside the event loop: Django would collect a plain iterator whole before it sends the first byte."""
    try:
        while piece := await on_the_way_out(file.read)(PIECE):
            yield piece
    finally:
        await on_the_way_out(file.close)()


def _served_as(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _spool(request: HttpRequest, file: BinaryIO) -> int:
    """The body's size; more than may come is not kept."""
    size = 0
    while piece := request.read(PIECE):
        size += len(piece)
        if size > settings.LARGEST_ATTACHMENT:
            raise attachments.too_large()
        file.write(piece)
    file.seek(0)
    return size


def _name(request: HttpRequest) -> str:
    _kind, parameters = parse_header_parameters(request.headers.get("Content-Disposition", ""))
    return parameters.get("filename", "")


def _visitor(request: HttpRequest) -> Visitor | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    known = visitors.of_token(token) if scheme.lower() == "bearer" else None
    return Visitor.objects.filter(pk=known).first() if known else None


def _kept_by_nobody(response: Response) -> Response:
    response["Cache-Control"] = "private, no-store"
    return response


def _cors(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Every origin may read the answer, refusals too; which may have one is decided above, by the server."""
    response["Access-Control-Allow-Origin"] = request.headers.get("Origin") or "*"
    response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response["Access-Control-Allow-Headers"] = "authorization, content-disposition, content-type"
    response["Access-Control-Max-Age"] = "600"
    response["Vary"] = "Origin"
    return response
