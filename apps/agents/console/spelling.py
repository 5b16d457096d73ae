"""Spells messages and searches alike: width, case, accents, traditional Chinese, codes in parts, telephone numbers.

`indexed` makes the terms of a message, `wanted` those that a search asks for.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from apps.knowledge.passages import tokens
from apps.llm import characters

_ACCENTS = re.compile("[\u0300-\u036f]")  # those of European letters; other scripts' signs are letters of theirs
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"}
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")
# Where a code's parts meet: ABC-123_x is abc, 123 and x. Signs are looked at from their first one on: a line of thousands of
# them would else be read anew from each.
_SEAM = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<![_.\-/#:])[_.\-/#:]+(?=\w)")
_NUMBER = re.compile(r"(?<![^\W_])(\+|00)?\(?\d(?:[ .()/·‐-―−-]{0,3}\d){6,19}(?![^\W_])")
_FEWEST = 7  # digits of a telephone number that are told without its beginning


class Wanted(NamedTuple):
    """All of `words`; or, where a telephone number was asked for, one of `numbers` and all of `beside`."""

    words: list[str]
    beside: list[str]
    numbers: list[str]


def folded(text: str) -> str:
    """One spelling for what people write in several."""
    plain = unicodedata.normalize("NFKC", text)[: 2 * len(text) + 100].casefold()  # U+FDFA alone stands for eighteen
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", plain)).translate(_LETTERS)
    return _HAN.sub(lambda run: run[0].translate(characters.simplified()), unicodedata.normalize("NFC", plain))


def indexed(text: str) -> list[str]:
    """The terms of a message: its words, codes whole and in parts, and numbers by each of their ends."""
    plain = folded(text)
    found = {*tokens.terms(plain), *tokens.terms(_SEAM.sub(" ", plain))}
    for _place, digits in numbers(plain):
        found.update(f"#{digits[start:]}" for start in range(len(digits) - _FEWEST + 1))
    return sorted(found)


def wanted(query: str) -> Wanted:
    """A Chinese run is asked for by its pairs, because words depend on what stands around them."""
    plain = folded(query)
    words = _words(_SEAM.sub(" ", plain))
    told = list(numbers(plain))
    if not told:
        return Wanted(words, [], [])
    (start, _end), digits = told[-1]
    abroad = plain.startswith(("+", "00"), start)
    # A country's digits are one to three; a number may be told without them, and with a zero in their place.
    possible = {digits, *(digits[cut:].lstrip("0") for cut in (1, 2, 3) if abroad)}
    rest = _words(_SEAM.sub(" ", _NUMBER.sub(" ", plain)))
    return Wanted(words, rest, sorted(f"#{number}" for number in possible if len(number) >= _FEWEST))


def variants(word: str) -> set[str]:
    """A word as it stands in a name whose accents and width are folded: simplified, traditional, and as it was typed."""
    plain = folded(word)
    typed = _ACCENTS.sub("", unicodedata.normalize("NFKD", word).casefold())
    return {plain, typed, _traditional().convert(plain)}


def numbers(plain: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Where telephone numbers stand in a folded text: (from, to), digits without leading zeros."""
    for found in _NUMBER.finditer(plain):
        digits = "".join(char for char in found[0] if char.isdigit()).lstrip("0")
        if len(digits) >= _FEWEST:
            yield found.span(), digits


def _words(plain: str) -> list[str]:
    terms = {term for term in tokens.terms(plain) if not tokens.is_han(term[0]) or len(term) <= 2}
    pairs = {term for term in terms if len(term) == 2 and tokens.is_han(term[0])}
    lone = {term for term in terms if len(term) == 1 and tokens.is_han(term) and not any(term in pair for pair in pairs)}
    return sorted({term for term in terms if not tokens.is_han(term[0])} | pairs | lone)


@cache
def _traditional() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")
