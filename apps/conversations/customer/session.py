"""`POST /api/v1/widget/session`: a visitor's token and the widget's settings, for pages of allowed origins only."""

import json
import re
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from apps.conversations import people
from apps.conversations.customer import identity, visitors
from apps.conversations.customer.identity import NotVouched
from apps.conversations.ledger import limits
from apps.conversations.wire import about, events
from apps.conversations.wire.texts import BadFrame
from apps.tenants import security
from apps.tenants.network import address
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.web.origins import as_sent
from apps.tenants.workspace.models import Site

log = structlog.get_logger(__name__)

NOT_ALLOWED = gettext_lazy("This site may not show the chat. Its owner can allow it in the settings.")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database text and no UTF-8 holds these


class Refused(Exception):
    """Answered as one error frame with this HTTP status."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: int | None = None) -> None:
        self.status, self.frame = status, events.error(code, message, retry_after=retry_after)


@csrf_exempt
def session(request: HttpRequest) -> HttpResponse:
    """No cookie is read or set here, so there is nothing a forged request could ride on."""
    if request.method == "OPTIONS":
        return _cors(HttpResponse(status=204), request)
    try:
        site = Site.load()
        with translation.override(site.language):
            if request.method != "POST":
                raise Refused(405, "bad_frame", _("Use POST."))
            answer = JsonResponse(_open(request, site))
    except Refused as refused:
        answer = JsonResponse(refused.frame, status=refused.status)
    except limits.TooFast as error:
        with translation.override(site.language):
            sentence = _("Too many visits from your network. Try again in %d seconds.") % error.retry_after
        answer = JsonResponse(events.error("too_fast", sentence, retry_after=error.retry_after), status=429)
        answer["Retry-After"] = str(error.retry_after)
    except (DatabaseError, CannotDecrypt) as error:
        log.error("session_unavailable", error=str(error))
        sentence = _("We can't take messages right now. Try again in a moment.")
        answer = JsonResponse(events.error("unavailable", sentence, retry_after=5), status=503)
    answer["Cache-Control"] = "no-store"
    return _cors(answer, request)


def is_allowed(origin: str, host: str, site: Site) -> bool:
    """An origin on the tenant's list, or the tenant's own host."""
    return is_own(origin, host) or origin.rstrip("/") in map(as_sent, site.allowed_origins)


def is_own(origin: str, host: str) -> bool:
    """A page of the tenant's own host. A request without Origin comes from no browser page."""
    return not origin or _netloc(origin) == host.lower()


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # such as an IPv6 address that never ends
        return None


def _open(request: HttpRequest, site: Site) -> dict[str, Any]:
    if not is_allowed(request.headers.get("Origin", ""), request.get_host(), site):
        security.because(request, "origin")
        raise Refused(403, "origin_not_allowed", str(NOT_ALLOWED))
    limits.check_session(address(request))
    fields, agent = _fields(request), request.headers.get("User-Agent", "")
    if fields.get("site_key") != site.site_key:
        security.because(request, "site_key")
        raise Refused(401, "unauthorized", _("The site key does not belong to this tenant."))
    try:
        newcomer = partial(limits.check_address, address(request), "newcomers")
        visitor = visitors.recognise(site, _text(fields, "visitor"), _identity(fields), newcomer, _text(fields, "first", 64))
    except NotVouched as error:
        security.because(request, "signature")
        raise Refused(401, "unauthorized", str(error.sentence)) from error
    except BadFrame as error:
        raise Refused(400, "bad_frame", str(error.message)) from error
    about.keep(visitor, page=about.page_of(fields.get("page")), claims=_claims(fields), device=about.device_of(agent))
    token, expires = visitors.token(visitor)
    return {
        "token": token,
        "visitor_id": str(visitor.pk),
        "expires_at": events.moment(expires),
        "config": events.config(site, online=people.online(site)),
    }


def _fields(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > 16_384:
        raise Refused(413, "too_long", _("This request is too large."))
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "bad_frame", _("The body is not JSON.")) from error
    if not isinstance(fields, dict):
        raise Refused(400, "bad_frame", _("The body is not a JSON object."))
    return fields


def _identity(fields: dict[str, Any]) -> identity.Identity | None:
    raw = fields.get("identity")
    return identity.of(raw) if isinstance(raw, dict) else None


def _claims(fields: dict[str, Any]) -> dict[str, Any] | None:
    """What the page's script says of the visitor; None where it says nothing, which changes nothing."""
    if fields.get("attributes") is None:
        return None
    try:
        return about.attributes_of(fields["attributes"])
    except BadFrame as error:
        raise Refused(400, "bad_frame", str(error.message)) from error


def _text(fields: dict[str, Any], name: str, most: int = 4_000) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or _UNSTORABLE.search(value):
        raise Refused(400, "bad_frame", _("The field %s must be a short text.") % name)
    return value


def _cors(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Every origin may read the answer, refusals too; which may have one is decided above, by the server."""
    response["Access-Control-Allow-Origin"] = request.headers.get("Origin") or "*"
    response["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    response["Access-Control-Allow-Headers"] = "content-type"
    response["Access-Control-Max-Age"] = "600"
    response["Vary"] = "Origin"
    return response
