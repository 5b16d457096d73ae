"""The other things a customer may have meant besides the best answer, when the bot is not sure of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot import courtesy
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import Choice, source
from apps.knowledge.search.search import Hit

OTHERS = 2


@dataclass(frozen=True)
class Doubted(Step):
    """`choices`: what the buttons say; the customer's next message tells which one was meant."""

    kind = "doubt"
    choices: Sequence[str] = ()

    @property
    def told(self) -> Told:
        return Told(_("Doubt"), _("offered: %s") % " · ".join(self.choices))

    def why(self, scores: Scores) -> str:
        return scores.fill(
            _("The best passage scores %(best)s, below %(sure)s: shown, and the customer is asked whether it was meant.")
        )


def choices(language: str, hits: Sequence[Hit]) -> list[Choice]:
    """The next best after the first of these, and a person, as buttons. What a button says is found word for word."""
    best, *rest = hits
    taken = {_name(best)}
    others: list[Choice] = []
    for hit in rest:
        if _name(hit) not in taken and len(others) < OTHERS:
            taken.add(_name(hit))
            others.append(Choice(_label(hit), _name(hit), source(hit)))
    label, say = courtesy.person(language)
    return [*others, Choice(label, say)]


def _name(hit: Hit) -> str:
    """The question of a Q&A; the title and headings of a section."""
    return hit.title if hit.kind == "qa" else hit.heading or hit.title


def _label(hit: Hit) -> str:
    return _name(hit).rpartition(" › ")[2]
