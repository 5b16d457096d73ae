"""The meant passages: those that a follow-up and what it hangs on find together, as far as they answer it, for certain or as
guesses."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from apps.conversations.bot import recall
from apps.conversations.bot.story import Story
from apps.conversations.bot.support import Asked, Fit
from apps.knowledge.search.search import Hit

GUESSED = 0.01  # what is not certain to be meant is so much below sure at most: it is shown and asked about
FEW = 4  # of what is found together that may be meant


def meant(new: Asked, joint: Sequence[Hit], own: Sequence[Hit], story: Story) -> list[Hit]:
    """The hits of both questions together that answer the new one; what holds too few of its words is a guess. `own` are those
    that its own words find."""
    found = _of_bare(new, joint[:FEW], story) if new.is_bare else _of_words(new, joint[:FEW], own, story)
    return [hit if certain else opened([hit], story)[0] for hit, certain in found]


def _of_bare(new: Asked, joint: Sequence[Hit], story: Story) -> Iterator[tuple[Hit, bool]]:
    """A bare question is about what was just said first of all, and of all else a guess."""
    fits = {hit.passage: new.fit(hit) for hit in joint}
    most = max(fits.values(), default=Fit.NOT)
    for hit in joint:
        fit = fits[hit.passage]
        if recall.was_just_said(hit, story.transcript) and fit == most and (fit or not new.kind):
            yield hit, recall.was_sure(story.transcript) and not new.single and bool(new.kind and new.part_of(hit.text))
            return
    yield from ((hit, most is Fit.MOST) for hit in joint if fits[hit.passage] == most > Fit.NOT)


def _of_words(new: Asked, joint: Sequence[Hit], own: Sequence[Hit], story: Story) -> Iterator[tuple[Hit, bool]]:
    """An entry that was just said does where a part of it does. One word is not enough where it finds something else alone."""
    said = recall.last_answer(story.transcript)
    alone = {hit.article for hit in own[: FEW if new.kind else 1]} if new.is_thin and story.is_likely(own) else None
    for hit in joint:
        fit = new.fit(hit)
        certain = alone is None or hit.article in alone
        if fit and recall.is_same_answer(hit.text, said):
            if part := new.part_of(hit.text):
                yield hit, certain and new.is_met_by(part) and recall.was_sure(story.transcript)
        elif fit:
            yield hit, certain and fit is Fit.MOST


def opened(hits: Sequence[Hit], story: Story) -> list[Hit]:
    """The hits as guesses."""
    return [replace(hit, score=min(hit.score, story.sure - GUESSED)) for hit in hits]
