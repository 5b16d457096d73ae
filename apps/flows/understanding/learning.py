"""Learning from example sentences: everything that a classifier then knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.flows.understanding import forms, regression, sureness
from apps.flows.understanding.grams import Floats
from apps.flows.understanding.likeness import Landmarks, Sentences, View
from apps.flows.understanding.regression import Fit, Numbers
from apps.flows.understanding.sureness import Doubles, Judged, Sureness
from apps.llm.embeddings import Part

LANDMARKS = 2_000  # sentences up to which nothing is approximated
MOST = 12_000  # sentences that are learnt from: likeness of all to all takes 576 MB while it lasts
LARGEST = 1_000  # sentences of an intent that are left out together to see how strangers look


@dataclass(frozen=True)
class Lesson:
    """`intents`: the number of each sentence's intent; `size` stands for none of them. `others`: whether it was said to be
    none of them for this tenant."""

    texts: Sequence[str]
    sentences: Sentences
    intents: Numbers
    others: NDArray[np.bool_]
    size: int

    def at(self, rows: Numbers) -> "Lesson":
        texts = [self.texts[row] for row in rows]
        return Lesson(texts, self.sentences.at(rows), self.intents[rows], self.others[rows], self.size)


@dataclass(frozen=True)
class Learnt:
    """`examples`: of the sentences, those of an intent."""

    view: View
    sentences: Sentences
    examples: NDArray[np.bool_]
    weights: Floats
    habits: forms.Habits
    sureness: Sureness


def learn(lesson: Lesson, parts: Sequence[Part]) -> Learnt:
    if len(lesson.intents) > MOST:
        lesson = lesson.at(regression.chosen(lesson.intents, MOST))
    view = View.of(lesson.sentences, parts)
    likeness = Landmarks(view, lesson.sentences).likeness(lesson.sentences)
    wanted = np.eye(lesson.size + 1, dtype=np.float32)[lesson.intents][:, : lesson.size]
    rows = regression.chosen(lesson.intents, LANDMARKS)
    fit = regression.fit(likeness[np.ix_(rows, rows)], likeness[:, rows], wanted)
    exact = len(rows) == len(lesson.intents)
    weights = fit.weights if exact else regression.refined(fit, likeness, wanted)
    habits = forms.Habits.of(forms.forms(lesson.texts), lesson.intents, lesson.size)
    np.fill_diagonal(likeness, 0)  # from here on: to others
    sure = _sureness(lesson, fit, likeness, habits)
    return Learnt(view, lesson.sentences, lesson.intents < lesson.size, weights, habits, sure)


def _sureness(lesson: Lesson, fit: Fit, likeness: Floats, habits: forms.Habits) -> Sureness:
    examples = lesson.intents < lesson.size
    right = np.flatnonzero(examples)
    near = np.where(examples, likeness, 0).max(axis=1)
    seen = forms.forms(lesson.texts)

    def judged(rows: Numbers, scores: Floats, near: Floats) -> Judged:
        first = scores.argmax(axis=1)
        own: Doubles = (first == lesson.intents[rows]).astype(np.float64)
        return Judged(scores, near, habits.suit(seen[rows], first, own))

    strangers = [_left_out(lesson, fit, likeness, intent) for intent in range(lesson.size if lesson.size > 1 else 0)]
    kinds = [
        (np.flatnonzero(~examples & lesson.others), sureness.OTHER),
        (np.flatnonzero(~examples & ~lesson.others), sureness.USUAL),
    ]
    none = [(judged(rows, fit.alone[rows], near[rows]), weight) for rows, weight in kinds]
    if strangers:
        rows, scores, nearest = (np.concatenate(parts) for parts in zip(*strangers, strict=True))
        none.append((judged(rows, scores, nearest), sureness.STRANGE))
    return sureness.learnt(judged(right, fit.alone[right], near[right]), lesson.intents[right], none)


def _left_out(lesson: Lesson, fit: Fit, likeness: Floats, intent: int) -> tuple[Numbers, Floats, Floats]:
    """An intent's sentences as they would look if nobody knew it: their rows, scores and nearest example."""
    rows = np.flatnonzero(lesson.intents == intent)
    if len(rows) > LARGEST:
        rows = rows[:0]
    others = (lesson.intents < lesson.size) & (lesson.intents != intent)
    scores = fit.without(rows) if len(rows) else fit.alone[rows]
    scores[:, intent] = -1  # nobody knows it
    return rows, scores, np.where(others, likeness[rows], 0).max(axis=1)
