"""Repetitions: a customer who asks the same three times, a bot that is about to give the same answer twice."""

from collections.abc import Generator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from apps.conversations.bot import courtesy, follow_up, recall, support, wish
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import QUOTE, End, HandedOver, Outcome, Reach, Said, Story, Watch
from apps.conversations.models import Cause

PART = 0.8  # of an answer's length up to which only a part of it was said


@dataclass(frozen=True)
class Repeated(Step):
    kind = "repeated"
    times: int = 0

    @property
    def told(self) -> Told:
        return Told(_("Asked three times"), _("the same question, and the answers did not help"))

    def why(self, scores: Scores) -> str:
        return _("The customer has asked the same question three times, so a person should look.")


def repeated(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, HandedOver | None]:
    """The same question for the third time: what the bot said to it did not help."""
    if story.answers_form or not _answered_twice(story) or not wish.is_repeated(story.asked) or story.promised:
        return None
    yield watch.timed(Repeated(wish.TIMES))
    return _to_person(story)


def unless_said(story: Story, answer: Said) -> End:
    """The same answer is not given twice in a row, unless the very same is asked again: a follow-up gets the part of it that it
    asks for, or is pointed to it, once."""
    if not recall.is_same_answer(answer.text, recall.last_answer(story.transcript)):
        return answer
    if recall.asks_again(story.question, story.transcript):
        return answer
    new = support.asked(follow_up.own(story.question))
    part = new.part_of(courtesy.without_frame(answer.text))
    if part and part != recall.last_answer(story.transcript):
        doubt = courtesy.doubt(story.language) if answer.choices and not new.is_met_by(part) else ""
        heading = courtesy.heading(answer.text)
        if not doubt and (answer.choices or heading == answer.sources[0].title):
            heading = ""
        text = "\n\n".join(filter(None, (heading and f"**{heading}**", part, doubt)))
        return replace(answer, text=text, alone=False, choices=answer.choices if doubt else ())
    if answer.choices and len(recall.last_answer(story.transcript)) < PART * len(courtesy.bare(answer.text)):
        return answer  # only a part of it was said
    if recall.pointed_back(story.transcript):
        return _to_person(story)
    return replace(answer, text=courtesy.above(story.language), tier=QUOTE, alone=False)


def _answered_twice(story: Story) -> bool:
    """Whether the bot had its say between the customer's last three messages."""
    return [line.author for line in story.transcript[-5:]] == ["visitor", "bot", "visitor", "bot", "visitor"]


def _to_person(story: Story) -> HandedOver:
    return HandedOver(Cause.LOW_CONFIDENCE, summary={"asked": story.question, "tried": "repeated"})
