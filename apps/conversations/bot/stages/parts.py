"""Two or three questions in one message: each is searched for, and all are answered, one below the other."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

from apps.conversations.bot import courtesy, follow_up, parts, recall, support
from apps.conversations.bot.stages.doubt import choices
from apps.conversations.bot.stages.meant import FEW, GUESSED
from apps.conversations.bot.stages.reading import in_other_words
from apps.conversations.bot.stages.searching import Parted, found
from apps.conversations.bot.story import QUOTE, Outcome, Reach, Said, Story, Watch, source, told
from apps.knowledge.search.search import Hit


def one_by_one(story: Story, reach: Reach, whole: Sequence[Hit], watch: Watch) -> Generator[Outcome, None, Said | None]:
    """None when the message is one question, or the whole finds surely what its parts do not. A question that finds nothing is
    named below the answers to the others, where these are sure and it is certain that it is a question."""
    asked = parts.of(story.question)
    if len(asked) == 1 or watch.is_late():
        return None
    each: dict[str, Sequence[Hit]] = {}
    for question in asked:
        hits = _found(question, asked[0] if each else "", story, reach)
        yield watch.timed(Parted(found(hits), question))
        hits, _words = yield from in_other_words(question, hits, story, reach, watch)
        each[question] = hits
    known = {question: hits for question, hits in each.items() if hits and hits[0].score >= story.floor}
    unknown = [question for question in each if question not in known]
    said = {_entry(hits[0]): question for question, hits in reversed(known.items())}  # two may ask for the same
    known = {question: hits for question, hits in known.items() if said[_entry(hits[0])] == question}
    best = [hits[0] for hits in known.values()]
    sure = all(hit.score >= story.sure for hit in best)
    if not best or len(best) + len(unknown) == 1:
        return None
    marked = parts.are_marked(story.question, asked)
    if unknown and (story.waits or not (sure and marked)):
        return None
    lost = marked and _entry(whole[0]) not in map(_entry, best) if whole else False
    unlikely = not marked and not all(map(story.is_likely, known.values()))
    if story.is_sure(whole) and (lost or unlikely):
        return None
    return _told(story, known, unknown, sure=sure)


def _found(question: str, first: str, story: Story, reach: Reach) -> Sequence[Hit]:
    """Where it is not sure, with the first question of the message too (“… and how do I wash it?”); what holds the kind of
    answer that is expected is ahead."""
    hits: Sequence[Hit] = reach.search(question)
    if story.is_sure(hits):
        return hits
    new = support.asked(question)
    if first:
        joint = [hit for hit in reach.search(follow_up.together(first, question))[:FEW] if new.fit(hit)]
        if story.is_likely(hits) and not follow_up.refers(question):  # it stands by itself: what else both find is a guess
            most = hits[0].score - GUESSED
            joint = [hit if _entry(hit) == _entry(hits[0]) else replace(hit, score=min(hit.score, most)) for hit in joint]
        hits = recall.merged(hits, joint)
    return sorted(hits, key=lambda hit: -new.fit(hit) if new.kind and hit.score >= story.floor else 0)


def _entry(hit: Hit) -> str | int:
    return hit.article if hit.kind == "qa" else hit.passage


def _told(story: Story, known: Mapping[str, Sequence[Hit]], unknown: Sequence[str], *, sure: bool) -> Said:
    best = [hits[0] for hits in known.values()]
    text = "\n\n".join(told(question, hits[0]) for question, hits in known.items())
    if any(hit.language and hit.language != story.language for hit in best):
        text = f"{courtesy.foreign(story.language)}\n\n{text}"
    if unknown:
        text = f"{text}\n\n{courtesy.unknown_parts(story.language, unknown)}"
    said = Said(text, QUOTE, [source(hit) for hit in best])
    if sure:
        return said
    doubtful = [best[0], *(hit for hits in known.values() if hits[0].score < story.sure for hit in hits[1:])]
    return replace(said, text=f"{text}\n\n{courtesy.doubt(story.language)}", choices=choices(story.language, doubtful))
