"""django-tenants' PostgreSQL backend with the tenant in a ContextVar (see `apps.tenants.context`).

`SET search_path` is sent only when the wanted path differs from the one last set on this connection. A tenant's path holds
its own schema and the extensions, never `public`: a missing table is an error, not the platform's table of the same name.
"""

import importlib
import select
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.contrib.contenttypes.models import ContentTypeManager
from django.db.backends.postgresql import base as postgresql
from django.db.utils import DatabaseError
from django_tenants.postgresql_backend import base as stock
from django_tenants.utils import quote_schema_name

from apps.tenants import context
from apps.tenants.db import patience

introspection = importlib.import_module("django_tenants.postgresql_backend.introspection")


MOST_SCHEMAS = 100
_touched: WeakKeyDictionary[psycopg.BaseConnection[Any], set[str]] = WeakKeyDictionary()


class DatabaseWrapper(stock.DatabaseWrapper):  # type: ignore[misc]  # django-tenants has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The stock __init__ would set this thread to `public`; a fresh connection has no tenant of its own here.
        self.search_path_set_schemas: list[str] | None = None
        self._setting_search_path = False
        postgresql.DatabaseWrapper.__init__(self, *args, **kwargs)
        self.introspection = introspection.DatabaseSchemaIntrospection(self)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Takes a connection from the pool. One whose server was restarted shows unread bytes, so it needs no query to be found
        out."""
        while True:
            found = super().get_new_connection(conn_params)
            if self.pool is None or is_quiet(found):
                return found
            found.close()
            self.pool.putconn(found)

    def _configure_connection(self, connection: Any) -> bool:
        told = patience.statements()
        for statement in told:
            connection.execute(statement)
        return bool(super()._configure_connection(connection)) or bool(told)

    def _close(self) -> None:
        """Returns the connection to the pool, which ends it after too many schemas: a backend keeps most of a megabyte for
        each."""
        if self.connection is not None and self.pool and len(_touched.get(self.connection, ())) > MOST_SCHEMAS:
            self.connection._expire_at = 0.0  # the pool's own word for one that has lived long enough
        super()._close()

    @property
    def tenant(self) -> context.HasSchema | None:
        return context.get()

    @property
    def schema_name(self) -> str | None:
        tenant = context.get()
        return tenant.schema_name if tenant else None

    def set_tenant(self, tenant: context.HasSchema, include_public: bool = True) -> None:
        context.enter(tenant)

    def set_schema(self, schema_name: str, include_public: bool = True, tenant_type: str | None = None) -> None:
        context.enter(context.Schema(schema_name))

    def set_schema_to_public(self) -> None:
        context.enter(context.PUBLIC)

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path:
            return
        wanted = [context.schema(), *stock.EXTRA_SEARCH_PATHS]
        if self.search_path_set_schemas == wanted:
            return
        self._setting_search_path = True
        own = self.connection.cursor() if cursor is None else cursor
        try:
            own.execute(f"SET search_path = {','.join(quote_schema_name(name) for name in wanted)}")
        except DatabaseError:
            # The transaction is already broken: only a rollback can follow, and that forgets the path anyway.
            self.search_path_set_schemas = None
        else:
            self.search_path_set_schemas = wanted
            _touched.setdefault(self.connection, set()).add(context.schema())
        finally:
            self._setting_search_path = False
            if cursor is None:
                own.close()


def is_quiet(idle: psycopg.BaseConnection[Any]) -> bool:
    """Whether nothing was sent on this idle connection. What a server sends unasked is its farewell, or the end of the line."""
    if idle.closed:
        return False
    look = select.poll()
    look.register(idle.fileno(), select.POLLIN)
    return not look.poll(0)


_content_types: dict[str, dict[Any, Any]] = {}


def _cache_of_schema(manager: ContentTypeManager) -> dict[Any, Any]:
    return _content_types.setdefault(context.schema(), {})


def _ignore(manager: ContentTypeManager, value: object) -> None:
    """ContentTypeManager.__init__ assigns an empty dict; the caches live per schema."""


# Content type ids differ from schema to schema; one process-wide cache hands out the neighbour's ids.
ContentTypeManager._cache = property(_cache_of_schema, _ignore)  # type: ignore[attr-defined]
