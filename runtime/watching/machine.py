"""The machine as the platform's first page tells of it: workers, queues, model, disk, the last backup, the version."""

import json
import shutil
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import redis
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.tenants.backoffice import times
from runtime.backup import NOTED
from runtime.watching import metrics, pulse, readiness

GOOD, POOR, BAD, UNKNOWN = "good", "poor", "bad", ""


@dataclass(frozen=True)
class Part:
    """`how`: good, poor or bad; "" for what nobody can tell here. `value` may be HTML."""

    name: str
    value: str
    how: str = UNKNOWN


def numbers(request: HttpRequest) -> dict[str, Any]:
    """Its parts; one that does not answer within two seconds is unknown or bad, and never a page that fails."""
    return {"machine": [_workers(), _queues(), _model(), _disk(), _backup(), _version()]}


def _workers() -> Part:
    try:
        line = redis.Redis.from_url(settings.VALKEY_URL, socket_timeout=2, socket_connect_timeout=2)
        silent = [name for name in pulse.NAMES if not line.exists(pulse.KEY.format(name))]
    except redis.RedisError:
        return Part(_("workers"), _("unknown"))
    if silent:
        return Part(_("workers"), _("not heard: %s") % ", ".join(silent), BAD)
    return Part(_("workers"), _("all %d at work") % len(pulse.NAMES), GOOD)


def _queues() -> Part:
    lengths = metrics.lengths_now()
    if not lengths:
        return Part(_("tasks that wait"), _("unknown"))
    return Part(_("tasks that wait"), str(sum(lengths.values())), GOOD)


def _model() -> Part:
    if not settings.MODEL_URL:
        return Part(_("model"), _("none of the platform's own"))
    answers = readiness.model_answers(f"{settings.MODEL_URL.rstrip('/')}/models")
    return Part(_("model"), _("answers"), GOOD) if answers else Part(_("model"), _("does not answer"), BAD)


def _disk() -> Part:
    try:
        free = shutil.disk_usage(settings.DATA_DIR if settings.DATA_DIR.exists() else settings.BASE_DIR).free
    except OSError:
        return Part(_("disk"), _("unknown"))
    how = BAD if free < readiness.NO_DISK else POOR if free < readiness.LITTLE_DISK else GOOD
    return Part(_("disk"), _("%s GB free") % f"{free / 1024**3:.1f}", how)


def _backup() -> Part:
    """The last that `runtime.backup` made of this folder; of others, such as a database server's own, nothing is known here."""
    try:
        at = datetime.fromisoformat(json.loads((settings.DATA_DIR / NOTED).read_text())["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return Part(_("last backup"), _("unknown"))
    days = (datetime.now(UTC) - at).days
    return Part(_("last backup"), times.short(at), GOOD if days < 2 else POOR if days < 8 else BAD)


def _version() -> Part:
    try:
        told = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    except (OSError, ValueError, KeyError):
        told = _("unknown")
    return Part(_("version"), str(told))
