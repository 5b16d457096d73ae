"""The time to create a tenant."""

import statistics
import time
from collections.abc import Iterator

from bench.row import Budget, Reference, Row, Spread
from bench.trial import Trial

TIMES = 5


def rows(trial: Trial) -> Iterator[Row]:
    """s from the verb to a tenant that can be entered: schema, tables, first release; the median of five, by the product's own
    `create_tenant`. Beside it: a bare schema of as many empty tables, in one transaction."""
    trial.arena  # noqa: B018  starts it
    from apps.tenants.creation import create_tenant

    times = []
    for number in range(TIMES + 1):
        began = time.monotonic()
        create_tenant(slug=f"new{number}", name=f"New {number}", domains=[f"new{number}.test"])
        times.append(time.monotonic() - began)
    later = times[1:]  # the first may have to make the template
    note = f"The first one, which may make the template, took {times[0]:.2f} s."
    tables, seconds = _bare("new1")
    reference = Reference(f"a bare schema of {tables} tables", seconds)
    budgets = (Budget("figure", "<", 2),)
    yield Row("new tenant", statistics.median(later), "s", Spread.of(later), (reference,), budgets, note)


def _bare(schema: str) -> tuple[int, float]:
    """→ how many tables the tenant's schema has, and the seconds that as many with one key each take."""
    from django.db import connection, transaction

    from apps.tenants import context

    with context.inside(context.PUBLIC), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [schema])
        count = int(cursor.fetchone()[0])
        began = time.monotonic()
        with transaction.atomic():
            cursor.execute("CREATE SCHEMA bench_bare")
            for number in range(count):
                cursor.execute(f"CREATE TABLE bench_bare.t{number} (id bigint PRIMARY KEY)")
        seconds = time.monotonic() - began
        cursor.execute("DROP SCHEMA bench_bare CASCADE")
    connection.close()
    return count, seconds
