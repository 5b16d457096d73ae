"""Vectors of sentences that rules judge: each made once, since a stream shows the same ones again and again."""

import threading
from collections import OrderedDict

from apps.llm.embeddings import Vectors, embedder

KEPT = 1_000  # sentences; 4 MB

_made: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
_lock = threading.Lock()


def of(text: str) -> Vectors:
    """→ (dimensions,). Raises `embeddings.NotHere` in a web process."""
    key = embedder().model_id, text
    with _lock:
        known = _made.get(key)
    if known is not None:
        return known
    vector = embedder().embed_query(text)
    give(text, vector)
    return vector


def give(text: str, vector: Vectors) -> None:
    """Takes what `embedder().embed_query(text)` gave to a caller, so that it is not made twice."""
    with _lock:
        _made[embedder().model_id, text] = vector
        while len(_made) > KEPT:
            _made.popitem(last=False)
