"""The number of customers of all tenants who wait for an agent, for the metrics: each look of a sweeper notes its tenant's.

A tenant where somebody waits is looked at every two seconds; so what was not noted anew for a while is no longer so.
"""

import time
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError

from apps.agents import metrics
from apps.tenants import context
from apps.tenants.live import valkey

log = structlog.get_logger(__name__)
HOLDS_SECONDS = 60.0


@dataclass(frozen=True)
class Found:
    waiting: int = 0
    stranded: int = 0


def measure(found: Found) -> None:
    """Note what was found in the tenant of the moment, and tell the sums. Without Valkey the last ones stay."""
    key = valkey.key("waits", schema=context.PUBLIC_SCHEMA)
    try:
        pipe = valkey.client().pipeline()
        if found.waiting or found.stranded:
            pipe.hset(key, context.schema(), f"{found.waiting} {found.stranded} {time.time():.0f}")
        else:
            pipe.hdel(key, context.schema())
        pipe.hvals(key)
        noted = [tuple(map(int, value.split())) for value in pipe.execute()[-1]]
    except (RedisError, OSError) as error:
        log.warning("waits_not_counted", error=str(error))
        return
    fresh = [(waiting, stranded) for waiting, stranded, at in noted if at > time.time() - HOLDS_SECONDS]
    metrics.WAITING.set(sum(waiting for waiting, _stranded in fresh))
    metrics.STRANDED.set(sum(stranded for _waiting, stranded in fresh))
