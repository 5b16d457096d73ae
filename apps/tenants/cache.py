"""Django's cache on Valkey. Keys carry the tenant and raise outside one; platform-wide things use the alias `shared`.

What is cached may be lost at any moment, so a Valkey that is away is the same as an empty one: nothing fails for it.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

from apps.tenants import context

log = structlog.get_logger(__name__)


def tenant_key(key: str, prefix: str, version: int) -> str:
    return f"{context.schema()}:{prefix}:{version}:{key}"


def shared_key(key: str, prefix: str, version: int) -> str:
    return f"shared:{prefix}:{version}:{key}"


class _Client(RedisCacheClient):
    """One server, so one client. Django would make one for each call, which costs more than the call."""

    @cached_property
    def _only(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._only


class ValkeyCache(RedisCache):
    """Reads find nothing and writes do nothing while Valkey is away; `incr` finds no key, as after an expiry."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda: super(ValkeyCache, self).get(key, default, version), default)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._try(lambda: super(ValkeyCache, self).get_many(keys, version), {})

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> None:
        self._try(lambda: super(ValkeyCache, self).set(key, value, *args, **options), None)

    def set_many(self, data: Any, *args: Any, **options: Any) -> Any:
        return self._try(lambda: super(ValkeyCache, self).set_many(data, *args, **options), list(data))

    def add(self, key: str, value: Any, *args: Any, **options: Any) -> bool:
        return bool(self._try(lambda: super(ValkeyCache, self).add(key, value, *args, **options), False))

    def touch(self, key: str, *args: Any, **options: Any) -> bool:
        return bool(self._try(lambda: super(ValkeyCache, self).touch(key, *args, **options), False))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._try(lambda: super(ValkeyCache, self).delete(key, version), False))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        found = self._try(lambda: super(ValkeyCache, self).incr(key, delta, version), None)
        if found is None:
            raise ValueError(f"Key {key!r} not found")
        return int(found)

    def _try(self, call: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return call()
        except (RedisError, OSError) as error:
            log.warning("cache_away", error=str(error))
            return otherwise
