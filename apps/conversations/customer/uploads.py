"""The doors of files: the customer's for sending one up, both sides' for fetching one.

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
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.http import content_disposition_header, parse_header_parameters
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from apps.conversations.customer import session
from apps.conversations.files import attachments, links, room
from apps.conversations.ledger import limits
from apps.tenants.live.threads import on_the_way_out
from apps.tenants.network import address, neighbourhood
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Site

log = structlog.get_logger(__name__)

Response = TypeVar("Response", bound=HttpResponseBase)

PIECE = 64 * 1024
IN_MEMORY = 1024 * 1024
POLICY = "default-src 'none'; sandbox"


@csrf_exempt
def customers(request: HttpRequest) -> HttpResponse:
    """`POST /api/v1/widget/attachments` by the visitor's token; `GET` tells how large a file may be."""
    site = Site.load()
    translation.activate(site.language)
    session.check_page(request, site)
    if request.method == "GET":
        return rules()
    visitor = session.visitor_of(request)
    limits.check_visitor(visitor.pk, "attach")
    limits.check_address(address(request), "files")
    return receive(request, links.VISITOR, visitor.pk)


def receive(request: HttpRequest, kind: str, sender: UUID) -> HttpResponse:
    """Take the request's body as a file of this sender: 201 with the attachment and its address. Raises Refusal."""
    if request.method != "POST":
        raise Refusal("bad_frame", _("Use POST."), 405)
    try:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            size = _spool(request, cast(BinaryIO, file))
            who = {"visitor": sender} if kind == links.VISITOR else {"member": sender}
            room.check(size, neighbourhood(address(request)) if kind == links.VISITOR else "")
            row = attachments.take(cast(BinaryIO, file), size, _name(request), **who)
            room.took(row.size)
    except OSError as error:  # no room for what comes in, for one
        log.error("attachment_unavailable", error=str(error))
        raise Refusal("unavailable", _("We can't take files right now. Try again in a moment."), retry_after=5) from error
    frame = {**attachments.body(row), "url": links.url(row.pk, kind, sender)}
    return _kept_by_nobody(JsonResponse(frame, status=201))


def rules() -> HttpResponse:
    return _kept_by_nobody(JsonResponse({"most_bytes": settings.LARGEST_ATTACHMENT}))


@require_safe
def fetch(request: HttpRequest, signed: str) -> HttpResponseBase:
    """`GET /api/v1/attachments/<signed>`: piece by piece, as nothing that a browser would run."""
    link = links.read(signed)
    row = attachments.readable(link, request.user) if link else None
    if link is None or row is None:
        raise Refusal("not_found", _("We can't find this file."))
    if link.expires < time.time():
        raise Refusal("expired", _("This link has expired. Reload the conversation to get a new one."))
    try:
        file = default_storage.open(row.path)
    except OSError as error:
        log.error("attachment_unreadable", attachment=str(row.pk), error=str(error))
        raise Refusal("unavailable", _("This file can't be fetched right now. Try again in a moment.")) from error
    answer = StreamingHttpResponse(_pieces(file), content_type=_served_as(row.type))
    answer["Content-Length"] = str(row.size)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=not row.width, filename=row.name) or "attachment"
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"  # a shop's page shows it
    return _kept_by_nobody(answer)  # after a right has ended, a proxy and the back button hold nothing either


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


def _kept_by_nobody(response: Response) -> Response:
    response["Cache-Control"] = "private, no-store"
    return response
