"""The glossary: words of shops and services in both languages, for questions that are in another language than the knowledge,
or in both at once (“我的order还没ship”). Its data: `glossary.txt`.

It is a bridge for words, not a translator: what it does not know stays as it is.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from apps.knowledge.passages import tokens

_FILE = Path(__file__).with_name("glossary.txt")
_LATIN = re.compile(r"[a-z]+(?:-[a-z]+)*")
_WORD = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_HAN = re.compile("[\u3400-\u9fff]+")

Names = tuple[str, ...]


@dataclass(frozen=True)
class Concept:
    """A thing by its names in either language, the usual one first."""

    english: Names
    chinese: Names

    def names(self, language: str) -> Names:
        return self.english if language == "en" else self.chinese


@dataclass(frozen=True)
class Met:
    """A name in a text, at `start` to `end` of its plain spelling, and what it may mean."""

    start: int
    end: int
    concepts: Sequence[Concept]


def named(text: str, language: str) -> list[Names]:
    """The things that a text names in the other language than this one, each by its names in this one."""
    return _named(_met(_plain(text), language), language)


def groups(text: str, language: str) -> list[Names]:
    """The parts of a text that can be found in passages of this language: the names of `named`, any of which will do; and each
    of its words that is in that language already, or in none (a code, a number)."""
    plain = _plain(text)
    other = list(_met(plain, language))
    rest = _with(plain, other, lambda _found: " ")
    words = [*(_HAN.findall(rest) if language != "en" else ()), *_WORD.findall(rest)]
    return list(dict.fromkeys([*_named(other, language), *((word,) for word in words)]))


def _named(places: Iterable[Met], language: str) -> list[Names]:
    return [tuple(name for concept in found.concepts for name in concept.names(language)) for found in places]


def translated(text: str, language: str, known: Callable[[str], bool]) -> str:
    """The text with the things that it names in the other language named in this one: 我的order还没ship, 我的订单还没发货.
    `known` tells the terms that the knowledge holds: these stay. A text without such names is returned as it is."""
    plain = _plain(text)
    other = [found for found in _met(plain, language) if not all(map(known, tokens.terms(plain[found.start : found.end])))]
    return _with(plain, other, lambda found: found.concepts[0].names(language)[0]) if other else text


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)[: 2 * len(text) + 100].lower()


def _with(plain: str, places: Sequence[Met], instead: Callable[[Met], str]) -> str:
    said, read = "", 0
    for found in places:
        said += plain[read : found.start] + instead(found)
        read = found.end
    return said + plain[read:]


def _met(plain: str, language: str) -> Iterator[Met]:
    """The names in a text that are in the other language than this one, in order; the longest one counts."""
    return _chinese(plain) if language == "en" else _english(plain)


def _english(plain: str) -> Iterator[Met]:
    names, longest = _names("en")
    words = list(_LATIN.finditer(plain))
    stems = [_stems(word[0]) for word in words]
    place = 0
    while place < len(words):
        for end in range(min(place + longest, len(words)), place, -1):
            if concepts := names.get(" ".join(stems[place:end])):
                yield Met(words[place].start(), words[end - 1].end(), concepts)
                place = end
                break
        else:
            place += 1


def _chinese(plain: str) -> Iterator[Met]:
    names, longest = _names("zh-hans")
    for run in _HAN.finditer(plain):
        place = run.start()
        while place < run.end():
            for end in range(min(place + longest, run.end()), place, -1):
                if concepts := names.get(plain[place:end]):
                    yield Met(place, end, concepts)
                    place = end
                    break
            else:
                place += 1


@cache
def _names(language: str) -> tuple[dict[str, list[Concept]], int]:
    """→ each name, an English one by its stems, with what it may mean; and the length of the longest, in words or
    characters."""
    found: defaultdict[str, list[Concept]] = defaultdict(list)
    longest = 1
    for concept in _concepts():
        for name in concept.names(language):
            key = _stems(name) if language == "en" else name
            if concept not in found[key]:
                found[key].append(concept)
            longest = max(longest, len(name.split()) if language == "en" else len(name))
    return dict(found), longest


def _stems(name: str) -> str:
    """`refunds` is `refund`, `e-mail` is `e mail`."""
    return " ".join(tokens.terms(word)[0] for word in name.replace("-", " ").split())


@cache
def _concepts() -> Sequence[Concept]:
    rows = (line.partition("|") for line in _FILE.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return [Concept(_split(english), _split(chinese)) for english, _bar, chinese in rows]


def _split(names: str) -> Names:
    return tuple(name.strip() for name in names.split(","))
