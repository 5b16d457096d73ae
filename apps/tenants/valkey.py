"""Valkey, spoken to directly where Django's cache is too narrow. What is kept here may be lost at any moment without harm."""

import asyncio
from functools import cache
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

from apps.tenants import context

_by_loop: "WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis]" = WeakKeyDictionary()


@cache
def client() -> redis.Redis:
    return redis.Redis.from_url(settings.VALKEY_URL, socket_timeout=2, socket_connect_timeout=1)


def aclient() -> redis.asyncio.Redis:
    """The running loop's client: connections of one loop cannot be used in another."""
    loop = asyncio.get_running_loop()
    found = _by_loop.get(loop)
    if found is None:
        found = redis.asyncio.Redis.from_url(settings.VALKEY_URL, socket_timeout=2, socket_connect_timeout=1)
        _by_loop[loop] = found
    return found


def key(*parts: object, schema: str | None = None) -> str:
    """`yingda:<schema>:<parts>`; outside a tenant it raises OutsideTenant."""
    return ":".join(("yingda", schema or context.schema(), *map(str, parts)))
