"""Synonyms: groups of words that mean the same in this shop, as its operator writes them, and where a question holds one.

One group a line, words separated by commas; “iPhone 套装 → 礼盒” goes one way. Latin words are met whole and in any of their
forms, Chinese ones wherever they stand, the longest first; width, case and traditional characters make no difference.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.knowledge.passages import tokens
from apps.llm import characters

MOST_GROUPS, MOST_WORDS, LONGEST_WORD = 500, 20, 60
LONGEST_TEXT = 200_000  # characters of all groups together
MOST_MEANT = 40  # words that a question is searched with beside its own
_COMMA = re.compile(r"[,，、;；\t]")
_ARROW = re.compile(r"→|⇒|-+>|=+>")
_UNIT = re.compile(rf"[{tokens.HAN}]|[^\W_{tokens.HAN}]+")
_JOINT = re.compile(r"\s{0,2}|['’._/-]")  # what may stand inside a word of several parts


@dataclass(frozen=True)
class Group:
    """Whoever writes one of `written` may mean any of `meant`; both are the same words where it goes both ways."""

    written: tuple[str, ...]
    meant: tuple[str, ...]


@dataclass(frozen=True)
class Meant:
    """A word of a question, from `start` to `end` of its plain text, and the other words for it."""

    written: str
    start: int
    end: int
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.written} → {', '.join(self.words)}"


def plain(text: str) -> str:
    """The text that places in a question refer to: full-width characters as usual ones."""
    return unicodedata.normalize("NFKC", text)[: 2 * len(text) + 100]  # one character may stand for eighteen (U+FDFA)


def check(text: str) -> None:
    """Raises a ValidationError with a sentence for the first line that is no group, or where there are too many."""
    count = 0
    for number, line in _lines(text):
        _check_line(number, line)
        count += 1
    if count > MOST_GROUPS:
        raise ValidationError(_("Write at most %(most)d groups; these are %(count)d.") % {"most": MOST_GROUPS, "count": count})


def groups(text: str) -> list[Group]:
    """The groups of a checked text; lines that say nothing are passed over."""
    found = []
    for _number, line in _lines(text[:LONGEST_TEXT]):
        sides = [_words(side) for side in _ARROW.split(line)]
        group = Group(sides[0], sides[-1])
        if all(sides) and len(sides) <= 2 and (len(sides) == 2 or len(sides[0]) > 1):
            found.append(group)
    return found[:MOST_GROUPS]


@dataclass(frozen=True)
class Vocabulary:
    """The words of all groups by their units (`_units`); `longest`: of the words that begin with a unit, most units first."""

    words: dict[tuple[str, ...], tuple[str, ...]]
    lengths: dict[str, tuple[int, ...]]

    def found(self, question: str) -> list[Meant]:
        """The words of the question that have others, from left to right, none within another."""
        said = plain(question)
        units = _units(said)
        found: list[Meant] = []
        place = words = 0
        while place < len(units) and words < MOST_MEANT:
            length = self._at(said, units, place)
            if length:
                start, end = units[place][1], units[place + length - 1][2]
                others = self.words[tuple(key for key, _start, _end in units[place : place + length])]
                found.append(Meant(said[start:end], start, end, others[: MOST_MEANT - words]))
                words += len(others)
            place += length or 1
        return found

    def _at(self, said: str, units: Sequence[tuple[str, int, int]], place: int) -> int:
        """The number of units of the longest word that begins here; 0 for none."""
        for length in self.lengths.get(units[place][0], ()):
            some = units[place : place + length]
            if tuple(key for key, _start, _end in some) in self.words and _is_one_word(said, some):
                return length
        return 0


NONE = Vocabulary({}, {})


@lru_cache(maxsize=64)
def vocabulary(text: str) -> Vocabulary:
    """The text of a release, read once a process."""
    meant: defaultdict[tuple[str, ...], dict[tuple[str, ...], str]] = defaultdict(dict)
    for group in groups(text):
        others = {_key(word): word for word in group.meant}
        for word in group.written:
            key = _key(word)
            meant[key] |= {other: name for other, name in others.items() if other != key}
    words = {key: tuple(others.values()) for key, others in meant.items() if others}
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for key in words:
        lengths[key[0]].add(len(key))
    return Vocabulary(words, {unit: tuple(sorted(each, reverse=True)) for unit, each in lengths.items()})


def reworded(question: str, found: Sequence[tuple[Meant, str]]) -> str:
    """The question with a word of the shop's in the place of each that was found; from left to right, as `found` gave them."""
    said = plain(question)
    for meant, word in reversed(found):
        said = said[: meant.start] + word + said[meant.end :]
    return said


def terms(words: Sequence[str]) -> list[str]:
    """The terms that passages with these words hold; of Chinese ones pairs and longer."""
    found = {term: len(word) for word in words for term in tokens.terms(word)}
    return [term for term, length in found.items() if len(term) > 1 or length == 1 or not tokens.is_han(term)]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _words(side: str) -> tuple[str, ...]:
    """The words of a line or of one side of its arrow, each once."""
    stripped = (" ".join(word.strip().strip("\"“”'").split()) for word in _COMMA.split(side))
    return tuple({_key(word): word for word in stripped if _key(word)}.values())


def _key(word: str) -> tuple[str, ...]:
    return tuple(key for key, _start, _end in _units(plain(word)))


def _units(said: str) -> list[tuple[str, int, int]]:
    """Chinese characters and whole Latin words, these by their stem, each with its place."""
    low = "".join(small if len(small := char.lower()) == 1 else char for char in said).translate(characters.simplified())
    return [(_unit(unit[0]), *unit.span()) for unit in _UNIT.finditer(low)]


def _unit(written: str) -> str:
    return written if tokens.is_han(written) else (tokens.terms(written) or [written])[-1]


def _is_one_word(said: str, units: Sequence[tuple[str, int, int]]) -> bool:
    return all(_JOINT.fullmatch(said, one[2], other[1]) for one, other in pairwise(units))


def _check_line(number: int, line: str) -> None:
    sides = _ARROW.split(line)
    told = {"line": number, "most": MOST_WORDS, "longest": LONGEST_WORD, "word": ""}
    words = [_words(side) for side in sides]
    if len(sides) > 2 or not all(words) or (len(sides) == 1 and len(words[0]) == 1):
        if len(sides) > 1:
            raise ValidationError(_("Line %(line)d: write words, one arrow, and the words they stand for.") % told)
        raise ValidationError(_("Line %(line)d: write at least two different words, separated by commas.") % told)
    if sum(map(len, words)) > MOST_WORDS:
        raise ValidationError(_("Line %(line)d: a group has at most %(most)d words.") % told)
    for word in (word for side in words for word in side):
        told["word"] = word[:LONGEST_WORD]
        if len(word) > LONGEST_WORD:
            raise ValidationError(_("Line %(line)d: “%(word)s…” is longer than %(longest)d characters.") % told)
    for word in words[0]:
        if len(word) == 1 and tokens.is_han(word):
            told["word"] = word
            raise ValidationError(
                _("Line %(line)d: “%(word)s” is a single character that many words hold. Write the whole word.") % told
            )
