"""Kernel ridge regression on landmarks, and what it would have said of each sentence without having learnt from it.

The kernel's row of a sentence is its likeness to each landmark (Nyström's approximation, Williams and Seeger 2001; exact where
all sentences are landmarks). Because the solution is linear in what it learns from, leaving out one sentence, or a whole
intent, needs no second training (Rifkin and Lippert 2007, “Notes on regularized least squares”).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.flows.understanding.grams import Floats

RIDGE = 0.05  # how much a sentence may differ from what its neighbours say
STABLE = 1e-3  # added to the landmarks' own likeness: 32-bit arithmetic is no finer
ROUNDS = 12  # of refinement
TINY = 1e-12

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Fit:
    """`weights`: (landmarks, intents), for likeness @ weights. `alone`: (n, intents), each sentence by all others."""

    weights: Floats
    alone: Floats
    features: Floats
    leaning: Floats
    wanted: Floats
    fitted: Floats

    def without(self, rows: Numbers) -> Floats:
        """The verdict of all other sentences on these together → (rows, intents)."""
        own = self.leaning[rows] @ self.features[rows].T
        rest = self.fitted[rows] - own @ self.wanted[rows]
        return np.asarray(np.linalg.solve(np.eye(len(rows), dtype=np.float32) - own, rest))


def fit(own: Floats, likeness: Floats, wanted: Floats) -> Fit:
    """own: the landmarks' likeness among themselves. likeness: (n, landmarks). wanted: (n, intents), 1 where it is the one."""
    size = len(own)
    lower = np.linalg.cholesky(own + STABLE * np.eye(size, dtype=np.float32))
    to_features = np.linalg.inv(lower).T
    features = likeness @ to_features
    leaning = features @ np.linalg.inv(features.T @ features + RIDGE * np.eye(size, dtype=np.float32))
    solution = leaning.T @ wanted
    fitted = features @ solution
    held = np.einsum("nm,nm->n", leaning, features)[:, None]
    alone = (fitted - held * wanted) / np.maximum(1 - held, 1e-3)
    weights = np.asarray(to_features @ solution, np.float32)
    return Fit(weights, alone.astype(np.float32), features, leaning, wanted, fitted)


def refined(fit: Fit, likeness: Floats, wanted: Floats) -> Floats:
    """The weights (n, intents) of all sentences instead of those of the landmarks. likeness: of all to all, (n, n).

    Conjugate gradients for each intent at once, made quick by the landmarks' solution (Rudi et al. 2017, arXiv 1705.10958).
    """

    def eased(rest: Floats) -> Floats:
        return np.asarray((rest - fit.leaning @ (fit.features.T @ rest)) / np.float32(RIDGE))

    weights = eased(wanted)
    rest = wanted - likeness @ weights - RIDGE * weights
    step = ahead = eased(rest)
    size = np.einsum("nc,nc->c", rest, ahead)
    for _round in range(ROUNDS):
        far = likeness @ step + RIDGE * step
        length = size / np.maximum(np.einsum("nc,nc->c", step, far), TINY)
        weights, rest = weights + length * step, rest - length * far
        ahead = eased(rest)
        size, before = np.einsum("nc,nc->c", rest, ahead), size
        step = ahead + size / np.maximum(before, TINY) * step
    return np.asarray(weights, np.float32)


def chosen(intents: Numbers, most: int) -> Numbers:
    """Up to `most` rows, of large intents more than of small ones but not as many more, in the order they stand."""
    if len(intents) <= most:
        return np.arange(len(intents))
    rank = np.zeros(len(intents))
    for intent in np.unique(intents):
        rows = np.flatnonzero(intents == intent)
        rank[rows] = (np.arange(len(rows)) + 0.5) / np.sqrt(len(rows))
    return np.sort(np.argsort(rank, kind="stable")[:most])
