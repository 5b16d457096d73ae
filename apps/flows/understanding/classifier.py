"""The intent of a sentence, or none: learnt from example sentences, in any mixture of Chinese and English, without a model.

docs/understanding.md says how it works and how well.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.flows.understanding import forms, learning, vectors
from apps.flows.understanding.grams import Rare, plain
from apps.flows.understanding.learning import Learnt, Lesson
from apps.flows.understanding.likeness import Landmarks, Sentences, View
from apps.flows.understanding.sureness import Doubles, Judged, Sureness
from apps.flows.understanding.vectors import Kept
from apps.llm import background
from apps.llm.embeddings import Part, Vectors, embedder

SURE = 0.5  # how much likelier than none of the intents the first must be, as a share of both
MOST = 1_000  # opinions that are kept
VERSION = 1  # of what is stored


@dataclass(frozen=True)
class Opinion:
    """`ranked`: intents with their probabilities, best first. `none`: the probability that it is none of them."""

    ranked: Sequence[tuple[str, float]]
    none: float

    @property
    def intent(self) -> str:
        return self.ranked[0][0] if self.ranked else ""

    @property
    def certainty(self) -> float:
        """The first intent's share of what is likely of it and of none."""
        first = self.ranked[0][1] if self.ranked else 0.0
        return first / (first + self.none) if first else 0.0


class Classifier:
    """Thread-safe. `vector` is what `embedder().embed_query(text)` gives, for callers that have it already: nearly all of the
    work is to make it."""

    def __init__(self, intents: Sequence[str], learnt: Learnt | None) -> None:
        self.intents, self._learnt = tuple(intents), learnt
        self._compared: Landmarks | None = None
        self._kept: dict[str, Opinion] = {}  # of what is said over and over, which then needs no vector

    def ranked(self, text: str, vector: Vectors | None = None) -> list[tuple[str, float]]:
        """Intents with their probabilities, best first; what they lack to 1 is the probability of none of them."""
        return list(self.opinion(text, vector).ranked)

    def sure(self, text: str, vector: Vectors | None = None) -> str:
        """The intent, or "" where it is likelier that it is none of them."""
        opinion = self.opinion(text, vector)
        return opinion.intent if opinion.certainty >= SURE else ""

    def opinion(self, text: str, vector: Vectors | None = None) -> Opinion:
        if vector is None and self._learnt:
            vector = embedder().embed_query(text)
        found = self.opinions([text], np.zeros((1, 0), np.float32) if vector is None else vector[None])[0]
        if len(self._kept) >= MOST:
            self._kept = {}
        self._kept[text] = found
        return found

    def kept(self, text: str) -> Opinion | None:
        """The opinion that was given of this text before."""
        return self._kept.get(text)

    def opinions(self, texts: Sequence[str], embedded: Vectors) -> list[Opinion]:
        """Opinions on several texts at once. embedded: their vectors (n, dimensions)."""
        learnt = self._learnt
        if learnt is None:
            return [Opinion((), 1.0) for _text in texts]
        likeness = self._landmarks(learnt).likeness(Sentences.of(texts, embedded))
        scores = likeness @ learnt.weights
        near = np.where(learnt.examples, likeness, 0).max(axis=1)
        suits = learnt.habits.suit(forms.forms(texts), scores.argmax(axis=1))
        found = learnt.sureness.probabilities(Judged(scores, near, suits))
        said = [any(map(str.isalnum, text)) for text in texts]
        return [self._opinion(row if any_said else 0 * row) for row, any_said in zip(found, said, strict=True)]

    def _opinion(self, row: Doubles) -> Opinion:
        order = np.argsort(-row, kind="stable")
        return Opinion([(self.intents[at], float(row[at])) for at in order], max(0.0, 1 - float(row.sum())))

    def _landmarks(self, learnt: Learnt) -> Landmarks:
        """Made when first needed, which takes no more than a millisecond a sentence; twice by two threads does no harm."""
        if self._compared is None:
            self._compared = Landmarks(learnt.view, learnt.sentences)
        return self._compared

    def stored(self) -> bytes:
        """2 KB a sentence that it learnt from."""
        learnt, stream = self._learnt, io.BytesIO()
        if learnt is None:
            return b""
        view, sentences = learnt.view, learnt.sentences
        facts = {"version": VERSION, "intents": self.intents, "heat": learnt.sureness.heat}
        facts["parts"] = [(part.name, part.start, part.end) for part in view.parts]
        arrays: dict[str, Any] = {
            "facts": np.frombuffer(json.dumps(facts).encode(), np.uint8),
            "vectors": sentences.vectors.astype(np.float16),
            "pieces": np.concatenate(sentences.pieces),
            "lengths": np.array([len(each) for each in sentences.pieces]),
            "middle": view.middle,
            "known": view.rare.known,
            "rarity": view.rare.weights,
            "examples": learnt.examples,
            "weights": learnt.weights,
            "factors": learnt.sureness.factors,
        }
        arrays |= {f"habit{number}": table for number, table in enumerate(learnt.habits.counts)}
        np.savez(stream, **arrays)
        return stream.getvalue()


def read(data: bytes) -> Classifier:
    """A stored classifier. Raises ValueError for what this version has not stored."""
    if not data:
        return Classifier((), None)
    with np.load(io.BytesIO(data)) as held:
        facts = json.loads(held["facts"].tobytes())
        if facts["version"] != VERSION:
            raise ValueError(f"A classifier of version {facts['version']} is not of version {VERSION}.")
        pieces = np.split(held["pieces"], np.cumsum(held["lengths"])[:-1])
        sentences = Sentences(held["vectors"].astype(np.float32), pieces)
        view = View([Part(*part) for part in facts["parts"]], held["middle"], Rare(held["known"], held["rarity"]))
        habits = forms.Habits([held[f"habit{number}"] for number in range(len(forms.KINDS))])
        sure = Sureness(facts["heat"], held["factors"])
        learnt = Learnt(view, sentences, held["examples"], held["weights"], habits, sure)
    return Classifier(facts["intents"], learnt)


def train(examples: Mapping[str, Sequence[str]], others: Sequence[str] = (), kept: Kept | None = None) -> Classifier:
    """Learns which sentences have which intent.

    others: sentences of none of them, beside those that nobody has to give; the questions that the tenant's articles answer.
    kept: where the sentences' vectors are kept, so that the next training embeds only what is new.
    """
    told = {intent: list(dict.fromkeys(filter(str.strip, texts))) for intent, texts in examples.items()}
    told = {intent: texts for intent, texts in told.items() if texts}
    if not told:
        return Classifier((), None)
    meant = {plain(text) for texts in told.values() for text in texts}
    strange = [text for text in dict.fromkeys(others) if text.strip() and plain(text) not in meant]
    usual = np.array([plain(text) not in meant for text in background.sentences()])
    given = [*(text for texts in told.values() for text in texts), *strange]
    texts = [*given, *np.array(background.sentences(), object)[usual]]
    numbers = np.repeat(np.arange(len(told)), [len(texts) for texts in told.values()])
    lesson = Lesson(
        texts,
        Sentences.of(texts, np.vstack([vectors.of(given, kept), background.embedded()[usual]])),
        np.concatenate([numbers, np.full(len(texts) - len(numbers), len(told))]),
        np.repeat([False, True, False], [len(numbers), len(strange), int(usual.sum())]),
        len(told),
    )
    return Classifier(tuple(told), learning.learn(lesson, embedder().parts))
