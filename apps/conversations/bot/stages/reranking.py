"""Having a reranker order what was found, where the search is in doubt and the tenant has one."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from apps.conversations.bot import follow_up, parts
from apps.conversations.bot.stages.reading import Reading
from apps.conversations.bot.stages.screening import veiled
from apps.conversations.bot.stages.searching import Searched, found
from apps.conversations.bot.steps import Scores, Told, number
from apps.conversations.bot.story import Judge, Outcome, Reach, Story, Watch
from apps.knowledge.search.search import Hit, is_doubted
from apps.llm.chat import ModelFailed

MOST = 10  # of the best are ranked


@dataclass(frozen=True)
class Reranked(Searched):
    """`best`: the first one's score by the reranker `model`; `sure`: the score from which on it is told; `lifted`: whether it
    is. `failed`: why the order stays what it was (a ModelFailed's code)."""

    kind = "rerank"
    model: str = ""
    best: float | None = None
    sure: float | None = None
    lifted: bool = False
    failed: str = ""

    @property
    def told(self) -> Told:
        if self.failed:
            return Told(_("Reranker"), _("%(model)s failed (%(code)s): the usual order") % self._names, bad=True)
        if self.sure is None:
            return Told(_("Reranker"), _("%(model)s: best %(best)s") % self._names)
        if self.lifted:
            return Told(_("Reranker"), _("%(model)s: best %(best)s, at least %(sure)s: sure") % self._names)
        return Told(_("Reranker"), _("%(model)s: best %(best)s, not sure from %(sure)s") % self._names)

    def why(self, scores: Scores) -> str:
        return "" if self.failed else super().why(scores)

    @property
    def _names(self) -> dict[str, str]:
        best, sure = (number(score or 0) for score in (self.best, self.sure))
        return {"model": self.model, "code": self.failed, "best": best, "sure": sure}


def reranked(story: Story, reading: Reading, reach: Reach, watch: Watch) -> Generator[Outcome, None, Reading]:
    """The best of what is in doubt in the reranker's order, where the question stands on its own feet. The first gets the best
    score there was, and a sure one from the reranker's own threshold on, if it meets what the question names, asks for and
    denies. Where the reranker fails, nothing changes, and the answer is not remembered: next time it may be back."""
    hits = reading.hits
    said = follow_up.own(story.question)
    if not hits or not story.floor <= hits[0].score < story.sure or watch.is_late() or not _stands_alone(said, reading):
        return reading
    judge = reach.judge()
    if judge is None:
        return reading
    some = hits[:MOST]
    asked, veil = yield from veiled(story, reach, watch, reading.asked)
    try:
        scores = judge.scores(asked, [veil.covered(_text(hit)) for hit in some], story.patience)
    except ModelFailed as failed:
        yield watch.timed(Reranked(model=judge.name, failed=failed.code))
        return replace(reading, alone=False)
    ordered, best = _ordered(some, scores)
    lifted = _is_lifted(reading.asked, ordered, best, judge)
    if lifted:
        ordered[0] = replace(ordered[0], score=story.sure)
    yield watch.timed(Reranked(found(ordered), model=judge.name, best=round(best, 4), sure=judge.sure, lifted=lifted))
    return replace(reading, hits=[*ordered, *hits[MOST:]])


def _stands_alone(said: str, reading: Reading) -> bool:
    """Whether the question was read by itself, and is one question."""
    return not reading.joint and not follow_up.leans(said) and len(parts.of(said)) == 1


def _ordered(hits: Sequence[Hit], scores: Sequence[float | None]) -> tuple[list[Hit], float]:
    """The hits by the reranker's scores, those without one last; the best has the best of their own scores, and so on. → them,
    and the best one's score by the reranker."""
    known = [place for place, score in enumerate(scores) if score is not None]
    places = sorted(known, key=lambda place: -(scores[place] or 0.0))
    best = scores[places[0]] or 0.0
    places += [place for place in range(len(hits)) if place not in known]
    own = sorted((hit.score for hit in hits), reverse=True)
    return [replace(hits[place], score=score) for place, score in zip(places, own, strict=True)], best


def _is_lifted(question: str, hits: Sequence[Hit], best: float, judge: Judge) -> bool:
    return judge.sure is not None and best >= judge.sure and not is_doubted(question, hits)


def _text(hit: Hit) -> str:
    """The text that is ranked: a Q&A's question and answer, a section with the headings above it."""
    return f"{hit.title if hit.kind == 'qa' else hit.heading or hit.title}\n{hit.text}"
