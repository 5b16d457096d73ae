"""Calls are forgotten a month after they were made, and a tenant that makes none costs nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.flows import sweeping
from apps.flows.models import Call
from apps.tenants import context, due
from tests.cast import Cast


def made(count: int, days_ago: float) -> None:
    for number in range(count):
        call = Call.begin(f"{days_ago}-{number}:0", name="return", system="shop", method="POST", digest="d")
        Call.objects.filter(pk=call.pk).update(at=timezone.now() - timedelta(days=days_ago))


def entries(schema: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.tenants_due WHERE schema = %s AND kind = 'flows.called'", [schema])
        return int(cursor.fetchone()[0])


def test_calls_of_a_month_ago_are_forgotten(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    assert sweeping.calls() is None
    made(3, days_ago=31)
    made(1, days_ago=10)
    assert sweeping.calls() == timedelta(), "more than one look takes"
    again = sweeping.calls()
    assert again is not None
    assert timedelta(days=19) < again <= timedelta(days=20)
    assert [call.run for call in Call.objects.all()] == ["10-0"]
    with context.inside(acme.globex):
        made(1, days_ago=31)
    sweeping.calls()
    with context.inside(acme.globex):
        assert Call.objects.count() == 1, "another tenant's are its own"


def test_one_entry_speaks_for_all_calls(acme: Cast) -> None:
    made(5, days_ago=0)
    assert entries("acme") == 1
    assert entries("globex") == 0
    assert due.sweepers["flows.calls"].listens(["flows.called"])
