"""`POST /api/v1/widget/session`: a visitor's token and the widget's settings, for pages of allowed origins only."""

import json
import re
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from apps.conversations import people
from apps.conversations.customer import identity, visitors
from apps.conversations.ledger import limits
from apps.conversations.models import RefusedOrigin, Visitor
from apps.conversations.wire import about, events
from apps.tenants import security
from apps.tenants.network import address
from apps.tenants.refusal import Refusal
from apps.tenants.web.origins import as_sent, origin_of
from apps.tenants.workspace.models import Site

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database text and no UTF-8 holds these


@csrf_exempt
def session(request: HttpRequest) -> HttpResponse:
    """No cookie is read or set here, so there is nothing a forged request could ride on."""
    site = Site.load()
    translation.activate(site.language)
    if request.method != "POST":
        raise Refusal("bad_frame", _("Use POST."), 405)
    answer = JsonResponse(_open(request, site))
    answer["Cache-Control"] = "no-store"
    return answer


def check_page(request: HttpRequest, site: Site) -> None:
    """Raises Refusal for a page of an origin that may not have the chat."""
    if not is_allowed(request.headers.get("Origin", ""), request.get_host(), site):
        security.because(request, "origin")
        raise foreign()


def _note_stranger(request: HttpRequest, site: Site) -> None:
    """An operator reads which pages ask for the chat in vain."""
    origin = request.headers.get("Origin", "")
    if "://" not in origin or is_allowed(origin, request.get_host(), site):  # `null` is no site that could be allowed
        return
    with suppress(ValidationError):
        RefusedOrigin.note(origin_of(origin))


def foreign() -> Refusal:
    return Refusal("origin_not_allowed", _("This site may not show the chat. Its owner can allow it in the settings."))


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


def visitor_of(request: HttpRequest) -> Visitor:
    """The visitor whose token a request bears, as their socket would be. Raises Refusal."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    known = visitors.of_token(token) if scheme.lower() == "bearer" else None
    visitor = visitors.find(known) if known else None
    if visitor is None:
        raise visitors.ended()
    visitors.refuse_blocked(visitor)
    return visitor


def _open(request: HttpRequest, site: Site) -> dict[str, Any]:
    limits.check_session(address(request))
    _note_stranger(request, site)
    check_page(request, site)
    fields, agent = fields_of(request), request.headers.get("User-Agent", "")
    if fields.get("site_key") != site.site_key:
        security.because(request, "site_key")
        raise Refusal("unauthorized", _("The site key does not belong to this tenant."))
    try:
        newcomer = partial(limits.check_address, address(request), "newcomers")
        visitor = visitors.recognise(site, _text(fields, "visitor"), _identity(fields), newcomer, _text(fields, "first", 64))
    except Refusal as refusal:
        if refusal.code == "unauthorized":
            security.because(request, "signature")
        raise
    about.keep(visitor, page=about.page_of(fields.get("page")), claims=_claims(fields), device=about.device_of(agent))
    token, expires = visitors.token(visitor)
    return {
        "token": token,
        "visitor_id": str(visitor.pk),
        "expires_at": events.moment(expires),
        "config": events.config(site, online=people.online(), leave=people.asks(), drafts=people.read_along()),
    }


def fields_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request. Raises Refusal."""
    if len(request.body) > 16_384:
        raise Refusal("too_long", _("This request is too large."))
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_frame", _("The body is not JSON.")) from error
    if not isinstance(fields, dict):
        raise Refusal("bad_frame", _("The body is not a JSON object."))
    return fields


def _identity(fields: dict[str, Any]) -> identity.Identity | None:
    raw = fields.get("identity")
    return identity.of(raw) if isinstance(raw, dict) else None


def _claims(fields: dict[str, Any]) -> dict[str, Any] | None:
    """The page script's claims about the visitor; None where it makes none, which changes nothing."""
    return None if fields.get("attributes") is None else about.attributes_of(fields["attributes"])


def _text(fields: dict[str, Any], name: str, most: int = 4_000) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or _UNSTORABLE.search(value):
        raise Refusal("bad_frame", _("The field %s must be a short text.") % name)
    return value
