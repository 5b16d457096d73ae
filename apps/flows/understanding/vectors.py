"""Vectors of sentences that are learnt from: each is embedded once and kept by its text."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np

from apps.llm.embeddings import Vectors, embedder

KEPT_SECONDS = 30 * 24 * 3600


class Kept(Protocol):
    """Where vectors are kept: one of Django's caches, or what reads and writes like one."""

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]: ...

    def set_many(self, data: dict[str, bytes], timeout: int) -> Any: ...


def of(texts: Sequence[str], kept: Kept | None = None) -> Vectors:
    """→ (n, dimensions), as exact as 16 bits are, so that what is stored of them is what was learnt from."""
    model = embedder()
    keys = {text: key(text) for text in texts}
    found = dict(kept.get_many(list(keys.values()))) if kept else {}
    missing = [text for text, each in keys.items() if each not in found]
    if missing:
        rows = model.embed_questions(missing).astype(np.float16)
        new = {keys[text]: row.tobytes() for text, row in zip(missing, rows, strict=True)}
        if kept:
            kept.set_many(new, KEPT_SECONDS)
        found |= new
    held = [np.frombuffer(found[keys[text]], np.float16) for text in texts]
    return np.stack(held).astype(np.float32) if held else np.zeros((0, model.dimensions), np.float32)


def key(text: str) -> str:
    """The name under which a sentence's vector is kept."""
    return "sentence-" + blake2b(f"{embedder().model_id}\n{text}".encode(), digest_size=16).hexdigest()
