"""Room for files: how much may come from one network in a day, and how much a tenant may keep, in a day and in all.

What a plan grants holds, and the platform's own bounds hold beside it, so that no tenant fills everybody's disk. The sums
are of the rows, remembered for a minute and counted on meanwhile: a file costs no walk over all of them.
"""

import contextlib
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from apps.conversations import metrics
from apps.conversations.models import Attachment
from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.refusal import Refusal
from apps.tenants.web import hosts

log = structlog.get_logger(__name__)

MEGABYTE = 1024**2
DAY = 24 * 3600
REMEMBERED = 60  # seconds
TODAY, ALL = "files.today", "files.all"


def check(size: int, network: str = "") -> None:
    """Raises Refusal when a file of so many bytes finds no room; `network` of a customer, none of a member."""
    tenant = hosts.of_schema(context.schema())
    plan = tenant.plan if tenant else None
    for name, sum_of, granted, bound, sentence in (
        (TODAY, _of_today, plan and plan.files_mb_a_day, settings.TENANT_FILES_MB_A_DAY, _NO_MORE_TODAY),
        (ALL, _of_all, plan and plan.files_mb, settings.TENANT_FILES_MB, _NO_ROOM),
    ):
        if _kept(name, sum_of) + size > min(granted or bound, bound) * MEGABYTE:
            raise _refused("files_of_a_day" if name == TODAY else "files_of_a_tenant", sentence, 3600)
    if network:
        _count_on(network, size)


def took(size: int) -> None:
    """A file was kept: it counts at once."""
    for name in (TODAY, ALL):
        with contextlib.suppress(ValueError):  # not remembered: the next one asks the rows
            cache.incr(name, size)


def _kept(name: str, sum_of: Callable[[], int]) -> int:
    known = cache.get(name)
    if known is None:
        known = sum_of()
        cache.set(name, known, REMEMBERED)
    return int(known)


def _of_today() -> int:
    return _sum(Attachment.objects.filter(touched_at__gt=timezone.now() - timedelta(days=1)).aggregate(sum=Sum("size")))


def _of_all() -> int:
    return _sum(Attachment.objects.aggregate(sum=Sum("size")))


def _sum(found: dict[str, int | None]) -> int:
    return found["sum"] or 0


def _count_on(network: str, size: int) -> None:
    """Bytes of this network since midnight UTC. Without Valkey it passes, as with every limit of pace."""
    now = int(time.time())
    key = valkey.key("bytes", network, now // DAY)
    try:
        used = int(valkey.client().incrby(key, size))
        valkey.client().expire(key, DAY)
        if used > settings.ADDRESS_FILES_MB_A_DAY * MEGABYTE:
            valkey.client().decrby(key, size)
            raise _refused("bytes_of_an_address", _NOT_FROM_HERE, DAY - now % DAY)
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))


def _refused(kind: str, sentence: str | Promise, retry_after: int) -> Refusal:
    metrics.LIMITED.labels(kind).inc()
    return Refusal("too_fast", sentence, retry_after=retry_after)


_NO_MORE_TODAY = _("We can't take more files today. Tell us in words, or send the file tomorrow.")
_NO_ROOM = _("We have no room for files right now. Please tell us in words.")
_NOT_FROM_HERE = _("Your network has sent a lot of files today. Send more tomorrow.")
