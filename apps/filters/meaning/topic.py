"""A topic, by sentences of it: another one is of it when it is nearly as near to them as they are to each other.

Nearness is the mean of both encoders' cosines around what sentences have in common (the mean of everyday ones). Two points of
it are known for each topic: far, the nearest that an everyday sentence comes, and near, as its own sentences usually are.
"""

from collections.abc import Sequence

import numpy as np

from apps.filters.meaning import vectors
from apps.llm import background
from apps.llm.embeddings import Vectors, embedder, unit

NARROWEST = 0.1  # between far and near, where examples are strange to each other


class Topic:
    """Thread-safe. `examples`: three or more; `others`: sentences that look like it and are not."""

    def __init__(self, examples: Sequence[str], others: Sequence[str] = ()) -> None:
        own = _around(np.stack([vectors.of(text) for text in examples]))
        self._own = own
        self._others = _around(np.stack([vectors.of(text) for text in others])) if others else own[:0]
        among = own @ own.T
        np.fill_diagonal(among, -1)
        self._far = float((_around(background.embedded()) @ own.T).max())
        self._near = max(float(np.median(among.max(axis=1))), self._far + NARROWEST)

    def score(self, text: str) -> float:
        """0 for a sentence as far as everyday ones are, 1 for one as near as the topic's own; -1 if another is nearer."""
        said = _around(vectors.of(text)[None])[0]
        nearness = float((self._own @ said).max())
        if len(self._others) and nearness < float((self._others @ said).max()):
            return -1.0
        return (nearness - self._far) / (self._near - self._far)


def _around(found: Vectors) -> Vectors:
    """Vectors whose inner product is the mean of the encoders' cosines around the middle."""
    parts, everyday = embedder().parts, background.embedded()
    middles = [unit(everyday[:, part.start : part.end]).mean(axis=0) for part in parts]
    apart = [unit(found[:, part.start : part.end]) - middle for part, middle in zip(parts, middles, strict=True)]
    return np.hstack([unit(each) for each in apart]) / np.float32(np.sqrt(len(parts)))
