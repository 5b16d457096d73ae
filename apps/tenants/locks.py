"""Locks of a tenant that several processes share: PostgreSQL's, so a killed holder's ends with its connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from apps.tenants import context


@contextmanager
def alone(work: str) -> Iterator[bool]:
    """Whether this is the only one at this work in the tenant."""
    held = _ask("SELECT pg_try_advisory_lock(hashtext(%s))", work)
    try:
        yield held
    finally:
        if held:
            _ask("SELECT pg_advisory_unlock(hashtext(%s))", work)


@contextmanager
def in_turn(work: str) -> Iterator[bool]:
    """The same, but the first who comes while another works waits for their turn; False for the others."""
    with alone(f"{work}.next") as next_one:
        if next_one:
            _ask("SELECT pg_advisory_lock(hashtext(%s)) IS NOT NULL", work)
    try:
        yield next_one
    finally:
        if next_one:
            _ask("SELECT pg_advisory_unlock(hashtext(%s))", work)


def _ask(query: str, work: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{context.schema()}.{work}"])
        return bool(cursor.fetchone()[0])
