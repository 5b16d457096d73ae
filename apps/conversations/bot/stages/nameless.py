"""Guesses that are not asked about: for a message out of scope, and one that shares no word with the question."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot import recall, support
from apps.conversations.bot.stages.reading import Reading
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import Story
from apps.knowledge.passages import tokens
from apps.knowledge.search.search import Hit
from apps.llm import characters

SHOWN = 3  # hits: the one that is told, and those on buttons
# A guess below this, far by meaning too and with no word of the question in it, is none. English words have more synonyms.
LEAST = {"en": 0.25}
LEAST_ELSEWHERE = 0.4
FAR = 0.87  # e5's cosines lie between .7 and 1


@dataclass(frozen=True)
class Beyond(Step):
    kind = "beyond"

    @property
    def told(self) -> Told:
        return Told(_("Out of scope"), _("No knowledge answers this."))

    def why(self, scores: Scores) -> str:
        return _("The message is about nothing that the bot is for.")


def is_nameless(story: Story, reading: Reading) -> bool:
    """Whether the best is a weak guess in the question's own language, and none of what would be shown holds a word of it."""
    hits = reading.hits[:SHOWN]
    if not hits or hits[0].score >= LEAST.get(story.language, LEAST_ELSEWHERE) or hits[0].dense >= FAR:
        return False
    if reading.joint or not recall.begins(story.transcript):  # it may hang on what was said before
        return False
    terms = support.asked(reading.asked).terms
    own = all(hit.language == story.language for hit in hits)
    return bool(terms) and own and not any(terms & _held(hit) for hit in hits)


def _held(hit: Hit) -> frozenset[str]:
    return frozenset(tokens.terms(characters.like(f"{hit.title} {hit.question} {hit.heading} {hit.text}")))
