"""How likely a sentence is offensive: a linear model of its pieces and of its vectors. docs/filters.md says how well."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.filters.offence.grams import Numbers, grams
from apps.llm.embeddings import Vectors, embedder, unit

SHIPPED = Path(__file__).parent / "weights.npz"
MEANING = np.float32(1.0)  # what the vectors weigh beside the pieces, which make 1 together
STEPS = 127  # of a table's numbers as they are stored

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """`tells`: how much each piece tells at all (S. Wang, C. Manning, “Baselines and bigrams”, 2012); `pieces`: which way.
    `middle`: what vectors have in common; `meaning`: which way the rest goes. `slope`, `shift`: to probabilities."""

    model_id: str
    tells: Floats
    pieces: Floats
    middle: Floats
    meaning: Floats
    slope: float = 1.0
    shift: float = 0.0

    def score(self, text: str, vector: Vectors) -> float:
        """0 to 1. vector: what `embedder().embed_query(text)` gives."""
        return self.scores([text], vector[None])[0]

    def scores(self, texts: Sequence[str], vectors: Vectors) -> list[float]:
        """The same of several at once, which is quicker. vectors: of the texts, (n, dimensions)."""
        held = [grams(text) for text in texts]
        pieces = np.array([self.row(each) @ self.pieces[each] for each in held])
        margins = pieces + self.around(vectors) @ self.meaning
        found: list[float] = (1 / (1 + np.exp(-(self.slope * margins + self.shift)))).tolist()
        return found

    def row(self, held: Numbers) -> Floats:
        """The weights of a text's pieces in it, whose squares make 1."""
        weights = self.tells[held]
        return weights / (np.linalg.norm(weights) or np.float32(1))

    def around(self, vectors: Vectors) -> Vectors:
        return centred(vectors, self.middle)

    def beside(self, other: "Model") -> "Model":
        """The same, holding what it has in common with the other only once in memory."""
        same = [name for name in ("tells", "middle") if np.array_equal(getattr(self, name), getattr(other, name))]
        return replace(self, **{name: getattr(other, name) for name in same})

    def stored(self) -> bytes:
        stream = io.BytesIO()
        tables: dict[str, Any] = {}
        for name in ("tells", "pieces"):
            table = getattr(self, name)
            largest = float(np.abs(table).max()) or 1.0
            tables |= {name: np.round(table / largest * STEPS).astype(np.int8), f"{name}_largest": largest}
        vectors = {"middle": self.middle.astype(np.float16), "meaning": self.meaning.astype(np.float32)}
        facts = {"model_id": self.model_id, "slope": self.slope, "shift": self.shift}
        np.savez_compressed(stream, **tables, **vectors, **facts)  # type: ignore[arg-type]
        return stream.getvalue()


def read(data: bytes) -> Model:
    with np.load(io.BytesIO(data)) as held:
        tables = {
            name: held[name].astype(np.float32) * np.float32(held[f"{name}_largest"] / STEPS) for name in ("tells", "pieces")
        }
        return Model(
            model_id=str(held["model_id"]),
            **tables,
            middle=held["middle"].astype(np.float32),
            meaning=held["meaning"],
            slope=float(held["slope"]),
            shift=float(held["shift"]),
        )


@cache
def shipped() -> Model:
    return read(SHIPPED.read_bytes())


def middle(vectors: Vectors) -> Floats:
    return np.hstack([unit(vectors[:, part.start : part.end]).mean(axis=0) for part in embedder().parts])


def centred(vectors: Vectors, middle: Floats) -> Vectors:
    """Vectors whose inner product is the mean of the encoders' cosines around the middle."""
    parts = embedder().parts
    apart = [unit(vectors[:, part.start : part.end]) - middle[part.start : part.end] for part in parts]
    together: Vectors = np.hstack([unit(each) for each in apart]) * np.sqrt(MEANING / np.float32(len(parts)))
    return together
