"""Pieces of a text by which sentences are alike in their letters: words, pairs of words, characters in a row.

Latin words give 2 to 5 characters with their borders, Chinese gives 1 to 4; numbers are all the same, so that one order's
number is no other word than the next one's. A piece is known by a hash of 32 bits: no table of them has to be kept.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

LATIN, HAN = range(2, 6), range(1, 5)
TABLE = 2000  # pieces that many sentences hold
LONGEST = 600  # characters of a text that are read
_RUN = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_NUMBER = re.compile(r"\d+")

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint32]
Row = tuple[NDArray[np.int64], Floats]  # numbers of pieces, and what each weighs


def pieces(text: str) -> Hashes:
    """All of a text's pieces, each as often as it stands there."""
    return np.fromiter((crc32(piece.encode()) for piece in _pieces(plain(text))), np.uint32)


def plain(text: str) -> str:
    return _NUMBER.sub("0", unicodedata.normalize("NFKC", text[:LONGEST]).lower())[:LONGEST]


def _pieces(text: str) -> Iterator[str]:
    runs = _RUN.findall(text)
    for run in runs:
        if _is_han(run):
            yield from (run[at : at + size] for size in HAN for at in range(len(run) - size + 1))
        else:
            yield f"word {run}"
            marked = f" {run} "
            yield from (marked[at : at + size] for size in LATIN for at in range(len(marked) - size + 1))
    yield from (f"pair {one} {other}" for one, other in pairwise(runs) if not _is_han(one) and not _is_han(other))


def _is_han(run: str) -> bool:
    return "\u3400" <= run[0] <= "\u9fff"


@dataclass(frozen=True)
class Rare:
    """How much a piece tells: the fewer sentences hold it, the more. `known`: hashes in order; `weights`: of each."""

    known: Hashes
    weights: Floats

    @classmethod
    def of(cls, texts: Sequence[Hashes]) -> "Rare":
        known, counts = np.unique(np.concatenate([np.unique(text) for text in texts]), return_counts=True)
        return cls(known, (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32))

    def row(self, text: Hashes) -> Row:
        """The numbers of a text's known pieces, and what each weighs; the weights' squares make 1 (sublinear TF-IDF)."""
        held, counts = np.unique(text, return_counts=True)
        at = np.searchsorted(self.known, held)
        at[at == len(self.known)] = 0
        right = self.known[at] == held
        at, weights = at[right], self.weights[at[right]] * (1 + np.log(counts[right]))
        length = float(np.linalg.norm(weights)) or 1.0
        return at, (weights / length).astype(np.float32)


class Index:
    """Sentences by their pieces, to be compared with others. What many hold stands in a table, the rest in lists."""

    def __init__(self, rare: Rare, rows: Sequence[Row]) -> None:
        self.rare, self.size = rare, len(rows)
        columns = np.concatenate([at for at, _weights in rows])
        order = np.argsort(columns, kind="stable")
        self._rows = np.repeat(np.arange(len(rows)), [len(at) for at, _weights in rows])[order]
        self._weights = np.concatenate([weights for _at, weights in rows])[order]
        self._starts = np.searchsorted(columns[order], np.arange(len(rare.known) + 1))
        counts = np.diff(self._starts)
        often = np.flatnonzero(counts > max(20, len(rows) // 100))[:TABLE]
        self._place = np.full(len(rare.known), -1)
        self._place[often] = np.arange(len(often))
        self._table = np.zeros((len(often), len(rows)), np.float32)
        for number, column in enumerate(often):
            held = slice(self._starts[column], self._starts[column + 1])
            self._table[number, self._rows[held]] = self._weights[held]

    def likeness(self, rows: Sequence[Row]) -> Floats:
        """The cosine between texts and sentences → (rows, size)."""
        asked = np.zeros((len(rows), len(self._table)), np.float32)
        seldom = np.zeros((len(rows), self.size), np.float32)
        for number, (at, weights) in enumerate(rows):
            place = self._place[at]
            often = place >= 0
            asked[number, place[often]] = weights[often]
            seldom[number] = self._listed(at[~often], weights[~often])
        return seldom + asked @ self._table

    def _listed(self, at: NDArray[np.int64], weights: Floats) -> NDArray[np.float64]:
        starts, counts = self._starts[at], self._starts[at + 1] - self._starts[at]
        places = np.arange(counts.sum()) + np.repeat(starts - np.cumsum(counts) + counts, counts)
        shares = self._weights[places] * np.repeat(weights, counts)
        return np.bincount(self._rows[places], shares, self.size).astype(np.float64)
