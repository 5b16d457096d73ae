"""The steps of searching for what a customer asks: by their words, by a long story's point, with what was said before, by one
question of two."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.conversations.bot.steps import Scores, Step, Told, fit, number
from apps.knowledge.search.search import Hit


@dataclass(frozen=True)
class Found:
    """A passage the search found, with both searches' scores and ranks."""

    passage: int
    article: str
    title: str
    score: float
    dense: float
    lexical: float
    dense_rank: int | None = None
    lexical_rank: int | None = None


@dataclass(frozen=True)
class Searched(Step):
    """`question`: with what it was searched, where these are not the customer's words; `words`: each of theirs that has others,
    with these."""

    kind = "search"
    title = gettext_lazy("Search")
    hits: Sequence[Found] = ()
    question: str = ""
    words: Sequence[str] = field(default=(), kw_only=True)

    @property
    def told(self) -> Told:
        if self.question:
            return Told(str(self.title), f"“{self.question}” · {self._sum}")
        return Told(str(self.title), " · ".join((self._sum, *self.words)), bad=not self.hits)

    @property
    def _sum(self) -> str:
        best = _(", best %s") % number(self.hits[0].score) if self.hits else ""
        return ngettext("%d passage", "%d passages", len(self.hits)) % len(self.hits) + best

    def why(self, scores: Scores) -> str:
        """Nothing after it decided, so it did, or no model gave an answer."""
        if scores.best is None:
            return _("The search found nothing at all.")
        if scores.best < scores.floor:
            return scores.fill(_("The best passage scores %(best)s, below %(floor)s: not enough to answer."))
        return scores.fill(_("The best passage scores %(best)s. No model gave a supported answer, so it is quoted."))

    def stored(self) -> dict[str, Any]:
        return super().stored() | {"hits": [vars(hit) for hit in self.hits]}

    @classmethod
    def read(cls, facts: dict[str, Any]) -> Step:
        return super().read(facts | {"hits": [fit(Found, hit) for hit in facts.get("hits", ())]})


class Recalled(Searched):
    """The search with the question before the last one."""

    kind = "recall"
    title = gettext_lazy("Search with the question before")


class Reworded(Searched):
    """The search for the question in words that mean the same."""

    kind = "reworded"
    title = gettext_lazy("Search with words that mean the same")


class Condensed(Searched):
    """The search for the question of a long message."""

    kind = "gist"
    title = gettext_lazy("Search for what a long message asks")


class Spelt(Searched):
    """The search for a question with its slips put right."""

    kind = "spelling"
    title = gettext_lazy("Read as")


class Parted(Searched):
    """The search for one question of two."""

    kind = "part"
    title = gettext_lazy("Search for one of two questions")


def found(hits: Sequence[Hit]) -> tuple[Found, ...]:
    return tuple(
        Found(
            passage=hit.passage,
            article=hit.article,
            title=hit.title,
            score=round(hit.score, 4),
            dense=round(hit.dense, 4),
            lexical=round(hit.lexical, 4),
            dense_rank=hit.dense_rank,
            lexical_rank=hit.lexical_rank,
        )
        for hit in hits
    )
