"""Rows as PostgreSQL's binary values: bytea and vectors arrive as bytes, not as hexadecimal text of twice the size."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.pq import Format


def rows(sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """Run a query of our own on Django's connection, inside its transaction and with the tenant's search path."""
    # Django's cursor sets the search path, but reads text only.
    with connection.cursor() as cursor, psycopg.Cursor(cursor.cursor.connection) as reader:
        reader.format = Format.BINARY
        # Never prepared: one connection serves many tenants.
        return reader.execute(sql.encode(), values, prepare=False).fetchall()
