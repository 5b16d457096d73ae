"""A courtesy, or a message of files alone: neither needs knowledge."""

from collections.abc import Generator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot.courtesy import added, reply, wordless
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import Outcome, Reach, Said, Story, Watch


@dataclass(frozen=True)
class Courtesy(Step):
    kind = "courtesy"

    @property
    def told(self) -> Told:
        return Told(_("Courtesy"), _("Answered with a set phrase."))

    def why(self, scores: Scores) -> str:
        return _("A greeting or a thank-you needs no knowledge.")


def courtesy(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, Said | None]:
    if story.answers_form:
        return None
    polite = reply(story.question, story.language, story.bot)
    if not story.question.strip():  # files alone
        polite = added(story.language) if story.promised else wordless(story.language)
    if not polite:
        return None
    yield watch.timed(Courtesy())
    return Said(polite, tier=None)
