"""A screen: all rules of a release, made ready, and what they say of a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from apps.filters.kinds import KINDS
from apps.filters.kinds.kind import Finder
from apps.filters.rule import Action, Direction, Rule, Where
from apps.filters.span import Span


@dataclass(frozen=True)
class Hit:
    """A rule found something, or its code was cut off there. `is_covered`: the place was given to an earlier rule already."""

    rule: Rule
    span: Span
    is_covered: bool = False


@dataclass(frozen=True)
class Screened:
    """`text`: as it may go on. `ended`: the rule by which nothing of it does."""

    text: str
    hits: Sequence[Hit] = ()
    ended: Rule | None = None

    @property
    def action(self) -> Action | None:
        """The strongest that was taken; None where nothing was found."""
        if self.ended:
            return self.ended.action
        taken = [hit.rule.action for hit in self.hits if not hit.is_covered]
        return max(taken, key=list(Action).index, default=None)


class Screen:
    """Thread-safe. Rules in their order: an earlier one has a place before later ones do, and one that stops silences them from
    its hit on."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        kinds = {rule.kind: None for rule in rules}
        self._finders: list[tuple[list[int], Finder]] = []
        for name in kinds:
            numbers = [number for number, rule in enumerate(rules) if rule.kind == name]
            self._finders.append((numbers, KINDS[name].finder([rules[number].settings for number in numbers])))
        self._typed: dict[Direction, Screen | None] = {}

    def typed(self, direction: Direction) -> "Screen | None":
        """A screen of the rules that look there and need no encoder, for doors at which people type; None where there is none.
        What customers wrote is screened again when the bot reads it: there rules that end a message make none."""
        if direction not in self._typed:
            rules = [rule for rule in self.rules if direction in rule.directions and not KINDS[rule.kind].weighs]
            heard = direction == Direction.FROM_CUSTOMER
            wanted = any(not rule.action.ends and not rule.flows for rule in rules) if heard else bool(rules)
            self._typed[direction] = Screen(rules) if wanted else None
        return self._typed[direction]

    def judged_later(self, direction: Direction) -> bool:
        """Whether a rule that only workers judge by marks what customers write, or covers what goes to models."""
        found = {rule.action for rule in self.rules if direction in rule.directions and KINDS[rule.kind].weighs}
        if direction == Direction.FROM_CUSTOMER:
            return any(not action.ends for action in found)
        return direction == Direction.TO_MODEL and any(action.changes or action.ends for action in found)

    @cached_property
    def changing(self) -> "Screen":
        """A screen of the rules that change a place alone."""
        return Screen([rule for rule in self.rules if rule.action.changes])

    def screened(self, text: str, where: Where) -> Screened:
        hits = self.hits(text, where)
        ended = next((hit.rule for hit in hits if hit.rule.action.ends), None)
        return Screened(ended.say if ended else written(text, hits), tuple(hits), ended)

    def hits(self, text: str, where: Where) -> list[Hit]:
        """All that was found, by place; of several at one place the first rule's changes it."""
        found = sorted(self._found(text, where))
        silenced: list[tuple[int, int]] = []  # (place, rule): from here on, rules after this one
        taken: list[Span] = []
        hits = []
        for number, span in found:
            if any(span.start >= place and number > other for place, other in silenced):
                continue
            rule = self.rules[number].cut_off if span.is_fault else self.rules[number]
            covered = rule.action.changes and any(span.start < other.end and other.start < span.end for other in taken)
            if rule.action.changes and not covered:
                taken.append(span)
            if rule.stops:
                silenced.append((span.start, number))
            hits.append(Hit(rule, span, covered))
        return sorted(hits, key=lambda hit: hit.span.start)

    def settled(self, text: str, where: Where) -> int:
        """The place before which no rule finds anything that is not found yet, and nothing that may become another thing."""
        return min((finder.settled(text) for _numbers, finder in self._looking(where)), default=len(text))

    def _found(self, text: str, where: Where) -> Iterator[tuple[int, Span]]:
        for numbers, finder in self._looking(where):
            for at, span in finder.find(text):
                if self.rules[numbers[at]].applies(where):
                    yield numbers[at], span

    def _looking(self, where: Where) -> list[tuple[list[int], Finder]]:
        """The kinds of which a rule looks there: what no rule looks at costs nothing and waits for nothing."""
        return [each for each in self._finders if any(self.rules[number].applies(where) for number in each[0])]


def written(text: str, hits: Sequence[Hit], start: int = 0, end: int | None = None) -> str:
    """The text from here to there, with what was found masked or replaced."""
    parts, end = [], len(text) if end is None else end
    for hit in hits:
        if hit.rule.action.changes and not hit.is_covered and start <= hit.span.start and hit.span.end <= end:
            parts += [text[start : hit.span.start], instead(hit, text)]
            start = hit.span.end
    return "".join([*parts, text[start:end]])


def instead(hit: Hit, text: str) -> str:
    if hit.rule.action == Action.REPLACE:
        return hit.rule.say
    return KINDS[hit.rule.kind].masked(text[hit.span.start : hit.span.end], hit.span.what)
