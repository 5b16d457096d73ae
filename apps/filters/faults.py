"""Faults of rules' own code: noted with the turn in which they came, and a rule that has many is switched off.

A customer may know how to break a rule's code. So turns are counted and not sentences, and what is switched off is told to
everybody who may change it: on the first page, in the list, in the log.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client import Counter

from apps.filters import part
from apps.filters.models import Fault, Filter
from apps.filters.models.faults import LONGEST_WHY
from apps.releases import publishing
from apps.releases.models import Release
from apps.tenants import due

log = structlog.get_logger(__name__)

NOTED = "filters.fault"  # news of one, for the sweeper
MOST, WITHIN = 5, timedelta(minutes=10)  # turns with a fault
KEPT = timedelta(days=7)
LOOKED_AT = 1_000
FAULTS = Counter("yingda_filter_faults_total", "Turns in which a filter's own code was cut off, by how.", ["kind"])
STOPPED = Counter("yingda_filters_switched_off_total", "Filters switched off because their own code failed over and over.")

Rule = Mapping[str, Any]  # as a release holds it


def note(rule: str, *, release: int, turn: UUID, kind: str, why: str) -> None:
    """Part of the transaction that records the turn. Once a turn and rule, however often it is told."""
    facts = {"release": release, "kind": kind, "why": why[:LONGEST_WHY]}
    _row, new = Fault.objects.get_or_create(rule=rule, turn=turn, defaults=facts)
    if new:
        FAULTS.labels(kind).inc()
        log.warning("filter_fault", rule=rule, turn=str(turn), **facts)
        due.tell(NOTED)


def switch_off_failing() -> list[str]:
    """Takes the rules out of the live release whose code failed in MOST turns WITHIN; → their names. Counted is since they were
    saved last, in whichever release holds them as the live one does."""
    live = Release.objects.filter(active=True).first()  # `active()` would publish the first
    recent = list(Fault.objects.filter(at__gt=timezone.now() - WITHIN).order_by("-at")[:LOOKED_AT])
    if live is None or len(recent) < MOST:
        return []
    held = {release.number: _rules(release) for release in Release.objects.filter(number__in={each.release for each in recent})}
    stopped = []
    for rule in _rules(live).values():
        row = Filter.objects.filter(name=rule["name"]).first()
        alike = {number for number, rules in held.items() if _is_alike(rules.get(rule["key"]), rule)}
        own = [each for each in recent if each.rule == rule["key"] and each.release in alike]
        failed = [each for each in own if each.at > _changed(row, rule)]
        if len(failed) >= MOST and _switch_off(rule, row, failed):
            stopped.append(rule["name"])
    return stopped


def forget() -> datetime | None:
    """Deletes what is older than KEPT; → when that is true of the oldest that is left."""
    Fault.objects.filter(at__lt=timezone.now() - KEPT).delete()
    oldest = Fault.objects.order_by("at").values_list("at", flat=True).first()
    return oldest and oldest + KEPT


def _rules(release: Release) -> dict[str, Rule]:
    return {rule["key"]: rule for rule in (release.frozen.get("filters") or {}).get("rules", ())}


def _is_alike(other: Rule | None, rule: Rule) -> bool:
    return other is not None and (other["kind"], other["settings"]) == (rule["kind"], rule["settings"])


def _changed(row: Filter | None, rule: Rule) -> datetime:
    """The last change of the row by which the rule came to be as it is; long ago where it was changed further since."""
    is_own = row is not None and row.enabled and row.settings == rule["settings"]
    return row.updated_at if row and is_own else timezone.now() - WITHIN


def _switch_off(rule: Rule, row: Filter | None, failed: Iterable[Fault]) -> bool:
    """False where somebody was faster. A row that was changed since, and waits to go live, stays as it is."""
    told = next(iter(failed))
    with transaction.atomic():
        if row and row.settings == rule["settings"]:
            still = Filter.objects.filter(pk=row.pk, enabled=True, updated_at=row.updated_at)
            why = f"{told.kind}: {told.why}"
            if not still.update(enabled=False, stopped_at=timezone.now(), stopped_for=why[:LONGEST_WHY]):
                return False
        what = _("Switched off because its code failed over and over: %(name)s") % {"name": rule["name"]}
        release = publishing.amend("filters", lambda frozen: part.without(frozen, rule["key"]), what=what)
    STOPPED.inc()
    log.error("filter_switched_off", rule=rule["name"], release=release.number, fault=told.kind, why=told.why)
    return True
