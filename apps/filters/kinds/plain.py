"""A text made plain, letter for letter: one way to write what can be written in many."""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from apps.llm import characters

# Signs that are put between the letters of a word so that nobody finds it. A sentence's own signs (，。, !) part words.
_NOISE = re.compile(r"[\s*_~·•/\\|#+=^@&$%.\-'\"`\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]")
_LINE = "\n"


class Plain(NamedTuple):
    """`text`: letters and digits in lower case, usual width, simplified; where a sign parts words stands a space. `places`: of
    each of its characters the place in what was written, and at last that text's length."""

    text: str
    places: list[int]
    written: str

    def gap(self, at: int) -> str:
        """The signs between a character and the one before it."""
        return self.written[self.places[at - 1] + 1 : self.places[at]]


def of(written: str) -> Plain:
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(written):
        plain = _plain(char)
        if plain.isalnum() or (plain and _is_mark(plain)):
            chars += plain
            places += [place] * len(plain)
        elif char == _LINE or not _NOISE.fullmatch(char):
            chars.append(" ")
            places.append(place)
    return Plain("".join(chars), [*places, len(written)], written)


def _is_mark(char: str) -> bool:
    """Accents of scripts that put them beside their letter."""
    return all(unicodedata.category(each).startswith("M") for each in char)


@cache
def _folded(char: str) -> str:
    return unicodedata.normalize("NFKC", char).casefold().translate(characters.simplified())[:8]


def _plain(char: str) -> str:
    return char if "a" <= char <= "z" or "0" <= char <= "9" else _folded(char)
