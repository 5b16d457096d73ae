"""Aspects: a question is compared without its topic when all of a tenant's knowledge is about that topic.

"coronavirus symptoms" is nearer to "What is a coronavirus?" than to "What are the symptoms of COVID-19?" for every encoder.
So English questions are also compared without the words that stand in a good part of the candidates. (In Chinese this did
not help: single characters are no topics. Figures: docs/search.md.)
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from apps.knowledge.passages import tokens
from apps.llm import embeddings

COMMON = 0.25  # of the articles a word must stand in to be part of the topic
ONLY_TOPIC = 0.3  # what an entry that only names the topic is behind, when the question names more than that
FEW = 8  # articles; fewer say nothing about what is common
_WORD = re.compile(r"[A-Za-z0-9]+(?:[-'’][A-Za-z0-9]+)*")
# Words that carry the form of a question, which is what remains to compare.
_FORM_WORDS = (
    "a an the is are am was were be been to of in on for and or do does did can could i my me you your it its this that with"
    " how what when why where which who will would should if at from by as have has had get there not"
)
FORM = frozenset(_FORM_WORDS.split())


def common_terms(texts: Iterable[tuple[Hashable, str]]) -> frozenset[str]:
    """The terms of the topic, from (article, text) of all candidates; none when there are few articles."""
    held: defaultdict[Hashable, set[str]] = defaultdict(set)
    for article, text in texts:
        held[article] |= _terms(text)
    if len(held) < FEW:
        return frozenset()
    frequency = Counter(term for terms in held.values() for term in terms)
    return frozenset(term for term, count in frequency.items() if count >= COMMON * len(held) and len(term) > 2)


def without(text: str, common: frozenset[str]) -> str:
    """The text without words of the topic; the text itself when nothing else is in it."""

    def keep(word: re.Match[str]) -> str:
        plain = word[0].lower()
        return word[0] if plain in FORM or not common.intersection(tokens.terms(plain)) else ""

    left = " ".join(_WORD.sub(keep, text).split())
    return left if _WORD.search(left) else text


def similarities(question: str, texts: Sequence[str], common: frozenset[str], model_id: str) -> NDArray[np.float64]:
    """Cosines of the cheap encoder between the question and the texts, all without the topic."""
    asked, *others = _quick(model_id, [without(text, common) for text in (question, *texts)])
    found = (np.stack(others) @ asked).astype(np.float64)
    if _terms(question) - common:
        found -= ONLY_TOPIC * np.array([not _terms(text) - common for text in texts])
    return found


@lru_cache(maxsize=20_000)
def _terms(text: str) -> frozenset[str]:
    return frozenset(tokens.terms(text)) - FORM


_vectors: dict[tuple[str, str], embeddings.Vectors] = {}
_MOST_VECTORS = 10_000  # 2 KB each


def _quick(model_id: str, texts: Sequence[str]) -> list[embeddings.Vectors]:
    """Vectors of the texts; those of earlier questions are remembered, the others made in one go, which is far cheaper."""
    held = {text: _vectors.get((model_id, text)) for text in texts}
    missing = [text for text, vector in held.items() if vector is None]
    if missing:
        made = dict(zip(missing, embeddings.by_id(model_id).embed_quick(missing), strict=True))
        if len(_vectors) > _MOST_VECTORS:
            _vectors.clear()
        _vectors.update({(model_id, text): vector for text, vector in made.items()})
        held |= made
    return [vector for text in texts if (vector := held[text]) is not None]
