"""A follow-up (“and to Canada?”, “how much?”) read with what it hangs on."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from apps.conversations.bot import follow_up, recall, support
from apps.conversations.bot.stages.meant import GUESSED, meant, opened
from apps.conversations.bot.stages.searching import Recalled, found
from apps.conversations.bot.story import Outcome, Reach, Story, Watch
from apps.conversations.bot.support import Asked, Fit
from apps.knowledge.search.search import Hit

NEAR = 3  # the rank by meaning up to which a guess is shown, however few words it has
MOST = 3  # contexts that what refers to others is read in; each is a search


@dataclass(frozen=True)
class FollowUp:
    """A customer's words; `own` is what they find alone."""

    said: str
    own: Sequence[Hit]
    story: Story

    @cached_property
    def new(self) -> Asked:
        return support.asked(self.said)

    @cached_property
    def leans(self) -> bool:
        return follow_up.leans(self.said)

    @cached_property
    def stands(self) -> bool:
        """Whether it may be a question of its own, though a short one."""
        return not self.new.is_bare and not follow_up.refers(self.said)

    def contexts(self) -> list[str]:
        found = recall.contexts(self.story.transcript, topic=not self.stands or self.new.is_thin)
        if self.new.is_bare and found:
            short = recall.short_answer(self.story.transcript)
            return [*found[:MOST], short] if short else found[:MOST]
        return found[: 1 if self.stands and self.is_about_it else MOST]

    @property
    def is_about_it(self) -> bool:
        """Whether what its own words find is likely, and holds them."""
        return self.story.is_likely(self.own) and self.new.is_held_by(self.own[0])

    def is_settled(self, hits: Sequence[Hit]) -> bool:
        """Whether what its own words find is enough."""
        enough = self.story.is_sure(hits) or (self.story.is_likely(hits) and not self.new.is_thin)
        return enough and not self.leans and not self.new.is_bare


def in_context(
    said: str, hits: Sequence[Hit], story: Story, reach: Reach, watch: Watch
) -> Generator[Outcome, None, tuple[Sequence[Hit], str]]:
    """Only a question that leans on others by its form, hardly says anything, or finds next to nothing by its own words, is
    also read with those before it. A sure reading alone and another one together leave it open what is meant; a farther
    question makes only sure what by its form hangs on it."""
    asked = FollowUp(said, hits, story)
    asked_with = said
    near: list[Hit] = []
    contexts = asked.contexts()
    if contexts and asked.new.is_bare and not story.is_sure(hits):  # what it finds alone is about anything
        hits = []
    for place, earlier in enumerate(contexts):
        sure = story.is_sure(hits)
        read = asked_with != said and story.is_likely(hits)
        if asked.is_settled(hits) or read or watch.is_late():
            break
        whole = follow_up.together(earlier, said)
        joint = reach.search(whole)
        if sure and (not joint or joint[0].article == hits[0].article):
            break
        near += joint
        together = _found(asked, joint, guessed=sure or (place > 0 and not asked.leans))
        yield watch.timed(Recalled(found(together), earlier))
        if sure:
            hits = opened(hits, story)
        if together and (not hits or together[0].score >= hits[0].score):
            asked_with = whole
        hits = recall.merged(together, hits)
    return _or_nearest(asked, near, hits), asked_with


def _found(asked: FollowUp, joint: Sequence[Hit], *, guessed: bool) -> list[Hit]:
    """The hits that are meant. Guesses, and all others than what was just said where the question may stand by itself, are not
    ahead of what its own words find."""
    story = asked.story
    together = meant(asked.new, joint, asked.own, story)
    if guessed:
        together = opened(together, story)
    if not asked.stands or not story.is_likely(asked.own):
        return together
    most = asked.own[0].score - GUESSED
    return [
        hit if recall.was_just_said(hit, story.transcript) else replace(hit, score=min(hit.score, most)) for hit in together
    ]


def _or_nearest(asked: FollowUp, near: Sequence[Hit], hits: Sequence[Hit]) -> Sequence[Hit]:
    """Where neither its own words nor both together find an answer: as a guess what is nearest to both; and where that is
    nothing, what was just said, so that the customer is pointed to it."""
    story = asked.story
    if asked.leans and not asked.new.is_bare and not story.is_likely(hits):
        hits = _with_nearest(asked, near, hits)
    if asked.stands or asked.new.kind or (hits and hits[0].score >= story.floor):
        return hits
    again = [hit for hit in near if story.is_sure([hit]) and recall.was_just_said(hit, story.transcript)]
    return opened(again[:1], story) or hits


def _with_nearest(asked: FollowUp, near: Sequence[Hit], hits: Sequence[Hit]) -> Sequence[Hit]:
    story = asked.story
    if asked.stands and hits and hits[0].score >= story.floor and asked.new.fit(hits[0]) >= Fit.SOME:
        return hits
    others = recall.unsaid(near, story.transcript)
    best = max(others, key=lambda hit: hit.dense, default=None)
    if not best:
        return hits
    if best.dense_rank and best.dense_rank <= NEAR:
        best = replace(best, score=max(best.score, story.floor))
    return [*opened([best], story), *(hit for hit in hits if hit.passage != best.passage)]
