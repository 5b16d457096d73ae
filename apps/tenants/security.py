"""The security log: the acts of people that a guard of the product may ask about, and what came of each.

One line each, by the logger `yingda.security`: `verb`, `result`, `person` (a member's id), with the address and the tenant of
the moment. Names of fields and keys of rows stand in it; what people wrote and secrets never do, nor a name typed at the door,
where people also type passwords. The audit trail with its screens is another thing: this is text that leaves the machine.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.tenants.workspace.models import Member

log = structlog.get_logger("yingda.security")

DONE, REFUSED, LIMITED = "done", "refused", "limited"
# Of these fields the new value is told: it says what a person or a company may do from here on.
TOLD = ("role", "is_active", "is_superuser", "suspended", "plan_id", "domain")
DOORS = {401, 403, 404, 410, 413, 429}


def note(verb: str, result: str = DONE, *, person: object = None, **about: object) -> None:
    """`about`: plain words, numbers and keys."""
    whose = {"person": str(person)} if person else {}
    (log.info if result == DONE else log.warning)("security", verb=verb, result=result, **whose, **about)


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Every line of this request, not only these, says where it came from."""
    with structlog.contextvars.bound_contextvars(address=address[:64]):
        yield


def note_refusal(request: HttpRequest, response: HttpResponseBase) -> None:
    """A door of the tenant's that stayed shut. The route, since a whole address may hold a signature or somebody's words."""
    match = request.resolver_match
    if response.status_code not in DOORS or match is None or match.url_name is None:
        return  # what is no address here is no door
    about = {"why": why} if (why := getattr(request, "refused_because", "")) else {}
    note("open", REFUSED, person=_person(request), status=response.status_code, door=match.view_name, **about)


def because(request: HttpRequest, why: str) -> None:
    """Adds a reason to the log line of this request's refusal."""
    request.refused_because = why  # type: ignore[attr-defined]


def note_change(verb: str, request: HttpRequest, row: Model, message: object) -> None:
    """A row that was added, changed or deleted by its form: which one and which fields."""
    fields = sorted({str(name) for name in _names(message)})
    values = {name: str(getattr(row, name)) for name in TOLD if hasattr(row, name)}
    note(verb, person=_person(request), model=row._meta.label_lower, row=str(row.pk), fields=fields, **values)


def _names(message: object) -> Iterator[object]:
    """The field names in Django's record of a change: `[{"changed": {"fields": […]}}]`."""
    for part in message if isinstance(message, list) else []:
        for told in part.values() if isinstance(part, Mapping) else []:
            yield from told.get("fields", ()) if isinstance(told, Mapping) else ()


def _person(request: HttpRequest) -> object:
    """The person's id. The database is asked only for requests that carry a session."""
    user = getattr(request, "user", None)
    return user.pk if user is not None and request.COOKIES and user.is_authenticated else None


def listen() -> None:
    """Called once, when all models are there. Django's own doors tell it by signals."""
    user_logged_in.connect(_logged_in, dispatch_uid="security.in")
    user_logged_out.connect(_logged_out, dispatch_uid="security.out")
    user_login_failed.connect(_failed, dispatch_uid="security.failed")


def _logged_in(user: Member, **_more: Any) -> None:
    note("log_in", person=user.pk, role=user.role)


def _logged_out(user: Member | None, **_more: Any) -> None:
    if user is not None:
        note("log_out", person=user.pk)


def _failed(credentials: Mapping[str, Any], **_more: Any) -> None:
    note("log_in", REFUSED, **named(str(credentials.get("username") or "")))


def named(typed: str) -> dict[str, str]:
    """The member a typed name belongs to; for an unknown name a mark, so that tries at the same name can be seen together."""
    try:
        known = Member.objects.filter(username=typed).values_list("pk", flat=True).first()
    except ValueError:  # a NUL
        known = None
    if known:
        return {"person": str(known)}
    return {"unknown_name": hashlib.sha256(typed.encode("utf-8", "surrogatepass")).hexdigest()[:12]}
