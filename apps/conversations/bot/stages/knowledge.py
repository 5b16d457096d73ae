"""The stage of knowledge: search, quote what is sure, else compose from the passages; nothing found goes to a person."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.conversations.bot import courtesy, recall
from apps.conversations.bot.stages.composing import composed
from apps.conversations.bot.stages.repetition import unless_said
from apps.conversations.bot.steps import Late, Scores, Step, Told, fit, number
from apps.conversations.bot.story import QUOTE, End, HandedOver, Outcome, Reach, Said, Story, Watch, source
from apps.conversations.models import Cause
from apps.knowledge.passages import codes
from apps.knowledge.search.search import Hit, unnamed


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
        if scores.best >= scores.sure:
            return scores.fill(_("The best passage scores %(best)s. No model gave a supported answer, so it is quoted."))
        return scores.fill(
            _("The best passage scores %(best)s, below %(sure)s. No model gave a supported answer: quoted with a caution.")
        )

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
class Quoted(Step):
    kind = "quote"
    passage: int = 0
    score: float = 0.0

    @property
    def told(self) -> Told:
        return Told(_("Quote"), _("the best Q&A, word for word"))

    def why(self, scores: Scores) -> str:
        return scores.fill(_("The best Q&A scores %(best)s, at least %(sure)s: sure enough to be quoted as it stands."))


def from_knowledge(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, End]:
    if watch.is_late():
        yield watch.timed(Late(watch.computed))
        return HandedOver(Cause.FAILED, courtesy.failed(story.language), _summary(story, [], "late"))
    hits, alone = yield from _search(story, reach, watch)
    missing = unnamed(story.question, hits)
    known = [hit for hit in hits if hit.score >= story.floor] if not (missing and codes.is_all(story.question)) else []
    if story.promised and (not known or known[0].score < story.sure):
        return Said(courtesy.added(story.language), tier=None)
    if not known:
        return HandedOver(Cause.NO_PASSAGE, _unknown(story, missing), _summary(story, hits, "no_passage"))
    quoted = replace(_quote(story, known[0]), alone=alone)
    if known[0].score >= story.sure and known[0].kind == "qa":
        yield watch.timed(Quoted(known[0].passage, round(known[0].score, 3)))
        return unless_said(story, quoted)
    end = unless_said(story, quoted)
    if end is not quoted:  # what was just said is not said again in a model's words either
        return end
    words = yield from composed(story, reach, known, watch)
    return unless_said(story, replace(words, alone=alone)) if words else quoted


def _search(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, tuple[Sequence[Hit], bool]]:
    """The passages for the question; a follow-up (“and to Canada?”) that finds nothing is read with the question before it."""
    hits = reach.search(story.question)
    yield watch.timed(Searched(_found(hits)))
    earlier = recall.question_before(story.transcript)
    if earlier and (not hits or hits[0].score < story.floor) and not watch.is_late():
        together = recall.supported(story.question, reach.search(f"{earlier} {story.question}"), story.transcript)
        yield watch.timed(Recalled(_found(together), earlier))
        if together and (not hits or together[0].score > hits[0].score):
            return together, False
    return hits, True


def _found(hits: Sequence[Hit]) -> tuple[Found, ...]:
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


def _unknown(story: Story, missing: Sequence[str]) -> str:
    return courtesy.unknown_code(story.language, missing[0]) if missing else courtesy.unknown(story.language)


def _quote(story: Story, hit: Hit) -> Said:
    """The best passage as it stands. Not sure, or is it in the other language? Then the customer is told so, in theirs."""
    foreign = bool(hit.language) and hit.language != story.language
    if hit.score >= story.sure:
        caution = courtesy.foreign(story.language) if foreign else ""
    else:
        caution = (courtesy.closest_foreign if foreign else courtesy.closest)(story.language)
    return Said(f"{caution}\n\n{hit.text}" if caution else hit.text, QUOTE, [source(hit)])


def _summary(story: Story, hits: Sequence[Hit], tried: str) -> dict[str, Any]:
    """The summary an agent reads first: what was asked, what the bot tried, what it found."""
    found = [{"title": hit.title, "article": hit.article, "score": round(hit.score, 3)} for hit in hits[:3]]
    return {"asked": story.question, "tried": tried, "found": found}
