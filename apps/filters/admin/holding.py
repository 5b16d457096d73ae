"""A rule held against its examples and the latest messages, before it is in force. A worker does it where that needs encoders
or the rule's own code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from apps.filters import checking, trial
from apps.filters.kinds import KINDS
from apps.filters.past import brake
from apps.filters.past.brake import Sample
from apps.filters.rule import Rule
from apps.tenants import trials

ASKED = gettext_lazy("%(would)s Nothing was saved. If that is what you want, switch on “Save it all the same” and save again.")


@dataclass(frozen=True)
class Held:
    """`problems`: sentences, for which it is not saved; `refused`: why its code can't be taken; `sample`: what it would do."""

    problems: Sequence[str] = ()
    refused: str = ""
    sample: Sample | None = None


def held(asked: dict[str, Any], *, by: object) -> Held:
    """`asked`: as `trial.asked` has it. Waits for a worker, seconds at most."""
    rule = Rule.read(asked["rule"])
    if KINDS[rule.kind].weighs:
        return _by_worker(asked, by)
    failures = checking.failures(rule, asked["must_catch"], asked["must_pass"])
    return Held(failures, sample=brake.sample(rule) if asked["brake"] and not failures else None)


def _by_worker(asked: dict[str, Any], by: object) -> Held:
    key = trials.begin(trial.TASK, asked, by=by, seconds=trial.SECONDS)
    found = trials.awaited(key, trial.TASK, by=by, seconds=trial.SECONDS) if key else trials.no_room()
    found = found or trials.too_late()
    if "refused" in found:
        return Held(refused=found["refused"])
    if "problem" in found:
        return Held([found["problem"]])
    return Held(found["failures"], sample=Sample(*found["sample"]) if "sample" in found else None)
