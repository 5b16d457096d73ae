"""A text made plain, letter for letter: one way to write what can be written in many."""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from apps.llm import characters

# Signs that are put between the letters of a word so that nobody finds it. A sentence's own signs (，。, !) part words.
_NOISE = re.compile(r"[\s*_~·•/\\|#+=^@&$%.\-'\"`\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]")
_LINE = "\n"
_USUAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


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
        plain = char if char in _USUAL else _read(char)
        if plain:
            chars.append(plain)
            places += (place,) if len(plain) == 1 else (place,) * len(plain)
    return Plain("".join(chars), [*places, len(written)], written)


@cache
def _read(char: str) -> str:
    """The letters that a character is; a space for a sign that parts words, "" for one that only hides them."""
    folded = unicodedata.normalize("NFKC", char).casefold().translate(characters.simplified())[:8]
    if folded.isalnum() or (folded and _is_mark(folded)):
        return folded
    return "" if char != _LINE and _NOISE.fullmatch(char) else " "


def _is_mark(char: str) -> bool:
    """Accents of scripts that put them beside their letter."""
    return all(unicodedata.category(each).startswith("M") for each in char)
