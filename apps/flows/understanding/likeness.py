"""How alike two sentences are: by each encoder's vectors and by their pieces, in one number from 0 to 1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.flows.understanding.grams import Floats, Hashes, Index, Rare, pieces
from apps.llm.embeddings import Part, Vectors, unit

PIECES = 0.2  # what the pieces weigh; the encoders share the rest evenly
WIDTH = 2.0  # how fast likeness falls: exp(WIDTH · (cosine - 1)), a Gaussian of the distance


@dataclass(frozen=True)
class Sentences:
    """Texts as they are compared: their vectors (n, dimensions) and their pieces."""

    vectors: Vectors
    pieces: Sequence[Hashes]

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Vectors) -> "Sentences":
        return cls(vectors, [pieces(text) for text in texts])

    def __len__(self) -> int:
        return len(self.pieces)

    def at(self, rows: NDArray[np.int64]) -> "Sentences":
        return Sentences(self.vectors[rows], [self.pieces[row] for row in rows])


@dataclass(frozen=True)
class View:
    """The sides by which sentences are compared. `middle`: the mean vector of those that were learnt from,
    which all have in common."""

    parts: Sequence[Part]
    middle: Floats
    rare: Rare

    @classmethod
    def of(cls, sentences: Sentences, parts: Sequence[Part]) -> "View":
        apart = np.hstack([unit(sentences.vectors[:, part.start : part.end]) for part in parts])
        return cls(parts, apart.mean(axis=0), Rare.of(sentences.pieces))

    def centred(self, vectors: Vectors) -> Vectors:
        """Vectors whose inner product is the mean of the encoders' cosines around the middle."""
        apart = [unit(vectors[:, part.start : part.end]) - self.middle[part.start : part.end] for part in self.parts]
        return np.hstack([unit(each) for each in apart]) / np.float32(np.sqrt(len(self.parts)))


class Landmarks:
    """Sentences that all others are described by."""

    def __init__(self, view: View, sentences: Sentences) -> None:
        self._view = view
        self._vectors = view.centred(sentences.vectors)
        self._index = Index(view.rare, [view.rare.row(each) for each in sentences.pieces])

    def likeness(self, sentences: Sentences) -> Floats:
        """→ (sentences, landmarks)."""
        letters = self._index.likeness([self._view.rare.row(each) for each in sentences.pieces])
        meaning = self._view.centred(sentences.vectors) @ self._vectors.T
        return np.exp(WIDTH * (PIECES * letters + (1 - PIECES) * meaning - 1)).astype(np.float32)
