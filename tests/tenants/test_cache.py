"""A Valkey that is away is an empty one: nothing that a customer or a member does fails for it."""

import pytest
from django.core.cache.backends.base import BaseCache

from apps.tenants import context
from apps.tenants.cache import ValkeyCache
from tests.cast import Cast


@pytest.fixture
def away(acme: Cast) -> BaseCache:
    nobody: BaseCache = ValkeyCache("redis://127.0.0.1:1/0", {"KEY_FUNCTION": "apps.tenants.cache.tenant_key"})
    return nobody


def test_reads_find_nothing_and_writes_do_nothing(away: BaseCache) -> None:
    away.set("key", 1)
    assert away.get("key", "default") == "default"
    assert away.add("key", 1) is False
    assert away.touch("key") is False
    assert away.delete("key") is False
    with pytest.raises(ValueError, match="key"):
        away.incr("key")


def test_outside_a_tenant_it_still_raises(away: BaseCache) -> None:
    context.enter(None)
    with pytest.raises(context.OutsideTenant):
        away.get("key")
