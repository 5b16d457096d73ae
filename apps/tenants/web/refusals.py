"""HTTP's way to say no: whatever a view refuses, and below `/api/` also what the machine cannot do now, as one JSON frame."""

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg.errors import IdleInTransactionSessionTimeout

from apps.tenants.refusal import Refusal, unavailable
from apps.tenants.vault.encryption import CannotDecrypt

log = structlog.get_logger(__name__)
API = "/api/"
AWAY = (OperationalError, InterfaceError)


def is_away(exception: Exception) -> bool:
    """Whether the database could not be asked, or gave up on it; not what it finds wrong with a statement, which is a fault."""
    return isinstance(exception, AWAY) or isinstance(exception.__cause__, IdleInTransactionSessionTimeout)


def answer(refusal: Refusal) -> HttpResponse:
    """The answer in the language of the moment; a door that knows the person's has activated it."""
    told = JsonResponse(refusal.frame(), status=refusal.status)
    told["Cache-Control"] = "private, no-store"
    if refusal.retry_after is not None:
        told["Retry-After"] = str(refusal.retry_after)
    return told


def of(request: HttpRequest, exception: Exception) -> Refusal | None:
    """The refusal to tell; None for a fault, or for a page that tells it in its own way."""
    if isinstance(exception, Refusal):
        return exception
    if request.path_info.startswith(API) and (is_away(exception) or isinstance(exception, CannotDecrypt)):
        log.error("api_unavailable", path=request.path, error=str(exception))
        return unavailable()
    return None
