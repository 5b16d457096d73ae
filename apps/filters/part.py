"""The filters' part of a release: the rules that are enabled, in their order."""

import json
import threading
from collections import OrderedDict
from hashlib import blake2b
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from apps.filters.kinds import KINDS
from apps.filters.models import Filter, Stop
from apps.filters.rule import Rule
from apps.filters.screening.screen import Screen
from apps.releases import parts
from apps.releases.models import Release
from apps.tenants import context

KEPT = 200  # releases' screens in a process
_NONE: "Frozen" = {"digest": "", "rules": []}

_ready: OrderedDict[tuple[str, str], Screen] = OrderedDict()
_lock = threading.Lock()


class Frozen(TypedDict):
    """`digest`: of the rules, by which processes know that they have them ready."""

    digest: str
    rules: list[dict[str, Any]]


def of(release: Release) -> Screen | None:
    """The screen of a release, made ready once a process; None where it has no rule."""
    frozen: Frozen = release.frozen.get("filters") or _NONE
    if not frozen["rules"]:
        return None
    return _made(frozen["digest"], rules(release))


def in_force(release: Release) -> Screen | None:
    """The same without the rules that were switched off since, because their code kept failing. Asks the database where a rule
    has any."""
    screen = of(release)
    may_fail = [rule.key for rule in screen.rules if KINDS[rule.kind].fails] if screen else []
    stopped = list(Stop.objects.filter(rule__in=may_fail).values_list("rule", "settings")) if may_fail else []
    if screen is None or not stopped:
        return screen
    left = [rule for rule in screen.rules if (rule.key, rule.settings) not in stopped]
    return _made(_digest([rule.stored() for rule in left]), left) if left else None


def _made(digest: str, rules: list[Rule]) -> Screen:
    key = context.schema(), digest  # one tenant's alone, because what some kinds look for is its own
    with _lock:
        screen = _ready.pop(key, None) or Screen(rules)
        _ready[key] = screen
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    return screen


def rules(release: Release) -> list[Rule]:
    frozen: Frozen = release.frozen.get("filters") or _NONE
    return [Rule.read(facts) for facts in frozen["rules"]]


def freeze() -> Frozen:
    return _frozen([row.rule.stored() for row in Filter.objects.filter(enabled=True).order_by("order", "name")])


def without(frozen: Frozen, key: str) -> Frozen:
    """The part without the rule of this key."""
    return _frozen([rule for rule in frozen["rules"] if rule["key"] != key])


def _frozen(rules: list[dict[str, Any]]) -> Frozen:
    return Frozen(digest=_digest(rules), rules=rules)


def _digest(rules: list[dict[str, Any]]) -> str:
    return blake2b(json.dumps(rules).encode(), digest_size=16).hexdigest()


def thaw(frozen: Frozen | None) -> None:
    """The rules of the release are enabled as it has them, in its order, and made anew where they were deleted; all others are
    off. Their examples stay as they are."""
    rules = _rules(frozen)
    Filter.objects.exclude(name__in=rules).update(enabled=False)
    for place, (name, each) in enumerate(rules.items(), 1):
        started = {"enabled": True, "stopped_at": None, "stopped_for": ""}
        Filter.objects.update_or_create(name=name, defaults={**each, **started, "order": place})
    for rule in (frozen or _NONE)["rules"]:
        Stop.of(rule["key"], rule["settings"]).delete()


def describe(before: Frozen | None, after: Frozen | None) -> str:
    """“Filters: phone numbers”: those that are new or changed, then those that are off."""
    old, new = _rules(before), _rules(after)
    changed = [name for name in new if old.get(name) != new[name]]
    gone = [name for name in old if name not in new]
    told = [_("Filters: %s") % ", ".join(changed)] if changed else []
    told += [_("Filters switched off: %s") % ", ".join(gone)] if gone else []
    if not told and list(old) != list(new):
        told = [_("Filters in another order")]
    return "; ".join(told)


def _rules(frozen: Frozen | None) -> dict[str, dict[str, Any]]:
    """The rules by name, without what their rows are."""
    return {each["name"]: {key: each[key] for key in each if key not in ("key", "name")} for each in (frozen or _NONE)["rules"]}


parts.register("filters", freeze=freeze, thaw=thaw, describe=describe)
