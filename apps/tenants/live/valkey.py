"""Valkey, spoken to directly where Django's cache is too narrow. What is kept here may be lost at any moment without harm."""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings

from apps.tenants import context
from apps.tenants.live.loops import PerLoop


@cache
def client() -> redis.Redis:
    return redis.Redis.from_url(settings.VALKEY_URL, socket_timeout=2, socket_connect_timeout=1)


def _connect() -> redis.asyncio.Redis:
    """In a rush, commands wait for one of the connections; the usual pool would refuse the hundred-and-first at once."""
    limits = {"max_connections": 50, "timeout": 5, "socket_timeout": 2, "socket_connect_timeout": 1}
    return redis.asyncio.Redis.from_pool(redis.asyncio.BlockingConnectionPool.from_url(settings.VALKEY_URL, **limits))


aclient = PerLoop(_connect)


def key(*parts: object, schema: str | None = None) -> str:
    """`yingda:<schema>:<parts>`; outside a tenant it raises OutsideTenant."""
    return ":".join(("yingda", schema or context.schema(), *map(str, parts)))
