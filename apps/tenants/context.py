"""The tenant of the moment.

It lives in a ContextVar, not on the thread's database connection: every ASGI connection, task and gRPC call is a context of
its own, and asgiref carries contexts into and back from its threads. With the stock thread-bound state two sockets of two
tenants that share a thread read each other's rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from apps.tenants.models import Tenant

PUBLIC_SCHEMA = "public"


class OutsideTenant(RuntimeError):
    """Code that needs a tenant ran without one; enter one with `context.inside(tenant)`."""


class HasSchema(Protocol):
    @property
    def schema_name(self) -> str: ...


@dataclass(frozen=True)
class Schema:
    """A bare schema: the platform's own, or one that is being migrated."""

    schema_name: str

    @property
    def is_public(self) -> bool:
        return self.schema_name == PUBLIC_SCHEMA


PUBLIC = Schema(PUBLIC_SCHEMA)

_state: ContextVar[HasSchema | None] = ContextVar("tenant", default=None)


def get() -> HasSchema | None:
    """The tenant of the moment: a Tenant, a bare Schema, or None."""
    return _state.get()


def enter(tenant: HasSchema | None) -> None:
    """Set without end. Never use ContextVar.reset(token): tokens do not survive Django's hops between threads."""
    _state.set(tenant)


@contextmanager
def inside(tenant: HasSchema) -> Iterator[None]:
    before = _state.get()
    _state.set(tenant)
    try:
        yield
    finally:
        _state.set(before)


def schema() -> str:
    """The schema of the moment, `public` on the platform's side; raises OutsideTenant when nothing was entered."""
    tenant = _state.get()
    if tenant is None:
        raise OutsideTenant("No tenant is set here. Enter one with apps.tenants.context.inside(tenant).")
    return tenant.schema_name


def current() -> "Tenant":
    """The tenant of the moment; raises OutsideTenant on the platform's side too."""
    tenant = _state.get()
    if tenant is None or tenant.schema_name == PUBLIC_SCHEMA:
        raise OutsideTenant("No tenant is set here. Enter one with apps.tenants.context.inside(tenant).")
    return cast("Tenant", tenant)
