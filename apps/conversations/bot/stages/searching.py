"""Searching for what a customer asks: by their words, by what a long story asks, with the question before, by one of two."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.conversations.bot import parts, recall
from apps.conversations.bot.steps import Scores, Step, Told, fit, number
from apps.conversations.bot.story import Outcome, Reach, Story, Watch
from apps.knowledge.search.search import Hit

GUESSED = 0.01  # what is not certain to be meant is so much below sure at most: it is shown and asked about


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
    kind = "search"
    hits: Sequence[Found] = ()

    @property
    def told(self) -> Told:
        return Told(_("Search"), self._sum, bad=not self.hits)

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


@dataclass(frozen=True)
class Recalled(Searched):
    """The search with the `question` before the last one."""

    kind = "recall"
    question: str = ""

    @property
    def told(self) -> Told:
        return Told(_("Search with the question before"), f"“{self.question}” · {self._sum}")


@dataclass(frozen=True)
class Condensed(Searched):
    """The search for the `question` of a long message."""

    kind = "gist"
    question: str = ""

    @property
    def told(self) -> Told:
        return Told(_("Search for what a long message asks"), f"“{self.question}” · {self._sum}")


@dataclass(frozen=True)
class Parted(Searched):
    """The search for one `question` of two."""

    kind = "part"
    question: str = ""

    @property
    def told(self) -> Told:
        return Told(_("Search for one of two questions"), f"“{self.question}” · {self._sum}")


def search(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, tuple[Sequence[Hit], str]]:
    """→ the passages, and what they were searched with: a follow-up (“and to Canada?”) that is not sure by itself is read with
    the question before it."""
    hits = reach.search(story.question)
    yield watch.timed(Searched(found(hits)))
    gist = parts.gist(story.question)
    if gist and not _is_sure(hits, story) and not watch.is_late():
        asked = reach.search(gist)
        yield watch.timed(Condensed(found(asked), gist))
        hits = recall.merged(hits, asked)
    earlier = recall.question_before(story.transcript)
    if not earlier or watch.is_late() or (_is_sure(hits, story) and not recall.leans(story.question)):
        return hits, story.question
    return (yield from _with(earlier, hits, story, reach, watch))


def _with(
    earlier: str, hits: Sequence[Hit], story: Story, reach: Reach, watch: Watch
) -> Generator[Outcome, None, tuple[Sequence[Hit], str]]:
    joint = reach.search(f"{earlier} {story.question}")
    if _is_sure(hits, story):
        if not joint or joint[0].article == hits[0].article:
            return hits, story.question
        hits = [replace(hit, score=min(hit.score, story.sure - GUESSED)) for hit in hits]  # alone it is about something else
    together = recall.supported(story.question, joint, story.transcript)
    yield watch.timed(Recalled(found(together), earlier))
    if together and (not hits or together[0].score > hits[0].score):
        return recall.merged(together, hits), f"{earlier} {story.question}"
    return recall.merged(hits, together), story.question


def _is_sure(hits: Sequence[Hit], story: Story) -> bool:
    return bool(hits) and hits[0].score >= story.sure


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
