"""Answered before? The same question by the same release needs no search."""

from collections.abc import Generator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot import follow_up, recall
from apps.conversations.bot.stages.repetition import unless_said
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import End, Outcome, Reach, Story, Watch


@dataclass(frozen=True)
class Remembered(Step):
    kind = "cache"
    found: bool = False

    @property
    def told(self) -> Told:
        return Told(_("Answered before?"), _("yes, the same answer again") if self.found else _("no"))

    def why(self, scores: Scores) -> str:
        return _("The same question was answered before by this release.") if self.found else ""


def answered_before(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, End | None]:
    """In the middle of a talk only what means the same there: nothing that leans on what was said, no doubt a second time."""
    if story.answers_form:
        return None
    begins = recall.begins(story.transcript)
    leans = follow_up.leans(follow_up.own(story.question)) or follow_up.takes_back(story.question)
    before = reach.answered_before(story.question) if begins or not leans else None
    if before and before.choices and recall.is_same_answer(before.text, recall.last_answer(story.transcript)):
        before = None
    yield watch.timed(Remembered(before is not None))
    return unless_said(story, before) if before else None
