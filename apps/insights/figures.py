"""The figures of a run for people: shares of what was asked, each with its change since the run before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.insights.models import EvaluationSet, Run
from apps.insights.questions import End
from apps.tenants.backoffice.numbers import Number, percent, points

GOOD, BAD = True, False


@dataclass(frozen=True)
class KindRow:
    """A category's answers. `good`: the share that is as it should be, or was shown."""

    kind: str
    asked: int
    right: int
    shown: int
    offered: int
    partly: int
    refused: int
    wrong: int
    good: str
    change: str
    better: bool | None


def last(chosen: EvaluationSet) -> Run | None:
    return chosen.runs.filter(state=Run.State.DONE).first()


def before(run: Run) -> Run | None:
    """The last run that was done on an earlier release."""
    return Run.objects.filter(set=run.set_id, state=Run.State.DONE, release__lt=run.release, pk__lt=run.pk).first()


def share(run: Run | None) -> float | None:
    """The share of what is known that was answered rightly, or shown: what a bar is compared with."""
    return _share(run, "known", "right", "shown")


def numbers(run: Run, earlier: Run | None) -> list[Number]:
    def number(label: str, help_text: str, welcome: bool, part: str, *names: str) -> Number:
        now, then = _share(run, part, *names), _share(earlier, part, *names)
        better = None if now is None or then is None or round(100 * (now - then)) == 0 else (now > then) == welcome
        return Number(label, percent(now), points(now, then), better, help_text)

    known, unknown = End.ANSWER, End.REFUSE
    told = [
        number(_("Right or shown"), _("Answered rightly, or shown with “Was it this?”."), GOOD, "known", "right", "shown"),
        number(_("Right"), _("Of the questions that the knowledge can answer."), GOOD, "known", "right"),
        number(_("Offered"), _("Asked “Was it this?”, with the right one among what was shown."), GOOD, "known", "offered"),
        number(_("Handed over"), _("Questions that the knowledge can answer and nobody did."), BAD, "known", "refused"),
        number(_("Wrong"), _("Something else was answered."), BAD, "known", "wrong"),
        number(_("Top-1"), _("The right passage was found first."), GOOD, "known", "top1"),
        number(_("Recall@5"), _("The right passage was among the first five."), GOOD, "known", "recall5"),
        number(_("Hit rate"), _("The search found anything above the floor."), GOOD, "known", "hit"),
    ]
    refused = number(_("Refused or offered"), _("Of the questions that the knowledge cannot answer."), GOOD, "unknown", "well")
    answered = number(_("Answered all the same"), _("Though the knowledge does not hold it."), BAD, "unknown", "answered")
    asked = {end: run.totals.get(name, {}).get("asked", 0) for end, name in ((known, "known"), (unknown, "unknown"))}
    return [*(told if asked[known] else []), *([refused, answered] if asked[unknown] else [])]


def kinds(run: Run, earlier: Run | None) -> Iterator[KindRow]:
    """The categories, the worst first."""
    then = earlier.totals.get("kinds", {}) if earlier else {}
    found = run.totals.get("kinds", {})
    for kind in sorted(found, key=lambda kind: (_good(found[kind]) or 0, kind)):
        part = found[kind]
        now, was = _good(part), _good(then.get(kind, {}))
        yield KindRow(
            kind=kind,
            asked=part["asked"],
            right=part["right"] + part["rightly_refused"],
            shown=(shown := part.get("well", 0) - part["right"] - part["rightly_refused"]),
            offered=part["offered"] - shown,
            partly=part["partly"],
            refused=part["refused"],
            wrong=part["wrong"] + part["answered"],
            good=percent(now),
            change=points(now, was),
            better=None if now is None or was is None or round(100 * (now - was)) == 0 else now > was,
        )


def _good(part: dict[str, Any]) -> float | None:
    asked = part.get("asked", 0)
    return part.get("well", 0) / asked if asked else None


def _share(run: Run | None, part: str, *names: str) -> float | None:
    counts = run.totals.get(part, {}) if run else {}
    asked = counts.get("asked", 0)
    return sum(counts.get(name, 0) for name in names) / asked if asked else None
