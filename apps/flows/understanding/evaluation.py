"""How well intents are understood: a classifier trained on a set's examples, and asked its sentences."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.flows.understanding import classifier, vectors
from apps.flows.understanding.classifier import SURE, Classifier, Opinion
from apps.flows.understanding.sets import Rows, Set
from apps.flows.understanding.vectors import Kept

Names = NDArray[np.object_]
Numbers = NDArray[np.float64]

THRESHOLDS = np.arange(0.02, 1.0, 0.02)
TIMED = 50  # sentences whose prediction is timed, with making their vectors


@dataclass(frozen=True)
class Result:
    """Shares of 0 to 1, None where the set has no such sentences. `accuracy`: of all sentences, those of none rejected;
    `in_scope`: of those with an intent, rejections being wrong; `named`: the same, rejecting nothing; `out_of_scope`: of those
    of none, the rejected; `best`: accuracy at the threshold that would have been best."""

    set: str
    part: str
    sentences: int
    intents: int
    accuracy: float
    macro_f1: float
    named: float | None
    in_scope: float | None
    out_of_scope: float | None
    best: float
    threshold: float
    examples: int
    train_seconds: float
    predict_milliseconds: float


def evaluated(chosen: Set, kept: Kept | None = None) -> list[Result]:
    """One result for each part of the set. Times are of one core's work and leave out vectors that were kept already."""
    began = time.process_time()
    made = classifier.train(chosen.examples, chosen.others, kept)
    seconds = time.process_time() - began
    threshold = _tuned(made, chosen.tuned, kept) if chosen.tuned else SURE
    milliseconds = _milliseconds(made, [text for rows in chosen.tested.values() for text, _intent in rows])
    results = []
    for part, rows in chosen.tested.items():
        rejecting = threshold if any(not intent for _text, intent in rows) else 0.0
        intents, certain = _asked(made, rows, kept)
        truth = np.array([intent for _text, intent in rows], object)
        count = sum(map(len, chosen.examples.values()))
        figures = _figures(truth, intents, certain, rejecting)
        results.append(
            Result(
                set=chosen.name,
                part=part,
                sentences=len(rows),
                intents=len(made.intents),
                threshold=round(rejecting, 3),
                examples=count,
                train_seconds=round(seconds, 1),
                predict_milliseconds=round(milliseconds, 2),
                **figures,
            )
        )
    return results


def _asked(made: Classifier, rows: Rows, kept: Kept | None) -> tuple[Names, Numbers]:
    """→ the first intent of each, and how certain it is."""
    texts = [text for text, _intent in rows]
    opinions: Sequence[Opinion] = made.opinions(texts, vectors.of(texts, kept))
    return np.array([each.intent for each in opinions], object), np.array([each.certainty for each in opinions])


def _tuned(made: Classifier, rows: Rows, kept: Kept | None) -> float:
    truth = np.array([intent for _text, intent in rows], object)
    intents, certain = _asked(made, rows, kept)
    return chosen([_accuracy(truth, intents, certain, each) for each in THRESHOLDS], len(rows))


def chosen(accuracies: Sequence[float], sentences: int) -> float:
    """The middle of the thresholds whose accuracy over all sentences is the highest, or as good: within one standard error of
    it. The very highest of a plateau is chance."""
    best = max(accuracies)
    error = (best * (1 - best) / sentences) ** 0.5
    good = np.flatnonzero(np.array(accuracies) >= best - error)
    return float(THRESHOLDS[round(float(good.mean()))])


def _accuracy(truth: Names, intents: Names, certain: Numbers, threshold: float) -> float:
    return float((np.where(certain >= threshold, intents, "") == truth).mean())


def _figures(truth: Names, intents: Names, certain: Numbers, threshold: float) -> dict[str, Any]:
    said = np.where(certain >= threshold, intents, "")
    inside = truth != ""
    mixed = not inside.all()
    figures = {
        "accuracy": float((said == truth).mean()),
        "macro_f1": _macro_f1(truth, said),
        "named": float((intents == truth)[inside].mean()) if inside.any() else None,
        "in_scope": float((said == truth)[inside].mean()) if inside.any() else None,
        "out_of_scope": float((said == "")[~inside].mean()) if mixed else None,
        "best": max(_accuracy(truth, intents, certain, each) for each in (0.0, *(THRESHOLDS if mixed else ()))),
    }
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}


def _macro_f1(truth: Names, said: Names) -> float:
    """The mean F1 of all that is true of some sentence, none of the intents being one of them."""
    scores = []
    for name in set(truth):
        right = float(((said == name) & (truth == name)).sum())
        scores.append(2 * right / float((said == name).sum() + (truth == name).sum()))
    return float(np.mean(scores))


def _milliseconds(made: Classifier, texts: Sequence[str]) -> float:
    """Median milliseconds of one core to predict one sentence from its text."""
    times = []
    for text in texts[:: max(1, len(texts) // TIMED)][:TIMED]:
        began = time.thread_time()
        made.ranked(text)
        times.append(time.thread_time() - began)
    return float(np.median(times)) * 1000 if times else 0.0
