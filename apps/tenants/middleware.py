"""Django's side of `TenantByHost`: the request's tenant and urlconf. Where no ASGI piece ran (test client), it resolves too."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound

from apps.tenants import context, hosts
from apps.tenants.pages import NO_ADDRESS, NOT_FOUND, UNAVAILABLE

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
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant.schema_name == context.PUBLIC_SCHEMA:
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
        with context.inside(tenant):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The database is away, or no connection came free in time: come again, nothing is wrong with the request. A NUL, which
        PostgreSQL takes in no text, is the address's fault where no form has refused it."""
        if isinstance(exception, (DataError, ValueError)) and NUL in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(NO_ADDRESS)
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        log.error("page_unavailable", path=request.path, error=str(exception))
        return HttpResponse(UNAVAILABLE, status=503, headers={"Retry-After": "5"})
