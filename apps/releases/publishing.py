"""The verbs of releases: publish what stands in the editors now, activate an older number (rollback)."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.releases import parts
from apps.releases.models import Release
from apps.tenants import context, due
from apps.tenants.workspace.models import Member

PUBLISHED = "releases.published"  # what is told when a release goes live, by publishing or by going back to it
_LOCK = 0x59_69_6E_67  # one publisher at a time in a tenant's schema


def active() -> Release:
    """The live release; the first is published on first need."""
    return Release.objects.filter(active=True).first() or publish()


def kept(number: int, created_at: datetime) -> Release:
    """A release by its number, read once a process: it never changes, and no other one of this tenant has both."""
    return _kept(context.schema(), number, created_at)


@lru_cache(500)
def _kept(schema: str, number: int, created_at: datetime) -> Release:
    return Release.objects.get(number=number)


def publish(*, by: Member | None = None, what: str = "") -> Release:
    """Freeze every part into the next release and make it live. Nothing changed → the live release is returned as it is."""
    with transaction.atomic():
        _lock()
        live = Release.objects.filter(active=True).first()
        before: dict[str, Any] = live.frozen if live else {}
        after = {name: part.freeze() for name, part in sorted(parts.registry.items())}
        if live and before == after:
            return live
        newest = Release.objects.order_by("-number").first()
        release = Release(
            number=newest.number + 1 if newest else 1,
            frozen=after,
            summary=(what or _describe(before, after))[:300],
            created_by=by,
        )
        _make_live(release)
        return release


def activate(release: Release, *, by: Member | None = None) -> Release:
    """Roll back (or forward) to a release. The editors are brought to what it holds, so that the next save builds on it."""
    with transaction.atomic():
        _lock()
        for name, part in sorted(parts.registry.items()):
            if name in release.frozen:
                part.thaw(release.frozen[name])
        _make_live(release)
        return release


def changes(before: Release | None, after: Release) -> list[str]:
    """One line for each part that differs between two releases."""
    frozen = before.frozen if before else {}
    lines = (part.describe(frozen.get(name), after.frozen.get(name)) for name, part in sorted(parts.registry.items()))
    return [line for line in lines if line]


def _describe(before: dict[str, Any], after: dict[str, Any]) -> str:
    if not before:
        return _("First release")
    lines = [part.describe(before.get(name), after[name]) for name, part in sorted(parts.registry.items())]
    return "; ".join(line for line in lines if line)


def _make_live(release: Release) -> None:
    Release.objects.filter(active=True).exclude(number=release.number).update(active=False)
    release.active, release.activated_at = True, timezone.now()
    if release._state.adding:
        release.save()
    else:
        release.save(update_fields=["active", "activated_at"])
    due.tell(PUBLISHED)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_LOCK])
