"""Words and phrases from a list, however they are written, and allowed phrases that win over them.

All lists of a tenant are looked for at once (A. V. Aho, M. J. Corasick, “Efficient string matching”, 1975), so that a hundred
thousand entries cost what one does. Latin words are found as whole words; Chinese ones where words of the dictionary end, so
that “日本” is not in “今日本店”.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import ahocorasick
import rjieba
from django.utils.translation import gettext as _

from apps.filters.kinds import plain
from apps.filters.kinds.kind import Finder, Kind, Settings
from apps.filters.kinds.plain import Plain
from apps.filters.span import Span
from apps.llm import characters
from apps.tenants.refusal import Refusal

MOST = 100_000
LONGEST = 100  # characters of an entry
WIDEST = 3  # signs between two letters of a word
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")


class Words(Kind):
    """Settings: `words` and `allowed`, lists; `anywhere`: also within other words."""

    name = "words"

    def check(self, settings: Settings) -> None:
        words, allowed = settings.get("words", ()), settings.get("allowed", ())
        if not words:
            raise Refusal("bad_frame", _("The list is empty."))
        if len(words) + len(allowed) > MOST:
            raise Refusal("bad_frame", _("The list has more than %(most)d entries.") % {"most": MOST})
        for entry in (*words, *allowed):
            if len(entry) > LONGEST:
                told = _("“%(entry)s…” is longer than %(most)d characters.") % {"entry": entry[:20], "most": LONGEST}
                raise Refusal("bad_frame", told)
            if not plain.of(entry).text.strip():
                raise Refusal("bad_frame", _("“%(entry)s” holds no letter and no digit.") % {"entry": entry})

    def finder(self, rules: Sequence[Settings]) -> Finder:
        return Listed(rules)


class Entry(NamedTuple):
    """An entry for the rules with these numbers, or allowed by them. `parts`: before which of its characters it has a sign of
    its own, such as the space in a phrase."""

    length: int
    rules: tuple[int, ...]
    allowed: tuple[int, ...]
    parts: frozenset[int]


class Hit(NamedTuple):
    """Characters of the plain text that are an entry of the rule with this number."""

    number: int
    start: int
    end: int


class Listed(Finder):
    def __init__(self, rules: Sequence[Settings]) -> None:
        self._anywhere = [bool(settings.get("anywhere")) for settings in rules]
        self._automaton = ahocorasick.Automaton()
        for key, entry in _entries(rules).items():
            self._automaton.add_word(key, entry)
        self._automaton.make_automaton()
        self._longest = max(map(len, self._automaton.keys()), default=0)

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        said = plain.of(text)
        found, allowed = self._found(said)
        edges = Edges(said)
        for hit in found:
            excused = any(hit.number == other.number and other.start <= hit.start and hit.end <= other.end for other in allowed)
            if not excused and (self._anywhere[hit.number] or edges.part(hit.start, hit.end)):
                yield hit.number, Span(said.places[hit.start], said.places[hit.end - 1] + 1)

    def settled(self, text: str) -> int:
        """The text's end may grow into an entry; and where Chinese words end shows when their run of characters does."""
        said = plain.of(text)
        held = self._growing(said.text)
        running = _last_run(text)
        found, allowed = self._found(said) if running < len(text) else ([], [])
        open_still = [hit.start for hit in (*found, *allowed) if said.places[hit.end - 1] >= running]
        return said.places[min([held, *open_still])]

    def _growing(self, text: str) -> int:
        """Where the longest end of the plain text begins that an entry begins with; its length for none."""
        for start in range(max(0, len(text) - self._longest), len(text)):
            if self._automaton.longest_prefix(text[start:]) == len(text) - start:
                return start
        return len(text)

    def _found(self, said: Plain) -> tuple[list[Hit], list[Hit]]:
        """The places of entries that are listed, and of those that are allowed."""
        found: list[Hit] = []
        allowed: list[Hit] = []
        for last, entry in self._automaton.iter(said.text):
            start, end = last + 1 - entry.length, last + 1
            if _is_together(said, start, end, entry.parts):
                found += [Hit(number, start, end) for number in entry.rules]
                allowed += [Hit(number, start, end) for number in entry.allowed]
        return found, allowed


def _last_run(text: str) -> int:
    """Where the Chinese characters begin that a text ends with; its length for none."""
    start = len(text)
    while start and _HAN.match(text[start - 1]):
        start -= 1
    return start


def _entries(rules: Sequence[Settings]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for number, settings in enumerate(rules):
        for listed in ("words", "allowed"):
            for written in settings.get(listed, ()):
                said = plain.of(written.strip())
                known = entries.get(said.text) or Entry(len(said.text), (), (), frozenset())
                parts = known.parts
                if len(said.text) != len(said.written):
                    parts |= {at for at in range(1, len(said.text)) if said.gap(at)}
                if listed == "words":
                    known = known._replace(rules=(*known.rules, number))
                else:
                    known = known._replace(allowed=(*known.allowed, number))
                entries[said.text] = known._replace(parts=parts)
    return entries


def _is_together(said: Plain, start: int, end: int, parts: frozenset[int]) -> bool:
    """Whether these characters may be read as one word: signs between its letters hide it, and so do spaces between all of
    them; a single space parts Latin words."""
    gaps = {at - start: said.gap(at) for at in range(start + 1, end) if said.places[at] - said.places[at - 1] > 1}
    if not gaps:
        return True
    if any(len(gap) > WIDEST for gap in gaps.values()):
        return False
    strange = {at: gap for at, gap in gaps.items() if at not in parts and not _HAN.match(said.text[start + at])}
    return not any(gap.isspace() for gap in strange.values()) or len(gaps) == end - start - 1 >= 2


class Edges:
    """Where words begin and end in a text; looked for in Chinese when it is first asked."""

    def __init__(self, said: Plain) -> None:
        self._said = said

    def part(self, start: int, end: int) -> bool:
        """Whether the word from here to there is one of its own, and no piece of others."""
        text, places = self._said.text, self._said.places
        hidden = places[end - 1] - places[start] > end - 1 - start
        before = start == 0 or places[start] - places[start - 1] > 1 or self._is_edge(start, hidden=hidden)
        after = end == len(text) or places[end] - places[end - 1] > 1 or self._is_edge(end, hidden=hidden)
        return before and after

    def _is_edge(self, at: int, *, hidden: bool) -> bool:
        one, other = self._said.text[at - 1], self._said.text[at]
        if _HAN.match(one) and _HAN.match(other):
            return hidden or self._said.places[at] in self._chinese
        return not (one.isalnum() and other.isalnum()) or bool(_HAN.match(one)) != bool(_HAN.match(other))

    @cached_property
    def _chinese(self) -> set[int]:
        """Where the dictionary's words begin and end, in what was written."""
        edges: set[int] = set()
        for run in _RUN.finditer(self._said.written):
            ends = accumulate(map(len, rjieba.cut(run[0].translate(characters.simplified()))))
            edges.update(run.start() + end for end in (0, *ends))
        return edges
