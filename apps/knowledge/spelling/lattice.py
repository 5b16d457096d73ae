"""Chinese heard: pinyin in Latin letters and characters of the same sound, as the words that the tenant itself writes.

The tenant's postings hold single characters and pairs of neighbours. That is a model of its language by pairs: of all ways to
write what was typed, the one is taken whose pairs the tenant writes most (Viterbi, "Error bounds for convolutional codes",
1967). Nothing is kept between questions, so that nothing of one tenant can come into another's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from apps.knowledge.search import vocabulary
from apps.knowledge.spelling import sounds

MOST = 8  # characters of one sound that are tried, those that the tenant writes most
# What it takes, as a logarithm of likelihoods, to write another character of the same sound, of a near one, a near syllable; or
# to hear one of a character's less usual sounds.
SAME, NEAR, NEAR_SYLLABLE, UNUSUAL = -5.0, -7.0, -3.0, -2.5
_PAIRED = 0.8  # of a character's likelihood that hangs on the one before it


@dataclass(frozen=True)
class Edge:
    """One way to read what stands from `start` to `end` of a stretch; `cost` ≤ 0."""

    start: int
    end: int
    char: str
    cost: float = 0.0


def spoken(word: str, at: int = 0) -> list[Edge]:
    """The ways to write a word of pinyin that begins at `at` of a stretch."""
    found: dict[tuple[int, int, str], Edge] = {}
    for start, end in sounds.syllables(word):
        sound = word[start:end]
        for other, cost in ((sound, 0.0), *((near, NEAR_SYLLABLE) for near in sounds.near(sound))):
            for char in sounds.characters(other):
                found.setdefault((start, end, char), Edge(at + start, at + end, char, cost + _unusual(char, other)))
    return list(found.values())


def alike(char: str, at: int) -> list[Edge]:
    """The character itself, and those that sound like it."""
    found = {char: Edge(at, at + 1, char)}
    said = sounds.of(char)[:1]  # people choose among the characters of a sound, so a rare sound is none they had in mind
    for heard, cost in ((said, SAME), ([near for sound in said for near in sounds.near(sound)], NEAR)):
        for sound in heard:
            for other in sounds.characters(sound):
                found.setdefault(other, Edge(at, at + 1, other, cost + _unusual(other, sound)))
    return list(found.values())


def _unusual(char: str, sound: str) -> float:
    return 0.0 if sounds.of(char)[0] == sound else UNUSUAL


def likeliest(edges: Iterable[Edge], length: int, revision: int, written: int) -> list[Edge]:
    """The likeliest way through a stretch of `length`; none where the tenant writes no such characters. `written`: how many
    characters the tenant's passages have in all."""
    chars = vocabulary.held({edge.char for edge in edges}, revision)
    tried = _most_held(edges, chars)
    ending: defaultdict[int, list[Edge]] = defaultdict(list)
    for edge in tried:
        ending[edge.end].append(edge)
    pairs = vocabulary.held({one.char + edge.char for edge in tried for one in ending[edge.start]}, revision)
    best: dict[tuple[int, str], tuple[float, list[Edge]]] = {(0, ""): (0.0, [])}
    for edge in sorted(tried, key=lambda edge: edge.end):
        for before in [("", "")] if edge.start == 0 else [(one.char, one.char) for one in ending[edge.start]]:
            held = best.get((edge.start, before[0]))
            if held is None:
                continue
            likelihood = held[0] + edge.cost + _likelihood(before[0], edge.char, chars, pairs, written)
            known = best.get((edge.end, edge.char))
            if known is None or likelihood > known[0]:
                best[edge.end, edge.char] = likelihood, [*held[1], edge]
    ways = [way for (end, _char), way in best.items() if end == length and end]
    return max(ways, key=lambda way: way[0])[1] if ways else []


def _most_held(edges: Iterable[Edge], chars: Mapping[str, int]) -> list[Edge]:
    """The ways to write each stretch that the tenant writes most, and always the one that was typed."""
    places: defaultdict[tuple[int, int], list[Edge]] = defaultdict(list)
    for edge in edges:
        places[edge.start, edge.end].append(edge)
    tried = []
    for ways in places.values():
        typed = [edge for edge in ways if len(ways) == 1 or (edge.cost == 0 and any(other.cost <= SAME for other in ways))]
        others = [edge for edge in ways if edge not in typed and edge.char in chars]
        others.sort(key=lambda edge: -(log(chars[edge.char]) + edge.cost))
        tried += [*typed, *others[:MOST]]
    return tried


def _likelihood(before: str, char: str, chars: Mapping[str, int], pairs: Mapping[str, int], written: int) -> float:
    alone = (chars.get(char, 0) + 0.1) / max(written, 1)
    if not before:
        return log(alone)
    together = pairs.get(before + char, 0) / max(chars.get(before, 0), pairs.get(before + char, 0), 1)
    return log(_PAIRED * together + (1 - _PAIRED) * alone)
