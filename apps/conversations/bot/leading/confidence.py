"""Confidence: that which a flow calls sensitive is read by the flow and shown to nobody.

What is said to a sensitive question was sealed whole, because nobody had read it yet. Where it tells nothing sensitive, as a
question in between does, it is opened and read as any message. What was told unasked is covered once the flow has read it.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.conversations.bot import wish, wording
from apps.conversations.bot.leading import words as flow_words
from apps.conversations.bot.recall import Line
from apps.conversations.bot.steps import Step, Told
from apps.conversations.bot.story import Outcome, Reach, Story, Watch
from apps.conversations.channels import Channel
from apps.filters.rule import Direction, Where
from apps.filters.screening import masked
from apps.filters.screening.masked import Covered
from apps.filters.screening.screen import Screen
from apps.flows.definition.definition import Definition
from apps.flows.engine import journey
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Act
from apps.flows.understanding.understood import Understood


@dataclass(frozen=True)
class Opened:
    """A message that need not be sealed, as the filters let it be shown. `back`: how many messages before the newest."""

    back: int
    text: str
    places: Sequence[Covered]


@dataclass(frozen=True)
class Hidden:
    """The places of a message that are covered from now on."""

    back: int
    places: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Confided(Step):
    """`messages` are told to the ledger and stand in no trace."""

    kind = "confided"
    messages: Sequence[Opened | Hidden] = ()

    @property
    def told(self) -> Told:
        return Told(_("Sensitive"), _("What is shown of the customer's words was changed."))

    def stored(self) -> dict[str, Any]:
        return super().stored() | {"messages": ()}


def as_opened(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, Story]:
    """The story with its sealed messages open, where they tell nothing sensitive."""
    if not story.confided or not _tells_nothing(story, reach):
        return story
    lines, opened = list(story.transcript), list[Opened]()
    for back in range(len(story.newest)):
        line = lines[-1 - back]
        if line.confided and line.written:
            shown = _opened(back, line, story, reach.screen())
            opened.append(shown)
            lines[-1 - back] = replace(line, text=shown.text, written=line.written if shown.places else "", confided=False)
    yield watch.timed(Confided(tuple(opened)))
    told = replace(story, transcript=tuple(lines))
    return replace(told, question=wording.question([line.text for line in told.newest]))


def _tells_nothing(story: Story, reach: Reach) -> bool:
    """Where a value was found, or one that does not do, or nothing that is understood, the words may be what was asked for."""
    flows = reach.flows()
    place = journey.resettled(flows, story.place) if story.place else None
    meant = reach.understood(place, story.written, story.at, None)
    if meant.heard.slots or meant.heard.unfit or meant.slots:
        return False
    wanted = meant.is_question or bool(meant.wished) or meant.heard.act != Act.NONE or wish.is_wanted(story.written)
    return wanted or bool(flow_words.turn_of(story.written, story.language)) or story.is_known(reach.search(story.written))


def _opened(back: int, line: Line, story: Story, screen: Screen | None) -> Opened:
    if screen is None:
        return Opened(back, line.written, ())
    flow = story.place.flow if story.place else ""
    screened = screen.screened(line.written, Where(Direction.FROM_CUSTOMER, Channel.WIDGET, flow, story.language))
    return Opened(back, masked.masked(line.written, screened), masked.covered(line.written, screened))


def covers(story: Story, watch: Watch, flows: Flows, place: Place | None, meant: Understood) -> Generator[Outcome, None, None]:
    """Covers what was told without being asked for."""
    from apps.flows.slots import hiding  # with the readers of days and numbers, which the web does not need

    told: list[tuple[Definition, Mapping[str, Value]]] = [(flows[place.flow], meant.heard.slots)] if place else []
    told += [(flows[meant.wished], meant.slots)] if meant.wished else []
    slots = [of.known[name] for of, values in told for name in values if name in of.known and of.known[name].sensitive]
    if not slots:
        return
    lines = [line for line in reversed(story.newest) if not line.is_answer]
    found = [hiding.places(slots, line.text, story.language) if not line.confided else [] for line in lines]
    if not any(found) and not any(line.written for line in lines):  # read out of all of it somehow
        found = [[(0, len(line.text))] for line in lines]
    if hidden := tuple(Hidden(back, places) for back, places in enumerate(found) if places):
        yield watch.timed(Confided(hidden))
