"""Counts of what rules would do to messages of the past, with places to look at; nothing of what was said is held."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from apps.filters.past.messages import Message
from apps.filters.rule import Action, Direction, Rule
from apps.filters.screening.screen import Hit, Screen
from apps.filters.span import Span

MOST_EXAMPLES, MOST_PLACES = 100, 20


class Change(StrEnum):
    """A message that is hit, beside what the live rule does to it."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    SAME = "same"


@dataclass(frozen=True)
class Example:
    """`message`: its id. `places`: (number of the rule, start, end, what), of the live rule where nothing is hit any more."""

    message: int
    direction: Direction
    change: Change
    places: Sequence[tuple[int, int, int, str]]

    def hits(self, rules: Sequence[Rule]) -> list[Hit]:
        spans = [(rules[number], Span(start, end, what)) for number, start, end, what in self.places]
        return [Hit(rule.cut_off if span.is_fault else rule, span) for rule, span in spans]

    def stored(self) -> list[Any]:
        return [self.message, self.direction, self.change, [list(place) for place in self.places]]

    @classmethod
    def read(cls, facts: Sequence[Any]) -> "Example":
        message, direction, change, places = facts
        return cls(message, Direction(direction), Change(change), [tuple(place) for place in places])


@dataclass
class Tally:
    """`looked`: messages in the rules' scope. `changes`: how many of them are hit, by what is new about it; `actions`: by what
    is done to them; `rules`: by the rule's key."""

    looked: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    # What customers say again and again is shown once; never stored.
    _seen: set[tuple[Change, str]] = field(default_factory=set, init=False)

    @property
    def hit(self) -> int:
        return sum(self.changes[each] for each in (Change.NEW, Change.CHANGED, Change.SAME))

    def stored(self) -> dict[str, Any]:
        counts = {name: dict(getattr(self, name)) for name in ("changes", "actions", "rules")}
        return {"looked": self.looked, **counts, "examples": [each.stored() for each in self.examples]}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Tally":
        counts = {name: Counter(facts.get(name, {})) for name in ("changes", "actions", "rules")}
        return cls(facts.get("looked", 0), **counts, examples=[Example.read(each) for each in facts.get("examples", ())])

    def take(self, message: Message, now: Screen, live: Screen | None) -> None:
        """Counts what becomes of one message. `live`: what is compared with; None compares nothing."""
        before = live or Screen([])
        scope = [each for each in message.directions if _looks(now, message, each) or _looks(before, message, each)]
        if not scope:
            return
        self.looked += 1
        found, was = ({each: _hits(screen, message, each) for each in scope} for screen in (now, before))
        hits, old = [hit for each in scope for hit in found[each]], [hit for each in scope for hit in was[each]]
        if not hits and not old:
            return
        change = Change.SAME if live is None else _change(found, was)
        self.changes[change] += 1
        if hits:
            taken = [hit.rule.action for hit in hits if not hit.is_covered]
            self.actions[max(taken, key=list(Action).index)] += 1
            self.rules.update({hit.rule.key for hit in hits})
        if (change, message.text) in self._seen:
            return
        self._seen.add((change, message.text))
        direction = next(each for each in scope if (found if hits else was)[each])
        self._show(Example(message.id, direction, change, _places(hits and found[direction], was[direction], now, before)))

    def _show(self, example: Example) -> None:
        """Differences come before what stays as it is."""
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(example)
        elif example.change != Change.SAME:
            usual = [at for at, each in enumerate(self.examples) if each.change == Change.SAME]
            if usual:
                self.examples.pop(usual[-1])
                self.examples.append(example)


def _looks(screen: Screen, message: Message, direction: Direction) -> bool:
    return any(rule.applies(message.where(direction)) for rule in screen.rules)


def _hits(screen: Screen, message: Message, direction: Direction) -> list[Hit]:
    """The places that its rules found. Where their own code was cut off and the message passed, nothing was."""
    hits = screen.hits(message.read_by(direction), message.where(direction))
    return [hit for hit in hits if not hit.span.is_fault or hit.rule.action.ends]


def _change(found: Mapping[Direction, Sequence[Hit]], was: Mapping[Direction, Sequence[Hit]]) -> Change:
    if not any(was.values()):
        return Change.NEW
    if not any(found.values()):
        return Change.GONE
    same = all(_effect(found[each]) == _effect(was[each]) for each in found)
    return Change.SAME if same else Change.CHANGED


def _effect(hits: Sequence[Hit]) -> list[tuple[Span, Action, str]]:
    """The part of a rule's doing that people see."""
    return [(hit.span, hit.rule.action, hit.rule.say if hit.rule.action.says else "") for hit in hits]


def _places(hits: Sequence[Hit], old: Sequence[Hit], now: Screen, before: Screen) -> list[tuple[int, int, int, str]]:
    rules, shown = (now.rules, hits) if hits else (before.rules, old)
    first = [hit for hit in shown if not hit.is_covered][:MOST_PLACES]
    numbers = {rule.key: number for number, rule in enumerate(rules)}
    return [(numbers[hit.rule.key], hit.span.start, hit.span.end, hit.span.what) for hit in first]
