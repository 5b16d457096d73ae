"""Django's side of `TenantByHost`: the request's tenant and urlconf. Where no ASGI piece ran (test client), it resolves too."""

import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError, DataError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.utils import translation
from psycopg.errors import QueryCanceled

from apps.tenants import context, security
from apps.tenants.network import address
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.web import hosts, refusals
from apps.tenants.web.pages import BUSY, LOCKED, NO_ADDRESS, NOT_FOUND, TOO_LONG, UNAVAILABLE
from apps.tenants.web.ways_out import led, page
from apps.tenants.workspace import idle, passwords

log = structlog.get_logger(__name__)
NUL = "%00"


class TenantMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            tenant = hosts.find(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", ""))
        except DatabaseError as error:
            log.error("tenants_unknown", error=str(error))
            return HttpResponse(UNAVAILABLE, status=503, headers={"Access-Control-Allow-Origin": "*"})
        if tenant is None:
            return HttpResponseNotFound(NOT_FOUND)
        if not idle.key_of(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant.schema_name == context.PUBLIC_SCHEMA:
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
        with context.inside(tenant), security.coming_from(address(request)), translation.override(None):  # the request's own
            response = self.get_response(request)
            security.note_refusal(request, response)
            return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Before any view asks who this is. Files and the widget read no session."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        try:
            _use(request)
        except (DatabaseError, InterfaceError) as error:  # Django asks process_exception about views alone
            if answer := answer_to(request, error):
                return answer
            raise
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_to(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500. What a middleware raises, such as the one that saves the session, process_exception never sees."""
    error = sys.exc_info()[1]
    return (answer_to(request, error) if isinstance(error, Exception) else None) or page(request, "500.html", 500)


def answer_to(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The database is away, or no connection came free in time: come again, nothing is wrong with the request. What it
    takes in no column, such as a NUL in a text, is the address's fault where no form has refused it."""
    if refusal := refusals.of(request, exception):
        return refusals.answer(refusal)
    if isinstance(exception, CannotDecrypt):
        log.error("page_locked", path=request.path, error=str(exception))
        return HttpResponse(led(request, LOCKED), status=503)
    if isinstance(exception, DataError) or (isinstance(exception, ValueError) and NUL in _asked(request)):
        log.warning("page_misaddressed", path=request.path, error=type(exception.__cause__).__name__)
        return HttpResponseBadRequest(led(request, NO_ADDRESS))
    if isinstance(exception, passwords.Busy):
        log.warning("passwords_busy", path=request.path)
        return HttpResponse(led(request, BUSY), status=503, headers={"Retry-After": str(passwords.COME_AGAIN)})
    if not refusals.is_away(exception):
        return None
    if isinstance(exception.__cause__, QueryCanceled):
        log.error("page_stopped", path=request.path)
        return HttpResponse(led(request, TOO_LONG), status=503)
    log.error("page_unavailable", path=request.path, error=str(exception))
    return HttpResponse(led(request, UNAVAILABLE), status=503, headers={"Retry-After": "5"})


def _use(request: HttpRequest) -> None:
    if idle.is_over(request.session):
        security.note("log_out", person=request.session.get(SESSION_KEY), why="idle")
        request.session.flush()
    else:
        idle.use(request.session)


def _asked(request: HttpRequest) -> str:
    return f"{quote(request.path)}?{request.META.get('QUERY_STRING', '')}"
