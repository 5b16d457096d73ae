"""Searching for what a customer asks: by their words, by what a long story asks, with the question before, by one of two."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.conversations.bot import follow_up, parts, recall
from apps.conversations.bot.steps import Scores, Step, Told, fit, number
from apps.conversations.bot.story import Outcome, Reach, Story, Watch
from apps.knowledge.search.search import Hit
from apps.llm import languages

LIKELY = 0.2  # a question that leans on nothing is read by its own words alone from this score on
OVERWHELMING = 0.8  # a question whose slips were put right is sure from this score on
UNREAD = 0.5  # of its score, what is found for a question is worth whose words are put right
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


@dataclass(frozen=True)
class Reading:
    """`asked`: what the passages were searched with; `joint`: with a question before it. `alone`: everybody who asks this is
    told the same, whatever was said before, unless the question leans on it by its form. `question`: the customer's, its slips
    put right."""

    hits: Sequence[Hit]
    asked: str
    alone: bool
    question: str
    joint: bool = False


def search(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, Reading]:
    """A follow-up (“and to Canada?”) that is not sure by itself is read with what it hangs on."""
    said = follow_up.own(story.question)
    hits = reach.search(said)
    words = tuple(map(str, reach.synonyms(said)))
    yield watch.timed(Searched(found(hits), words=words))
    said, hits = yield from _spelt(said, hits, story, reach, watch)
    story = as_read(story, said)
    hits, worded = yield from in_other_words(said, hits, story, reach, watch)
    gist = parts.gist(said)
    if gist and not _is_sure(hits, story) and not watch.is_late():
        asked = reach.search(gist)
        yield watch.timed(Condensed(found(asked), gist))
        hits = recall.merged(hits, asked)
    together, asked_with = yield from _in_context(said, hits, story, reach, watch)
    told = _others_first(said, together, story)
    untouched = told is hits and _is_likely(hits, story)
    sure = asked_with == said and _is_sure(told, story) and not follow_up.takes_back(story.question)
    joint = asked_with != said
    return Reading(told, asked_with if joint else worded, untouched or sure, said, joint)


def in_other_words(
    question: str, hits: Sequence[Hit], story: Story, reach: Reach, watch: Watch
) -> Generator[Outcome, None, tuple[Sequence[Hit], str]]:
    """A question that is not sure as it is written is also read with words that mean the same, where it has some. → what was
    found, and the words with which the best of it was."""
    if _is_sure(hits, story) or watch.is_late() or not reach.synonyms(question):
        return hits, question
    reworded = reach.reworded(question)
    if not reworded:
        return hits, question
    others = reach.search(reworded)
    yield watch.timed(Reworded(found(others), reworded))
    both = recall.merged(hits, others)
    return both, reworded if both and both[0] not in hits else question


def _spelt(
    said: str, hits: Sequence[Hit], story: Story, reach: Reach, watch: Watch
) -> Generator[Outcome, None, tuple[str, Sequence[Hit]]]:
    """A question that is not sure is searched as it was probably meant, too. It is read so where as much is found then, or
    where it hangs on something else."""
    meant = "" if _is_sure(hits, story) or watch.is_late() else reach.read_as(said)
    if not meant:
        return said, hits
    asked = reach.search(meant)
    yield watch.timed(Spelt(found(asked), meant))
    unread = [replace(hit, score=UNREAD * hit.score) for hit in hits]
    if asked and asked[0].score >= max([story.floor, *(hit.score for hit in unread)]):
        return meant, recall.merged(asked, unread)
    return (meant, recall.merged(asked, hits)) if follow_up.leans(said) else (said, hits)


def as_read(story: Story, question: str) -> Story:
    """The story of a question whose slips were put right. It takes more to be sure of what is found for it; pinyin, once it is
    read, is Chinese, and so is the answer."""
    said = follow_up.own(story.question)
    if question == said:
        return story
    spoken = languages.found(question)
    language = spoken if spoken and spoken != languages.found(said) else story.language
    return replace(story, sure=max(story.sure, OVERWHELMING), language=language)


def _in_context(
    said: str, hits: Sequence[Hit], story: Story, reach: Reach, watch: Watch
) -> Generator[Outcome, None, tuple[Sequence[Hit], str]]:
    """Only a question that leans on others by its form, or finds next to nothing by its own words, is also read with those
    before it. A sure reading alone and another one together leave it open what is meant; a farther question makes only sure
    what by its form hangs on it."""
    asked_with = said
    leans = follow_up.leans(said)
    for place, earlier in enumerate(recall.contexts(story.transcript)):
        sure = _is_sure(hits, story)
        if (not leans and _is_likely(hits, story)) or watch.is_late():
            break
        joint = reach.search(f"{earlier} {said}")
        if sure and (not joint or joint[0].article == hits[0].article):
            break
        together = recall.supported(said, joint, story.transcript)
        yield watch.timed(Recalled(found(together), earlier))
        if sure:
            hits = _open(hits, story)
        if sure or (place and not leans):
            together = _open(together, story)
        if together and (not hits or together[0].score >= hits[0].score):
            asked_with = f"{earlier} {said}"
        hits = recall.merged(together, hits)
    return hits, asked_with


def _others_first(said: str, hits: Sequence[Hit], story: Story) -> Sequence[Hit]:
    """The hits without what was just said, where the customer takes that back, or it is not sure and no part of it answers."""
    if follow_up.takes_back(story.question):
        return recall.unsaid(hits, story.transcript)
    if not hits or _is_sure(hits, story) or recall.unsaid(hits[:1], story.transcript) or recall.part_of(said, hits[0].text):
        return hits
    others = recall.unsaid(hits[1:], story.transcript)
    if recall.asks_again(story.question, story.transcript) or not others or others[0].score < story.floor:
        return hits
    return others


def _open(hits: Sequence[Hit], story: Story) -> list[Hit]:
    return [replace(hit, score=min(hit.score, story.sure - GUESSED)) for hit in hits]


def _is_likely(hits: Sequence[Hit], story: Story) -> bool:
    """Whether what was found by a question's own words is enough not to look for what else it may hang on."""
    return bool(hits) and hits[0].score >= max(story.floor, LIKELY)


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
