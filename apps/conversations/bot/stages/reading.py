"""Reading a question: by its own words, as it was probably meant, in words that mean the same, by what a long story asks, and
with what was said before where it may hang on that."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from apps.conversations.bot import follow_up, parts, recall, support
from apps.conversations.bot.stages.context import in_context
from apps.conversations.bot.stages.searching import Condensed, Reworded, Searched, Spelt, found
from apps.conversations.bot.story import Outcome, Reach, Story, Watch
from apps.knowledge.search.search import Hit
from apps.llm import languages

OVERWHELMING = 0.8  # a question whose slips were put right is sure from this score on
UNREAD = 0.5  # of its score, what is found for a question is worth whose words are put right


@dataclass(frozen=True)
class Reading:
    """`asked`: what the passages are told for; `joint`: read with what it hangs on. `alone`: everybody who asks this is
    told the same, whatever was said before, unless the question leans on it by its form. `question`: the customer's, its slips
    put right."""

    hits: Sequence[Hit]
    asked: str
    alone: bool
    question: str
    joint: bool = False


def read(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, Reading]:
    """A follow-up (“and to Canada?”) that is not sure by itself is read with what it hangs on."""
    said = follow_up.own(story.question)
    hits = reach.search(said)
    words = tuple(map(str, reach.synonyms(said)))
    yield watch.timed(Searched(found(hits), words=words))
    said, hits = yield from _spelt(said, hits, story, reach, watch)
    story = as_read(story, said)
    hits, worded = yield from in_other_words(said, hits, story, reach, watch)
    gist = parts.gist(said)
    if gist and not story.is_sure(hits) and not watch.is_late():
        asked = reach.search(gist)
        yield watch.timed(Condensed(found(asked), gist))
        hits = recall.merged(hits, asked)
    together, asked_with = yield from in_context(said, hits, story, reach, watch)
    joint = asked_with != said
    follows = joint and not follow_up.takes_back(story.question)
    told = together if follows else _others_first(said, together, story)
    untouched = told is hits and story.is_likely(hits)
    sure = asked_with == said and story.is_sure(told) and not follow_up.takes_back(story.question)
    earlier = recall.followed(story.transcript)
    return Reading(told, f"{earlier} {said}" if joint else worded, untouched or sure, said, joint)


def in_other_words(
    question: str, hits: Sequence[Hit], story: Story, reach: Reach, watch: Watch
) -> Generator[Outcome, None, tuple[Sequence[Hit], str]]:
    """A question that is not sure as it is written is also read with words that mean the same, where it has some. → what was
    found, and the words with which the best of it was."""
    if story.is_sure(hits) or watch.is_late() or not reach.synonyms(question):
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
    meant = "" if story.is_sure(hits) or watch.is_late() else reach.read_as(said)
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


def _others_first(said: str, hits: Sequence[Hit], story: Story) -> Sequence[Hit]:
    """The hits without what was just said, where the customer takes that back, or it is not sure and no part of it answers."""
    if follow_up.takes_back(story.question):
        return recall.unsaid(hits, story.transcript)
    if not hits or story.is_sure(hits) or recall.unsaid(hits[:1], story.transcript):
        return hits
    if support.asked(said).part_of(hits[0].text):
        return hits
    others = recall.unsaid(hits[1:], story.transcript)
    if recall.asks_again(story.question, story.transcript) or not others or others[0].score < story.floor:
        return hits
    return others
