"""The vectors of a turn's questions: a text is encoded once, whoever needs it."""

from apps.llm import characters
from apps.llm.embeddings import Embedder, Vectors


class Asked:
    """It lives as long as a turn. What only differs in full-width signs, or in blanks before it, is the same to encoders."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Vectors] = {}

    def vector(self, text: str, embedder: Embedder) -> Vectors:
        key = embedder.model_id, characters.usual(text).lstrip()
        if key not in self._held:
            self._held[key] = embedder.embed_query(text)
        return self._held[key]
