"""A dry run's examples for a page: the messages are read when they are shown, so that an erased one is nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.filters.models import DryRun
from apps.filters.models.rules import Direction as Directions
from apps.filters.past import messages
from apps.filters.past.messages import Message
from apps.filters.past.tally import Change, Example, Tally
from apps.filters.rule import Direction, Rule
from apps.filters.screening.screen import Hit, instead
from apps.filters.screening.veil import Veil

MOST = 50
BEFORE, AFTER = 120, 160  # characters shown around what was found


@dataclass(frozen=True)
class Part:
    """A piece of a message. `found`: whether a rule found it; `instead`: what stands there then, None where it stays."""

    text: str
    found: bool = False
    instead: str | None = None


@dataclass(frozen=True)
class Shown:
    """`is_masked`: the rules looked at an original that nobody is shown here, so no place is told. `said`: what is said instead
    of all of it, "" where something of it goes on. `rules`: by name."""

    conversation: UUID
    at: datetime
    direction: str
    change: Change
    parts: Sequence[Part]
    said: str
    rules: Sequence[str]
    is_masked: bool


def examples(run: DryRun, tally: Tally) -> list[Shown]:
    """Each text once, differences first."""
    found = messages.reader().found({each.message for each in tally.examples})
    rules, live = run.tried, run.live
    there = sorted((each for each in tally.examples if each.message in found), key=lambda each: list(Change).index(each.change))
    once = {(each.change, found[each.message].text): each for each in reversed(there)}.values()
    return [
        _shown(found[each.message], each, live if each.change == Change.GONE else rules) for each in [*reversed(once)][:MOST]
    ]


def _shown(message: Message, example: Example, rules: Sequence[Rule]) -> Shown:
    hits, text = example.hits(rules), message.read_by(example.direction)
    ended = next((hit.rule for hit in hits if hit.rule.action.ends), None)
    to_model = example.direction == Direction.TO_MODEL
    veil = Veil(None, message.where(example.direction))

    def stands(hit: Hit) -> str | None:
        place = text[hit.span.start : hit.span.end]
        if to_model and (hit.rule.action.changes or hit.rule.action.ends):
            return veil.name(place, hit.span)
        return instead(hit, text) if hit.rule.action.changes else None

    return Shown(
        conversation=message.conversation,
        at=message.at,
        direction=_name(example.direction),
        change=example.change,
        parts=list(_parts(text, [(hit, stands(hit)) for hit in hits])) if text == message.text else [Part(message.text)],
        is_masked=text != message.text,
        said=ended.say if ended and not to_model else "",
        rules=list(dict.fromkeys(hit.rule.name for hit in hits)),
    )


def _parts(text: str, hits: Sequence[tuple[Hit, str | None]]) -> Iterator[Part]:
    """The text around what was found; what is between stays whole."""
    first, last = hits[0][0].span.start, hits[-1][0].span.end
    at = max(0, first - BEFORE)
    if at:
        yield Part("…")
    for hit, stands in hits:
        if hit.span.start < at:
            continue
        yield Part(text[at : hit.span.start])
        yield Part(text[hit.span.start : hit.span.end], found=True, instead=stands)
        at = hit.span.end
    yield Part(text[at : last + AFTER] + ("…" if last + AFTER < len(text) else ""))


def _name(direction: Direction) -> str:
    return str(Directions(direction).label) if direction in Directions.values else str(direction)
