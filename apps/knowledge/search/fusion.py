"""Many weak signals → one score a passage. Pure numbers in, pure numbers out; where the weights come from: docs/search.md.

Two steps, for each kind of passage and each language apart. *Ranking* compares the candidates among themselves: cosines are
taken after the candidates' common part has been subtracted (all texts of a tenant are about the same things, what tells them
apart is the rest), and BM25 is scaled by the query's own best. *Calibration* turns the best candidate's absolute evidence
and its lead over the next article into the probability that it is right; what ranks lower gets less by its distance.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """The weights of one group of candidates. Ranking: the first encoder (e5) without the part all candidates share, the second
    (USE) by its order and by its cosine, BM25. Calibration: a logistic model of the best one's evidence."""

    first: float
    second_order: float
    second: float
    lexical: float
    bias: float
    by_first: float
    by_second: float
    by_coverage: float
    by_lead: float
    by_distance: float
    aspect: float = 0.0  # similarity and BM25 without the words of the topic (aspects.py)
    aspect_lexical: float = 0.0
    if_chinese: float = 0.0  # e5's cosines are higher among Chinese texts; with this a threshold means the same in both


# Fitted on development data only. A question variant, an answer, a section of an article, in the language of the question:
QUESTION = Weights(1.0, 0.1, 0.0, 0.3, -22.8, 23.1, 0.5, 0.8, 4.2, 9.4, if_chinese=-1.6)
QUESTION_BY_ASPECT = replace(QUESTION, second_order=0.0, lexical=0.1, aspect=0.3, aspect_lexical=0.2)
ANSWER = Weights(1.0, 0.0, 0.0, 1.0, -27.4, 24.6, 0.3, 0.5, 3.6, 6.0)  # beside its own question variants it is second choice
SECTION = Weights(1.0, 0.0, 0.0, 1.0, -22.4, 21.0, 2.2, 1.5, 5.4, 9.1)
# In another language words rarely agree, and USE is by far the better of the two encoders:
FOREIGN_QUESTION = Weights(0.5, 0.0, 1.0, 0.3, -20.6, 15.0, 8.6, 0.0, 5.0, 12.0)
FOREIGN_TEXT = Weights(0.5, 0.0, 1.0, 0.3, -21.6, 15.0, 8.6, 0.0, 5.0, 12.0)
SUPPORT = 1.0  # of a question variant by its answer
FEW = 8  # candidates; with fewer there is no common part to speak of
NO_RIVAL = 0.15  # the lead of an article that has no other beside it


@dataclass(frozen=True)
class Candidates:
    """The evidence for candidates of one kind and language. first, second: (n, d), each of length 1, beside the question's
    vectors; lexical: BM25, beside the best and the highest possible score of this question; articles: the article each belongs
    to; support: see SUPPORT; aspect: see aspects.py; chinese: whether the question is in Chinese."""

    articles: NDArray[np.int64]
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    asked_first: NDArray[np.float32]
    asked_second: NDArray[np.float32]
    lexical: Floats
    best_lexical: float
    possible: float
    support: Floats
    aspect: Floats
    aspect_lexical: Floats
    chinese: bool


def scores(of: Candidates, weights: Weights) -> Floats:
    """The probability, 0..1, that each candidate answers the question; in the order of their ranking."""
    if not len(of.articles):
        return np.zeros(0)
    first = (of.first @ of.asked_first).astype(np.float64)
    second = (of.second @ of.asked_second).astype(np.float64)
    fused: Floats = (
        weights.first * _apart(of.first, of.asked_first)
        + weights.second_order * _by_rank(second)
        + weights.second * second
        + weights.lexical * of.lexical / max(of.best_lexical, 1e-9)
        + SUPPORT * of.support
        + weights.aspect * of.aspect
        + weights.aspect_lexical * of.aspect_lexical / max(float(of.aspect_lexical.max()), 1e-9)
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
