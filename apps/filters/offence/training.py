"""Learning what is offensive: ridge regression on pieces and vectors together.

It learns from nothing but pairs of a text and whether it is offensive; with `start`, what that model gets wrong of them: what a
tenant marked is learnt beside what the product ships, whose texts are not at hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from apps.filters.offence import model
from apps.filters.offence.grams import BITS, Numbers, grams
from apps.filters.offence.model import Floats, Model
from apps.llm.embeddings import Vectors, embedder

RIDGE = 1.0
ROUNDS = 60
SELDOM = 2  # a piece of fewer texts tells nothing
HELD_OUT = 5  # every fifth text tells how margins are read as probabilities
Doubles = NDArray[np.float64]


def train(examples: Sequence[tuple[str, bool]], vectors: Vectors, start: Model | None = None, *, ridge: float = RIDGE) -> Model:
    """vectors: of the texts, (n, dimensions). `ridge`: the larger, the nearer it stays to `start`, or to knowing nothing."""
    held = [grams(text) for text, _offensive in examples]
    wanted = np.array([1.0 if offensive else -1.0 for _text, offensive in examples])
    if start:
        lesson = Lesson(start, held, start.around(vectors))
        return _added(start, lesson, wanted - lesson.margins(start), ridge)
    usual = np.arange(len(held)) % HELD_OUT > 0
    part = _fresh([each for each, kept in zip(held, usual, strict=True) if kept], vectors[usual], wanted[usual])
    rest = Lesson(part, [each for each, kept in zip(held, usual, strict=True) if not kept], part.around(vectors[~usual]))
    slope, shift = _logistic(rest.margins(part), wanted[~usual] > 0)
    return replace(_fresh(held, vectors, wanted), slope=slope, shift=shift)


@dataclass(frozen=True)
class Lesson:
    """Texts as a model's weights see them."""

    model: Model
    held: Sequence[Numbers]
    vectors: Vectors

    @cached_property
    def _ends(self) -> Numbers:
        return np.cumsum([0, *map(len, self.held)])

    @cached_property
    def _columns(self) -> Numbers:
        return np.concatenate([*self.held, np.zeros(0, np.int64)])

    @cached_property
    def _weights(self) -> Floats:
        return np.concatenate([*map(self.model.row, self.held), np.zeros(0, np.float32)])

    def margins(self, of: Model) -> Doubles:
        return self._over(of.pieces, of.meaning)

    def under(self, shares: Doubles) -> tuple[Floats, Floats]:
        """The weights of pieces and of the vectors' dimensions that texts give with these shares."""
        each = self._weights * np.repeat(shares, np.diff(self._ends))
        return np.bincount(self._columns, each, 1 << BITS).astype(np.float32), (shares @ self.vectors).astype(np.float32)

    def likeness(self, shares: Doubles) -> Doubles:
        return self._over(*self.under(shares))

    def _over(self, pieces: Floats, meaning: Floats) -> Doubles:
        sums = np.concatenate([[0.0], np.cumsum(self._weights * pieces[self._columns], dtype=np.float64)])
        return np.asarray(sums[self._ends[1:]] - sums[self._ends[:-1]] + self.vectors @ meaning, np.float64)


def _fresh(held: Sequence[Numbers], vectors: Vectors, wanted: Doubles) -> Model:
    middle = model.middle(vectors)
    empty = Model(
        model_id=embedder().model_id,
        tells=_tells(held, wanted > 0),
        pieces=np.zeros(1 << BITS, np.float32),
        middle=middle,
        meaning=np.zeros(vectors.shape[1], np.float32),
    )
    return _added(empty, Lesson(empty, held, empty.around(vectors)), wanted)


def _tells(held: Sequence[Numbers], offensive: NDArray[np.bool_]) -> Floats:
    """How much more often texts of one sort hold a piece than those of the other, whichever: the logarithm of the ratio."""
    sorts = [np.concatenate([each for each, its in zip(held, offensive == sort, strict=True) if its]) for sort in (True, False)]
    counts = [np.bincount(sort, minlength=1 << BITS) for sort in sorts]
    shares = [(count + 1) / (count.sum() + len(count)) for count in counts]
    told: Floats = np.abs(np.log(shares[0] / shares[1])).astype(np.float32)
    return np.where(counts[0] + counts[1] < SELDOM, 0, told).astype(np.float32)


def _added(start: Model, lesson: Lesson, wanted: Doubles, ridge: float = RIDGE) -> Model:
    """The model with what it lacks: (K + ridge)·shares = wanted, by conjugate gradients."""
    shares = np.zeros_like(wanted)
    rest = wanted.copy()
    step, size = rest.copy(), float(rest @ rest)
    for _round in range(ROUNDS):
        if size < 1e-6:
            break
        far = lesson.likeness(step) + ridge * step
        length = size / float(step @ far)
        shares, rest = shares + length * step, rest - length * far
        before, size = size, float(rest @ rest)
        step = rest + size / before * step
    pieces, meaning = lesson.under(shares)
    return replace(start, pieces=start.pieces + pieces, meaning=start.meaning + meaning)


def _logistic(margins: Doubles, offensive: NDArray[np.bool_]) -> tuple[float, float]:
    """The slope and shift by which margins are probabilities, by Newton's method."""
    sides = np.stack([margins, np.ones_like(margins)], axis=1)
    found = np.array([1.0, 0.0])
    for _round in range(25):
        chance = 1 / (1 + np.exp(-sides @ found))
        slopes = sides.T @ (chance - offensive)
        bends = (sides * (chance * (1 - chance))[:, None]).T @ sides + 1e-6 * np.eye(2)
        found = found - np.linalg.solve(bends, slopes)
    return float(found[0]), float(found[1])
