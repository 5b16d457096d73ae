"""Slips of the finger in Latin words: the words that one slip, or in a long word two, may have made another one of.

What a slip costs is told by how people err: neighbours swapped and letters doubled or left out are likelier than another letter
(after Damerau, "A technique for computer detection and correction of spelling errors", 1964).
"""

from collections.abc import Iterator
from itertools import pairwise
from string import ascii_lowercase

SHORT, LONG = 4, 8  # letters: below, only neighbours are swapped; from there on there may be two slips
_SWAPPED, _DOUBLED, _LEFT_OUT, _TOO_MANY, _NEAR, _OTHER, _FIRST = 0.7, 0.5, 0.8, 0.9, 0.9, 1.2, 0.4
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")
_BESIDE = frozenset(pair for row in _ROWS for one, other in pairwise(row) for pair in (one + other, other + one))


def one_away(word: str) -> Iterator[str]:
    """The words that one may have been before a slip; where it is short, before two neighbours were swapped."""
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    for before, after in halves:
        if len(after) > 1 and after[0] != after[1]:
            yield before + after[1] + after[0] + after[2:]
        if len(word) < SHORT:
            continue
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase if letter != after[0])
        yield from (before + letter + after for letter in ascii_lowercase)


def halves(word: str) -> Iterator[tuple[str, str]]:
    """Two words between which the space may have been left out."""
    for place in range(3, len(word) - 2):
        yield word[:place], word[place:]


def cost(typed: str, meant: str) -> float:
    """How unlikely it is that a word was meant; each slip costs about 1. (Optimal string alignment, weighted.)"""
    rows = [[float(place) for place in range(len(meant) + 1)]]
    for row, letter in enumerate(typed, 1):
        last, line = rows[-1], [float(row)]
        for column, wanted in enumerate(meant, 1):
            least = min(
                last[column - 1] + _instead(letter, wanted),
                last[column] + (_DOUBLED if letter == typed[row - 2 : row - 1] else _TOO_MANY),
                line[-1] + (_DOUBLED if wanted == meant[column - 2 : column - 1] else _LEFT_OUT),
            )
            if row > 1 and column > 1 and letter == meant[column - 2] and typed[row - 2] == wanted != letter:
                least = min(least, rows[-2][column - 2] + _SWAPPED)
            line.append(least)
        rows.append(line)
    return rows[-1][-1] + (_FIRST if typed[:1] != meant[:1] else 0.0)


def _instead(letter: str, wanted: str) -> float:
    if letter == wanted:
        return 0.0
    return _NEAR if letter + wanted in _BESIDE or (letter in _VOWELS and wanted in _VOWELS) else _OTHER
