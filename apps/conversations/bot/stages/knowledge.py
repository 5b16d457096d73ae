"""The stage of knowledge: search, quote what is sure, else compose from the passages or ask whether the best one was meant;
nothing found goes to a person."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.conversations.bot import courtesy, premise, recall, scope, support
from apps.conversations.bot.stages.composing import composed
from apps.conversations.bot.stages.doubt import Doubted, choices
from apps.conversations.bot.stages.nameless import Beyond, is_nameless
from apps.conversations.bot.stages.parts import one_by_one
from apps.conversations.bot.stages.reading import Reading, as_read, read
from apps.conversations.bot.stages.repetition import unless_said
from apps.conversations.bot.stages.reranking import reranked
from apps.conversations.bot.stages.translating import is_foreign, translated
from apps.conversations.bot.steps import Late, Scores, Step, Told
from apps.conversations.bot.story import QUOTE, End, HandedOver, Outcome, Reach, Said, Story, Watch, source, told
from apps.conversations.models import Cause
from apps.knowledge.passages import codes
from apps.knowledge.search.search import Hit, unnamed


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
    reading = yield from read(story, reach, watch)
    hits = reading.hits
    story = as_read(story, reading.question)
    both = yield from one_by_one(replace(story, question=reading.question), reach, hits, watch)
    if both:
        return unless_said(story, replace(both, alone=recall.begins(story.transcript)))
    if not story.is_sure(hits) and scope.is_beyond(story.question):
        yield watch.timed(Beyond())
        return Said(courtesy.beyond(story.language, story.bot), tier=None)
    reading = yield from reranked(story, reading, reach, watch)
    hits = () if is_nameless(story, reading) else reading.hits
    missing = unnamed(story.question, hits)
    known = [hit for hit in hits if hit.score >= story.floor] if not (missing and codes.is_all(story.question)) else []
    if not known and story.promised:
        return Said(courtesy.added(story.language), tier=None)
    if not known:
        return HandedOver(Cause.NO_PASSAGE, _unknown(story, missing), _summary(story, hits, "no_passage"))
    quoted = replace(quote(story, reading), alone=reading.alone)
    foreign = is_foreign(quoted, story.language)
    exact = (
        Quoted(known[0].passage, round(known[0].score, 3)) if known[0].score >= story.sure and known[0].kind == "qa" else None
    )
    if exact and not foreign:
        yield watch.timed(exact)
        return unless_said(story, quoted)
    end = unless_said(story, quoted)
    if end is not quoted:  # what was just said is not said again in a model's words either
        return end
    words = yield from translated(story, reach, quoted, watch) if foreign else composed(story, reach, known, watch)
    if words:
        return unless_said(story, replace(words, alone=reading.alone))
    if exact:
        yield watch.timed(exact)
    if quoted.choices:
        yield watch.timed(Doubted(tuple(choice.say for choice in quoted.choices)))
    return quoted


def _unknown(story: Story, missing: Sequence[str]) -> str:
    return courtesy.unknown_code(story.language, missing[0]) if missing else courtesy.unknown(story.language)


def quote(story: Story, reading: Reading) -> Said:
    """The best passage as it stands. Is it in the other language? Then the customer is told so, in theirs. Not sure? Then they
    are asked whether it is what they meant, or one of the next ones."""
    best = reading.hits[0]
    foreign = bool(best.language) and best.language != story.language
    sure = best.score >= story.sure
    said = [_told(reading)]
    if best.kind == "qa" and (not sure or premise.is_answered_otherwise(story.question, best)):
        # so that its “Yes” is read as the answer to that, not to what the customer asked
        said.insert(0, f"**{best.title}**")
    if best.absent:
        said.insert(0, courtesy.absent(story.language, best.absent))
    if foreign:
        said.insert(0, courtesy.foreign(story.language))
    if sure:
        return Said("\n\n".join(said), QUOTE, [source(best)])
    asked = "\n\n".join([*said, courtesy.doubt(story.language)])
    return Said(asked, QUOTE, [source(best)], choices=choices(story.language, reading.hits))


def _told(reading: Reading) -> str:
    """The words of the best passage; of a section that a follow-up found only the part that it asks for, where it tells one."""
    best = reading.hits[0]
    if not reading.joint or best.kind == "qa":
        return told(reading.asked, best)
    new = support.asked(reading.question)
    part = new.part_of(best.text)
    return told(reading.asked, replace(best, text=part) if part and new.is_met_by(part) else best)


def _summary(story: Story, hits: Sequence[Hit], tried: str) -> dict[str, Any]:
    """The summary an agent reads first: what was asked, what the bot tried, what it found."""
    found = [{"title": hit.title, "article": hit.article, "score": round(hit.score, 3)} for hit in hits[:3]]
    return {"asked": story.question, "tried": tried, "found": found}
