"""Faults of rules' own code: noted with the turn in which they came, and a rule that has many is switched off.

A customer may know how to break a rule's code. So turns are counted and not sentences, and what is switched off is told to
everybody who may change it: on the first page, in the list, in the log.
"""

import json
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
from apps.filters.models import Fault, Filter, Stop
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
    """Switches the rules off whose code failed in MOST turns WITHIN; → their names. Counted is from their last save on, in
    whichever releases hold them with the same settings."""
    recent = list(Fault.objects.filter(at__gt=timezone.now() - WITHIN).order_by("-at")[:LOOKED_AT])
    if len(recent) < MOST:
        return []
    stopped = []
    for rule, own in _by_code(recent):
        row = Filter.objects.filter(name=rule["name"]).first()
        failed = [each for each in own if each.at > _changed(row, rule)]
        if len(failed) >= MOST and not Stop.of(rule["key"], rule["settings"]).exists() and _switch_off(rule, row, failed[0]):
            stopped.append(rule["name"])
    return stopped


def forget() -> datetime | None:
    """Deletes what is older than KEPT; → when that is true of the oldest that is left."""
    Fault.objects.filter(at__lt=timezone.now() - KEPT).delete()
    oldest = Fault.objects.order_by("at").values_list("at", flat=True).first()
    return oldest and oldest + KEPT


def _by_code(recent: Iterable[Fault]) -> list[tuple[Rule, list[Fault]]]:
    """The rules in which they came, each with its own; a rule with other settings is another one."""
    held = {release.number: release for release in Release.objects.filter(number__in={each.release for each in recent})}
    found: dict[str, tuple[Rule, list[Fault]]] = {}
    for fault in recent:
        rule = _rules(held.get(fault.release)).get(fault.rule)
        if rule:
            code = json.dumps([rule["key"], rule["settings"]], sort_keys=True)
            found.setdefault(code, (rule, []))[1].append(fault)
    return list(found.values())


def _rules(release: Release | None) -> dict[str, Rule]:
    frozen = release.frozen.get("filters") if release else None
    return {rule["key"]: rule for rule in (frozen or {}).get("rules", ())}


def _changed(row: Filter | None, rule: Rule) -> datetime:
    """The last change of the row by which the rule came to be as it is; long ago where it was changed further since."""
    is_own = row is not None and row.enabled and row.settings == rule["settings"]
    return row.updated_at if row and is_own else timezone.now() - WITHIN


def _switch_off(rule: Rule, row: Filter | None, told: Fault) -> bool:
    """False where somebody was faster. A row that was changed since stays as it is."""
    with transaction.atomic():
        if row and row.enabled and row.settings == rule["settings"]:
            still = Filter.objects.filter(pk=row.pk, enabled=True, updated_at=row.updated_at)
            why = f"{told.kind}: {told.why}"
            if not still.update(enabled=False, stopped_at=timezone.now(), stopped_for=why[:LONGEST_WHY]):
                return False
        Stop.objects.create(rule=rule["key"], settings=rule["settings"])
        live = Release.objects.filter(active=True).first()  # `active()` would publish the first
        if _rules(live).get(rule["key"], {}).get("settings") == rule["settings"]:
            what = _("Switched off because its code failed over and over: %(name)s") % {"name": rule["name"]}
            publishing.amend("filters", lambda frozen: part.without(frozen, rule["key"]), what=what)
    STOPPED.inc()
    log.error("filter_switched_off", rule=rule["name"], fault=told.kind, why=told.why)
    return True
