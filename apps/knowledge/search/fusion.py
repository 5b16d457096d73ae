"""Many weak signals → one score a passage. Pure numbers in, pure numbers out; where the weights come from: docs/search.md.

Two steps. *Ranking* compares the candidates of one kind and language among themselves: cosines are taken after the candidates'
common part has been subtracted (all texts of a tenant are about the same things, what tells them apart is the rest), and BM25
is scaled by the query's own best. *Calibration* turns the absolute evidence for the best of each kind into the probability
that it is right; what ranks lower gets less by its distance. All kinds are measured alike there, above all by how much nearer
the text that would be said is to the question than every other text is, so that a Q&A and a section can be compared.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """A logistic model of the best candidate's evidence. `first`, `second`: its cosines by either encoder; `text_second`: its
    answer's; `lead`: over the next article of its kind; `text_lead`, `text_lead_second`: of its answer over all others."""

    bias: float
    if_chinese: float
    first: float
    second: float
    coverage: float
    lead: float
    text_lead: float = 0.0
    text_lead_second: float = 0.0
    text_second: float = 0.0


@dataclass(frozen=True)
class Weights:
    """The weights of one group of candidates. Ranking: the first encoder (e5) without the part all candidates share, the second
    (USE) by its order and by its cosine, BM25; `distance`: what each point below the best costs."""

    first: float
    second_order: float
    second: float
    lexical: float
    distance: float
    calibration: Calibration
    aspect: float = 0.0  # similarity and BM25 without the words of the topic (aspects.py)
    aspect_lexical: float = 0.0


# Fitted on development data only. A question variant, an answer, a section of an article, in the language of the question:
QUESTION = Weights(1.0, 0.1, 0.0, 0.3, 9.4, Calibration(-16.2, -0.6, 17.4, -1.1, 0.6, 2.1, 38.0, 1.1, 1.9))
QUESTION_BY_ASPECT = replace(QUESTION, second_order=0.0, lexical=0.1, aspect=0.3, aspect_lexical=0.2)
ANSWER = Weights(1.0, 0.0, 0.0, 1.0, 6.0, Calibration(-27.4, 0.0, 24.6, 0.3, 0.5, 3.6))  # second choice
SECTION = Weights(1.0, 0.0, 0.0, 1.0, 9.1, Calibration(-9.0, -0.8, 5.9, 5.7, 3.6, 2.2, 32.4, -1.1))
# In another language USE is by far the better of the two encoders, and words agree only by the glossary (bridge.py):
FOREIGN_QUESTION = Weights(0.5, 0.0, 1.0, 0.2, 13.2, Calibration(-12.7, 0.0, 5.9, 10.6, 1.65, 1.8, 25.7, 0.0, 3.0))
FOREIGN_ANSWER = Weights(0.5, 0.0, 1.0, 0.2, 13.2, Calibration(-15.0, 0.0, 13.7, 4.3, 1.3, 7.1, 25.7))
FOREIGN_SECTION = Weights(0.5, 0.0, 1.0, 0.2, 13.2, Calibration(-18.3, 0.0, 16.8, 7.8, 0.4, 1.9, 24.0))
SUPPORT = 1.0  # of a question variant by its answer
FEW = 8  # candidates; with fewer there is no common part to speak of
NO_RIVAL = 0.0  # the lead of an article that has no other beside it
MOST_COVERAGE = 1.5


@dataclass(frozen=True)
class Texts:
    """For each candidate, of the text that would be said: its cosine by the second encoder, its leads over the nearest text of
    any other entry by both, and how much of the question the entry covers."""

    second: Floats
    lead: Floats
    lead_second: Floats
    coverage: Floats

    def of(self, rows: NDArray[np.bool_]) -> "Texts":
        return Texts(self.second[rows], self.lead[rows], self.lead_second[rows], self.coverage[rows])


@dataclass(frozen=True)
class Candidates:
    """The evidence for candidates of one kind and language. first, second: (n, d), each of length 1, beside the question's
    vectors; lexical: BM25, beside the best score of this question; articles: the article each belongs to; support: see SUPPORT;
    aspect: see aspects.py; chinese: whether the question is in Chinese."""

    articles: NDArray[np.int64]
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    asked_first: NDArray[np.float32]
    asked_second: NDArray[np.float32]
    lexical: Floats
    best_lexical: float
    support: Floats
    aspect: Floats
    aspect_lexical: Floats
    texts: Texts
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
    by = weights.calibration
    certainty = (
        by.bias
        + by.if_chinese * of.chinese
        + by.first * first[top]
        + by.second * second[top]
        + by.coverage * min(of.texts.coverage[top], MOST_COVERAGE)
        + by.lead * lead
        + by.text_lead * of.texts.lead[top]
        + by.text_lead_second * of.texts.lead_second[top]
        + by.text_second * of.texts.second[top]
    )
    result: Floats = 1 / (1 + np.exp(-(certainty - weights.distance * (fused[top] - fused))))
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
