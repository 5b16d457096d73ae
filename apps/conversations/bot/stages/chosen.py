"""A choice said in words (“the second one”) is read as if its button had been pressed."""

from collections.abc import Generator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from apps.conversations.bot import choosing
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import Outcome, Story, Watch


@dataclass(frozen=True)
class Chosen(Step):
    """`say`: what the button says."""

    kind = "chosen"
    say: str = ""

    @property
    def told(self) -> Told:
        return Told(_("Chosen in words"), f"“{self.say}”")

    def why(self, scores: Scores) -> str:
        return ""


def as_chosen(story: Story, watch: Watch) -> Generator[Outcome, None, Story]:
    """The story with each choice of the transcript, the question among them, in the words of its button."""
    transcript = choosing.read(story.transcript)
    before = next((line for line in reversed(transcript) if line.author != "visitor"), None)
    meant = choosing.chosen(story.question, before) if before else ""
    if not meant:
        return replace(story, transcript=transcript)
    yield watch.timed(Chosen(meant))
    return replace(story, transcript=transcript, question=meant)
