"""Many weak signals → one score a passage. Pure numbers in, pure numbers out; where the weights come from: docs/search.md.

Two steps. *Ranking* compares the candidates of one kind among themselves: cosines are taken after the candidates' common
part has been subtracted (all texts of a tenant are about the same things, what tells them apart is the rest), and BM25 is
scaled by the query's own best. *Calibration* turns the rank-one candidate's absolute evidence and its lead over the next
article into the probability that it is right; what ranks lower gets less by its distance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """Of one kind of passage. Ranking: first, second encoder, lexical. Calibration: see `scores`."""

    first: float
    second: float
    lexical: float
    bias: float
    by_first: float
    by_second: float
    by_coverage: float
    by_lead: float
    by_distance: float
    if_chinese: float  # e5's cosines are higher among Chinese texts; with this a threshold means the same in both languages


# Fitted on development data only; `first` is e5, `second` USE.
QUESTION = Weights(
    1.0, 0.15, 0.3, -22.8, by_first=23.1, by_second=0.5, by_coverage=0.8, by_lead=4.2, by_distance=9.4, if_chinese=-1.6
)
TEXT = Weights(
    1.0, 0.0, 1.0, -22.4, by_first=21.0, by_second=2.2, by_coverage=1.5, by_lead=5.4, by_distance=9.1, if_chinese=0.0
)
FEW = 8  # candidates; with fewer there is no common part to speak of
NO_RIVAL = 0.15  # the lead of an article that has no other beside it


@dataclass(frozen=True)
class Candidates:
    """Of one kind. first, second: (n, d) of length 1, with the question's vectors; lexical: BM25, with the best and the
    possible of this question; articles: who they belong to; chinese: whether the question is."""

    articles: NDArray[np.int64]
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    asked_first: NDArray[np.float32]
    asked_second: NDArray[np.float32]
    lexical: Floats
    best_lexical: float
    possible: float
    chinese: bool


def scores(of: Candidates, weights: Weights) -> Floats:
    """The probability, 0..1, that each candidate answers the question; in the order of their ranking."""
    if not len(of.articles):
        return np.zeros(0)
    first = (of.first @ of.asked_first).astype(np.float64)
    second = (of.second @ of.asked_second).astype(np.float64)
    fused: Floats = (
        weights.first * _apart(of.first, of.asked_first)
        + weights.second * _by_rank(second)
        + weights.lexical * of.lexical / max(of.best_lexical, 1e-9)
    )
    top = int(np.argmax(fused))
    rivals = fused[of.articles != of.articles[top]]
    lead = min(float(fused[top] - rivals.max()), 1.0) if len(rivals) else NO_RIVAL
    coverage = of.lexical[top] / max(of.possible, 1e-9)
    certainty = (
        weights.bias
        + weights.by_first * first[top]
        + weights.by_second * second[top]
        + weights.by_coverage * coverage
        + weights.by_lead * lead
        + weights.if_chinese * of.chinese
    )
    result: Floats = 1 / (1 + np.exp(-(certainty - weights.by_distance * (fused[top] - fused))))
    return result


def _apart(vectors: NDArray[np.float32], asked: NDArray[np.float32]) -> Floats:
    """Cosines after the candidates' mean has been subtracted from both sides."""
    if len(vectors) < FEW:
        return (vectors @ asked).astype(np.float64)
    mean = vectors.mean(axis=0)
    return (_unit(vectors - mean) @ _unit(asked - mean)).astype(np.float64)


def _by_rank(similarities: Floats) -> Floats:
    """1 for the best, 1/2 for the eleventh: an encoder's order counts, not by how much it overrates one text."""
    order = np.argsort(np.argsort(-similarities, kind="stable"), kind="stable")
    result: Floats = 10 / (10 + order.astype(np.float64))
    return result


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return result
