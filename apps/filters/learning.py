"""Learning from marks: a model beside the shipped one, and how both judge the marks, each held out when it is judged.

A mark is about a whole message and rules judge sentences. Of a message that is not offensive no sentence is; of one that is,
the sentence that the model suspects most.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from apps.filters import sentences
from apps.filters.kinds.classifier import USUAL
from apps.filters.offence import training
from apps.filters.offence.model import Model
from apps.llm.embeddings import Vectors, embedder

FEWEST = 10  # marks of each side: of fewer nobody can tell what they would do
PARTS = 5  # of the marks, each judged by what the others taught
LONGEST = 10  # sentences of a message that are read
RIDGE = 3.0  # so much nearer to the start than what is shipped was to nothing; docs/filters.md says what marks may spoil


@dataclass(frozen=True)
class Marked:
    text: str
    offensive: bool


@dataclass(frozen=True)
class Right:
    """How many were judged rightly, at a rule's usual threshold."""

    offensive: int = 0
    safe: int = 0

    @property
    def all(self) -> int:
        return self.offensive + self.safe


@dataclass(frozen=True)
class Learnt:
    """`before`: how the shipped model judges the marks; `held_out`: how those judge them that learnt without them."""

    model: Model
    before: Right
    held_out: Right

    @property
    def is_no_worse(self) -> bool:
        return self.held_out.all >= self.before.all


@dataclass(frozen=True)
class _Read:
    """A marked message as models see it."""

    offensive: bool
    said: Sequence[str]
    vectors: Vectors

    def score(self, by: Model) -> float:
        return max(by.score(text, vector) for text, vector in zip(self.said, self.vectors, strict=True))

    def lessons(self, by: Model) -> Iterator[tuple[str, Vectors]]:
        pairs = list(zip(self.said, self.vectors, strict=True))
        yield from [max(pairs, key=lambda pair: by.score(*pair))] if self.offensive else pairs


def learn(marked: Sequence[Marked], start: Model, beat: Callable[[], None]) -> Learnt:
    """Seconds to minutes: a vector a sentence; `beat` is called after each message. Needs encoders. A message without a word
    teaches nothing."""
    read = []
    for each in sorted(marked, key=lambda each: each.offensive):  # so that each part has some of both
        read += [found] if (found := _read(each)).said else []
        beat()
    taught = [_taught([each for at, each in enumerate(read) if at % PARTS != part], start) for part in range(PARTS)]
    return Learnt(
        model=_taught(read, start),
        before=_right([(each, start) for each in read]),
        held_out=_right([(each, taught[at % PARTS]) for at, each in enumerate(read)]),
    )


def _read(marked: Marked) -> _Read:
    places = sentences.sentences(marked.text)[:LONGEST]
    said = [marked.text[place.start : place.end] for place in places]
    return _Read(marked.offensive, said, np.array([embedder().embed_query(text) for text in said], np.float32))


def _taught(read: Sequence[_Read], start: Model) -> Model:
    lessons = [(text, each.offensive, vector) for each in read for text, vector in each.lessons(start)]
    examples = [(text, offensive) for text, offensive, _vector in lessons]
    return training.train(examples, np.stack([vector for *_about, vector in lessons]), start, ridge=RIDGE)


def _right(judged: Sequence[tuple[_Read, Model]]) -> Right:
    found = [(each.offensive, each.score(by) >= USUAL) for each, by in judged]
    return Right(sum(is_ and told for is_, told in found), sum(not is_ and not told for is_, told in found))
