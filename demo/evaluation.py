"""Loads a demo shop's questions into an evaluation set, which the product then runs by itself on the live release."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from apps.insights import runs, sets
from apps.insights.models import EvaluationSet
from apps.tenants import due
from apps.tenants.workspace.models import Site
from demo.shops import Shop

SOON = timedelta(seconds=40)  # after the start that loads it, which the run must not slow


def load(shop: Shop) -> Iterator[str]:
    """Loads into the tenant of the moment, unless it has a set already."""
    if EvaluationSet.objects.exists():
        return
    with translation.override(Site.load().language):
        chosen = EvaluationSet.objects.create(name=_("Questions of the demo"))
    taken = sets.take_in(chosen, shop.questions())
    due.tell(runs.CHANGED, SOON)
    yield f"{taken.added} questions to evaluate its answers"
