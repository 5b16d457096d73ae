"""The questions that a tenant's knowledge answers: examples of what is no wish for a flow."""

from functools import lru_cache

from django.db.models import Q

from apps.knowledge.models import Passage
from apps.tenants import context

MOST = 500


def questions(revision: int) -> tuple[str, ...]:
    """The first question of each entry, as the knowledge of this revision has them; read once a process."""
    return _questions(context.schema(), revision)


@lru_cache(200)
def _questions(schema: str, revision: int) -> tuple[str, ...]:
    live = Q(since__lte=revision) & (Q(until__isnull=True) | Q(until__gt=revision))
    first = Passage.objects.filter(live, kind=Passage.Kind.QUESTION, ordinal=0).order_by("article_id")
    return tuple(first.values_list("text", flat=True)[:MOST])
