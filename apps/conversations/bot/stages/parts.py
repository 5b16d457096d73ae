"""Two questions in one message: each is searched for, and both are answered, one below the other."""

from collections.abc import Generator, Sequence
from dataclasses import replace

from apps.conversations.bot import courtesy, parts, recall
from apps.conversations.bot.stages.doubt import choices
from apps.conversations.bot.stages.searching import Parted, found
from apps.conversations.bot.story import QUOTE, Outcome, Reach, Said, Story, Watch, source, told
from apps.knowledge.search.search import Hit


def one_by_one(story: Story, reach: Reach, whole: Sequence[Hit], watch: Watch) -> Generator[Outcome, None, Said | None]:
    """None when the message is one question, a part of it finds nothing, or the whole finds surely what the parts do not."""
    asked = parts.of(story.question)
    if len(asked) < parts.MOST or watch.is_late():
        return None
    each: list[Sequence[Hit]] = []
    for place, question in enumerate(asked):
        hits: Sequence[Hit] = reach.search(question)
        if place and (not hits or hits[0].score < story.sure):  # “… and how do I wash it?”
            together = recall.supported(question, reach.search(f"{asked[0]} {question}"), story.transcript)
            hits = recall.merged(hits, together)
        yield watch.timed(Parted(found(hits), question))
        each.append(hits)
    best = [hits[0] for hits in each if hits]
    sure = [hit.score >= story.sure for hit in best]
    if len(best) < len(asked) or any(hit.score < story.floor for hit in best) or best[0].passage == best[1].passage:
        return None
    if not all(sure) and whole and whole[0].score >= story.sure:
        return None
    text = "\n\n".join(told(question, hit) for question, hit in zip(asked, best, strict=True))
    if any(hit.language and hit.language != story.language for hit in best):
        text = f"{courtesy.foreign(story.language)}\n\n{text}"
    said = Said(text, QUOTE, [source(hit) for hit in best])
    if all(sure):
        return said
    doubtful = [best[0], *(hit for hits, is_sure in zip(each, sure, strict=True) if not is_sure for hit in hits[1:])]
    return replace(said, text=f"{text}\n\n{courtesy.doubt(story.language)}", choices=choices(story.language, doubtful))
