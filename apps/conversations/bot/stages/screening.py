"""The filters of the release: what a customer says is screened before it is read, and every end of a turn before it is said."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.conversations.bot.checks import Check
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import End, HandedOver, Outcome, Reach, Said, Story, Watch
from apps.conversations.channels import Channel
from apps.conversations.models import Cause
from apps.filters.models.rules import Action as Actions
from apps.filters.rule import Action, Direction, Where
from apps.filters.screening.masked import Found, found
from apps.filters.screening.screen import Screened
from apps.filters.screening.stream import Stream
from apps.filters.screening.veil import Veil
from apps.knowledge.search.search import Hit


@dataclass(frozen=True)
class Screening(Step):
    """`hits` are stored without their texts: those stand sealed in the audit."""

    kind = "screen"
    direction: str = ""
    action: str = ""
    hits: Sequence[Found] = field(default=())

    @property
    def told(self) -> Told:
        names = ", ".join(dict.fromkeys(hit.name for hit in self.hits))
        done = Actions(self.action).label if self.action else ""
        faults = list(dict.fromkeys(_("its code was cut off (%s)") % hit.why for hit in self.hits if hit.why))
        ends = bool(self.action) and Action(self.action).ends
        return Told(_("Filter"), " · ".join([names, *faults, str(done)]), bad=ends or bool(faults))

    def why(self, scores: Scores) -> str:
        return _("A filter decided.") if self.action and Action(self.action).ends else ""

    def stored(self) -> dict[str, Any]:
        return super().stored() | {"hits": [{**vars(hit), "text": ""} for hit in self.hits]}

    @classmethod
    def read(cls, facts: dict[str, Any]) -> Step:
        return super().read(facts | {"hits": [Found(**hit) for hit in facts.get("hits", ())]})


def where(story: Story, direction: Direction) -> Where:
    return Where(direction, Channel.WIDGET, story.place.flow if story.place else "", story.language)


def stream(story: Story, reach: Reach) -> list[Check]:
    """The check of what is written for the customer, as it comes."""
    screen = reach.screen()
    return [Stream(screen, where(story, Direction.FROM_BOT))] if screen else []


def veiled(story: Story, reach: Reach, watch: Watch, text: str) -> Generator[Outcome, None, tuple[str, Veil]]:
    """The text as it may leave the house, and the veil that lifts itself from what comes back."""
    veil = veil_of(story, reach)
    covered, screened = veil.cover(text)
    if screened:
        yield watch.timed(_step(Direction.TO_MODEL, text, screened))
    return covered, veil


def veil_of(story: Story, reach: Reach) -> Veil:
    return Veil(reach.screen(), where(story, Direction.TO_MODEL))


def veiled_passage(hit: Hit, veil: Veil) -> Hit:
    """A passage as it may leave the house, with the names that the question's veil has. What is covered in it is not audited:
    it is the tenant's own text."""
    return replace(hit, question=veil.covered(hit.question), title=veil.covered(hit.title), text=veil.covered(hit.text))


def screens_question(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, End | None]:
    """Nothing that a rule blocks is read; what it only marks is. The rules look at the words as they were written."""
    screen = reach.screen()
    written = story.written
    if screen is None or not written.strip():
        return None
    screened = _unmasked(screen.screened(written, where(story, Direction.FROM_CUSTOMER)), written)
    if not screened.hits:
        return None
    yield watch.timed(_step(Direction.FROM_CUSTOMER, written, screened))
    if screened.action == Action.HAND_OVER:
        return HandedOver(Cause.FILTERED, screened.text, {"asked": story.question, "tried": "filtered"})
    return Said(screened.text, tier=None, alone=False) if screened.ended else None


def _unmasked(screened: Screened, written: str) -> Screened:
    """Without the rules that mask customers' words: these did when it was said."""
    hits = [hit for hit in screened.hits if not hit.rule.action.changes]
    return replace(screened, text=screened.text if screened.ended else written, hits=hits)


def screened_end(story: Story, end: End, reach: Reach, watch: Watch) -> Generator[Outcome, None, End]:
    """The end as the rules let it be said."""
    screen = reach.screen()
    text = end.text if isinstance(end, Said) else end.said
    if screen is None or not text:
        return end
    at = where(story, Direction.FROM_BOT)
    screened = screen.screened(text, at)
    if screened.hits:
        yield watch.timed(_step(Direction.FROM_BOT, text, screened))
    if isinstance(end, HandedOver):
        return replace(end, said=screened.text)
    if screened.action == Action.HAND_OVER:
        return HandedOver(Cause.FILTERED, screened.text, {"asked": story.question, "tried": "filtered"}, end.moved)
    if screened.ended:
        return Said(screened.text, tier=None, tokens=end.tokens, alone=False, moved=end.moved)
    sources = [replace(source, text=screen.screened(source.text, at).text) for source in end.sources]
    choices = [replace(choice, label=screen.screened(choice.label, at).text) for choice in end.choices]
    return replace(end, text=screened.text, sources=sources, choices=choices)


def _step(direction: Direction, text: str, screened: Screened) -> Screening:
    return Screening(direction=direction, action=screened.action or "", hits=found(text, screened))
