"""The stage of knowledge: search, quote what is sure, else compose from the passages; nothing found goes to a person."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

from apps.conversations.bot import courtesy, recall
from apps.conversations.bot.stages.composing import composed
from apps.conversations.bot.stages.repetition import unless_said
from apps.conversations.bot.story import QUOTE, End, HandedOver, Outcome, Reach, Said, Story, Watch, source
from apps.conversations.models import Handover
from apps.knowledge.passages import codes
from apps.knowledge.search.search import Hit, unnamed


def from_knowledge(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, End]:
    if watch.is_late():
        yield watch.step("late", computed=watch.computed)
        return HandedOver(Handover.Reason.FAILED, courtesy.failed(story.language), _summary(story, [], "late"))
    hits, alone = yield from _search(story, reach, watch)
    missing = unnamed(story.question, hits)
    known = [hit for hit in hits if hit.score >= story.floor] if not (missing and codes.is_all(story.question)) else []
    if story.promised and (not known or known[0].score < story.sure):
        return Said(courtesy.added(story.language), tier=None)
    if not known:
        return HandedOver(Handover.Reason.NO_PASSAGE, _unknown(story, missing), _summary(story, hits, "no_passage"))
    quoted = replace(_quote(story, known[0]), alone=alone)
    if known[0].score >= story.sure and known[0].kind == "qa":
        yield watch.step("quote", passage=known[0].passage, score=round(known[0].score, 3), sure=True)
        return unless_said(story, quoted)
    end = unless_said(story, quoted)
    if end is not quoted:  # what was just said is not said again in a model's words either
        return end
    words = yield from composed(story, reach, known, watch)
    return unless_said(story, replace(words, alone=alone)) if words else quoted


def _search(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, tuple[Sequence[Hit], bool]]:
    """The passages for the question; a follow-up (“and to Canada?”) that finds nothing is read with the question before it."""
    hits = reach.search(story.question)
    yield watch.step("search", **_found(hits))
    earlier = recall.question_before(story.transcript)
    if earlier and (not hits or hits[0].score < story.floor) and not watch.is_late():
        together = recall.supported(story.question, reach.search(f"{earlier} {story.question}"), story.transcript)
        yield watch.step("recall", question=earlier, **_found(together))
        if together and (not hits or together[0].score > hits[0].score):
            return together, False
    return hits, True


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


def _found(hits: Sequence[Hit]) -> dict[str, Any]:
    return {
        "hits": [
            {
                "passage": hit.passage,
                "article": hit.article,
                "title": hit.title,
                "score": round(hit.score, 4),
                "dense": round(hit.dense, 4),
                "lexical": round(hit.lexical, 4),
                "dense_rank": hit.dense_rank,
                "lexical_rank": hit.lexical_rank,
            }
            for hit in hits
        ]
    }


def _summary(story: Story, hits: Sequence[Hit], tried: str) -> dict[str, Any]:
    """The summary an agent reads first: what was asked, what the bot tried, what it found."""
    found = [{"title": hit.title, "article": hit.article, "score": round(hit.score, 3)} for hit in hits[:3]]
    return {"asked": story.question, "tried": tried, "found": found}
