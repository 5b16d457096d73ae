"""How a release did by each set that was run on it, and whether that is below the set's bar."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.insights import figures
from apps.insights.models import EvaluationSet, Run
from apps.releases.models import Release


@dataclass(frozen=True)
class Standing:
    """`share`: of what is known, answered rightly or shown, 0..1; None where a set asks for nothing that is known."""

    set: EvaluationSet
    run: Run
    share: float | None

    @property
    def is_below(self) -> bool:
        return self.set.bar is not None and self.share is not None and round(100 * self.share) < self.set.bar


def standings(release: int) -> list[Standing]:
    """The last run of each set on this release."""
    done = Run.objects.filter(release=release, state=Run.State.DONE).select_related("set")
    newest = {run.set_id: run for run in done.order_by("pk")}
    found = [Standing(run.set, run, figures.share(run)) for run in newest.values()]
    return sorted(found, key=lambda each: each.set.name)


def sentence(standing: Standing) -> str:
    """How far it is below its bar."""
    named = {"name": standing.set.name, "share": round(100 * (standing.share or 0)), "bar": standing.set.bar}
    return _("By “%(name)s”, %(share)d %% are answered rightly or shown, and %(bar)d %% should be.") % named


def below() -> list[Standing]:
    """The standings of the live release that are below their bar."""
    if not EvaluationSet.objects.filter(bar__isnull=False).exists():
        return []
    live = Release.objects.filter(active=True).values_list("number", flat=True).first()
    return [each for each in standings(live) if each.is_below] if live else []
