"""The questions that a tenant's knowledge answers: examples of what is no wish for a flow, and their vectors, which it has."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Q

from apps.flows.understanding import vectors
from apps.flows.understanding.vectors import Kept
from apps.knowledge.models import Passage, Vector
from apps.llm.embeddings import embedder
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


class Held:
    """The tenant's cache, and behind it what the knowledge holds: a training embeds none of its questions anew. `texts`: those
    that may be among them."""

    def __init__(self, kept: Kept, texts: Sequence[str]) -> None:
        self._kept, self._texts = kept, texts

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        found = dict(self._kept.get_many(keys))
        missing = set(keys) - found.keys()
        wanted = {text: key for text in self._texts if (key := vectors.key(text)) in missing}
        if wanted:
            own = Q(passage__kind=Passage.Kind.QUESTION, passage__text__in=wanted, space__model_id=embedder().model_id)
            for text, vector in Vector.objects.filter(own).values_list("passage__text", "embedding"):
                found[wanted[text]] = np.asarray(vector, np.float16).tobytes()
        return found

    def set_many(self, data: dict[str, bytes], timeout: int) -> Any:
        return self._kept.set_many(data, timeout)
