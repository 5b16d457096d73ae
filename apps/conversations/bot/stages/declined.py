"""A “no” to “Was it this?”: the bot has shown the best it knows, so a person should look."""

from collections.abc import Generator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot import courtesy, recall
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import End, HandedOver, Outcome, Reach, Said, Story, Watch
from apps.conversations.models import Cause


@dataclass(frozen=True)
class Declined(Step):
    kind = "declined"

    @property
    def told(self) -> Told:
        return Told(_("Not meant"), _("the customer said no to what was shown"))

    def why(self, scores: Scores) -> str:
        return _("The answer that was shown was not the one that the customer wanted, so a person should look.")


def declined(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, End | None]:
    if story.answers_form:
        return None
    before = story.transcript[-2:-1]
    doubted = [line for line in before if line.author == "bot" and not courtesy.is_sure(line.text)]
    if not doubted or not courtesy.declines(story.question):
        return None
    yield watch.timed(Declined())
    if story.promised:
        return Said(courtesy.added(story.language), tier=None)
    asked = recall.question_before(story.transcript) or story.question
    return HandedOver(Cause.LOW_CONFIDENCE, courtesy.not_this(story.language), {"asked": asked, "tried": "declined"})
