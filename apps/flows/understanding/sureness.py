"""How sure an answer may be: scores become probabilities, learnt from how sentences look that were left out.

Each sentence as all others judge it shows how scores look when the intent is known; each intent's sentences as the other
intents judge them, and sentences of no intent, show how they look when it is none of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.flows.understanding.grams import Floats

HEATS = np.geomspace(0.02, 1, 40)
# How often, against one sentence of an intent, there is one of none of them. Intents left out are nearer to the others than
# most of what people say; the tenant's own questions are what people say. Chosen on banking77_oos's valid files and on the
# shops' `choosing` halves; USUAL, the background's, so that chat begins no flow where there are two intents alone.
STRANGE, USUAL, OTHER = 0.2, 0.2, 0.5
SHRINK = 1e-2
STEPS = 30

Doubles = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Judged:
    """Sentences as they were judged: `scores` (n, intents), `near` (n,), their likeness to the nearest example that is known,
    and `suits` (n, 3), how well their form suits the intent of the highest score."""

    scores: Floats
    near: Floats
    suits: Doubles

    def signs(self) -> Doubles:
        """The signs that the first intent may be meant: its score, how far it is ahead, the nearest example, the form."""
        ordered = np.sort(np.hstack([np.zeros((len(self.scores), 2), np.float32), self.scores]), axis=1)
        ones = np.ones(len(self.scores))
        return np.column_stack([ones, ordered[:, -1], ordered[:, -1] - ordered[:, -2], self.near, self.suits])


@dataclass(frozen=True)
class Sureness:
    """`heat`: scores are divided by it before they become shares. `factors`: what each sign weighs."""

    heat: float
    factors: Doubles

    def probabilities(self, judged: Judged) -> Doubles:
        """→ (n, intents); what a row lacks to 1 is the probability of none of them."""
        known = 1 / (1 + np.exp(-judged.signs() @ self.factors))
        return np.asarray(shares(judged.scores, self.heat) * known[:, None])


def learnt(right: Judged, intents: Numbers, none: Sequence[tuple[Judged, float]]) -> Sureness:
    """right: sentences of these intents; none: several kinds of sentences of none of them, and what each kind weighs."""
    rows = np.arange(len(intents))
    losses = [-np.log(np.maximum(shares(right.scores, heat)[rows, intents], 1e-9)).mean() for heat in HEATS]
    kinds = [(right, 1.0), *((kind, weight) for kind, weight in none if len(kind.scores))]
    seen = np.vstack([kind.signs() for kind, _weight in kinds])
    weights = np.concatenate([np.full(len(kind.scores), weight / len(kind.scores)) for kind, weight in kinds])
    known = (np.arange(len(seen)) < len(rows)).astype(np.float64)
    return Sureness(float(HEATS[int(np.argmin(losses))]), _logistic(seen, known, weights))


def shares(scores: Floats, heat: float) -> Doubles:
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)).astype(np.float64) / heat)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _logistic(seen: Doubles, wanted: Doubles, weights: Doubles) -> Doubles:
    """Logistic regression by Newton's steps; a little shrinking keeps it finite where all can be told apart."""
    weights = weights / weights.sum()
    factors = np.zeros(seen.shape[1])
    shrink = SHRINK * np.diag([0.0] + [1.0] * (seen.shape[1] - 1)) + 1e-9 * np.eye(seen.shape[1])
    for _step in range(STEPS):
        guess = 1 / (1 + np.exp(-seen @ factors))
        slope = seen.T @ (weights * (guess - wanted)) + shrink @ factors
        bend = (seen * (weights * guess * (1 - guess))[:, None]).T @ seen + shrink
        factors = factors - np.linalg.solve(bend, slope)
    return factors
