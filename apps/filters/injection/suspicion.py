"""How far a message speaks to the model instead of to the shop, sentence after sentence."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import re2

from apps.filters.injection.signs import SIGNS
from apps.filters.patterns import pattern
from apps.filters.sentences import sentences
from apps.filters.span import Span

NOISE, LITTLE = 200, 0.25  # characters of noise: hardly any four in a row are new
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def suspicions(text: str) -> Iterator[tuple[Span, float]]:
    """Each sentence that adds to it, with what the message has weighed up to its end: of each family of signs the heaviest."""
    heaviest: dict[str, float] = {}
    for span in sentences(text):
        added = False
        for name, weight in _signs(text[span.start : span.end]):
            if weight > heaviest.get(name, 0):
                heaviest[name], added = weight, True
        if added:
            yield span, sum(heaviest.values())


def _signs(sentence: str) -> Iterator[tuple[str, float]]:
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", sentence))
    for number in _all().Match(plain.encode()) or ():
        yield SIGNS[number].name, SIGNS[number].weight
    if _is_noise(sentence):
        yield "noise", 1.0


def _is_noise(sentence: str) -> bool:
    fours = [sentence[at : at + 4] for at in range(len(sentence) - 3)]
    return len(sentence) >= NOISE and len(set(fours)) < LITTLE * len(fours)


@cache
def _all() -> re2.Set:
    every = re2.Set.SearchSet(pattern.options(pattern.TOGETHER, ignore_case=True))
    for sign in SIGNS:
        every.Add(sign.pattern)
    every.Compile()
    return every
