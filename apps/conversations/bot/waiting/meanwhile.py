"""Meanwhile: answers to a customer who waits for a person. Only what is surely known, quoted as it stands; all else is left to
the person, and nothing is said of it. No model writes, no flow begins, nobody is called anew."""

from collections.abc import Generator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot import courtesy, parts, recall, wish
from apps.conversations.bot.stages.knowledge import quote
from apps.conversations.bot.stages.nameless import is_nameless
from apps.conversations.bot.stages.parts import one_by_one
from apps.conversations.bot.stages.reading import as_read, read
from apps.conversations.bot.stages.reranking import reranked
from apps.conversations.bot.stages.screening import screened_end, screens_question
from apps.conversations.bot.stages.translating import is_foreign
from apps.conversations.bot.steps import Step, Told
from apps.conversations.bot.story import Outcome, Reach, Said, Story, Watch
from apps.knowledge.search.search import unnamed

SILENCE = Said("", tier=None, alone=False)


@dataclass(frozen=True)
class Meanwhile(Step):
    kind = "meanwhile"
    answered: bool = False

    @property
    def told(self) -> Told:
        return Told(_("Customer waits for a person"), _("answered meanwhile") if self.answered else _("left to the person"))


def meanwhile(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, None]:
    """Ends with a quote that is sure, or with words that are none."""
    end = yield from _answered(story, reach, watch)
    yield watch.timed(Meanwhile(bool(end.text)))
    yield end


def _answered(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, Said]:
    question = story.question
    if not question.strip() or story.answers_form or wish.is_wanted(question) or courtesy.kind_of(question):
        return SILENCE
    if (yield from screens_question(story, reach, watch)):
        return SILENCE
    quoted = yield from _quoted(story, reach, watch)
    if quoted is None or quoted.choices or recall.is_same_answer(quoted.text, recall.last_answer(story.transcript)):
        return SILENCE
    end = yield from screened_end(story, quoted, reach, watch)
    return end if isinstance(end, Said) and end.sources else SILENCE


def _quoted(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, Said | None]:
    """None where the search is not sure, the passage is of something else, or not in the customer's language."""
    reading = yield from read(story, reach, watch)
    story = as_read(story, reading.question)
    if len(parts.of(reading.question)) > 1:
        return (yield from one_by_one(story, reach, reading.hits, watch))
    reading = yield from reranked(story, reading, reach, watch)
    if not story.is_sure(reading.hits) or is_nameless(story, reading) or unnamed(story.question, reading.hits):
        return None
    quoted = quote(story, reading)
    return None if reading.hits[0].absent or is_foreign(quoted, story.language) else quoted
