"""How well filters catch what they should, and leave alone what they should: measured on public data sets.

A set that is not in the folder is left out. docs/filters.md has the figures.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.filters import starters
from apps.filters.evaluation import chinese, presidio, spans
from apps.filters.injection.suspicion import suspicions
from apps.filters.kinds.classifier import USUAL
from apps.filters.kinds.injection import SURE
from apps.filters.meaning import vectors
from apps.filters.offence import model
from apps.filters.personal.found import BY_NAME, Found
from apps.filters.rule import Direction, Where
from apps.filters.screening.screen import Screen
from apps.filters.span import Span

# Presidio's names of what our detectors find too; a phone is one whichever of ours has it.
TYPES = {
    "CREDIT_CARD": ("card",),
    "PHONE_NUMBER": ("phone", "mobile", "landline"),
    "US_SSN": ("social_security",),
    "EMAIL_ADDRESS": ("mail",),
    "IBAN_CODE": ("iban",),
    "IP_ADDRESS": ("net_address",),
}
OURS = {what: name for name, whats in TYPES.items() for what in whats}
QUESTIONS = {
    "banking77": ("banking77/test.jsonl", "text"),
    "atec": ("atec_customer_questions/faq_banks_dev_queries.jsonl", "query"),
    "hint3": ("hint3/sofmattress_test.jsonl", "text"),
}
ATTACKS = ("tensor_trust_prompt_injection/hijacking_dev.jsonl", "tensor_trust_prompt_injection/extraction_dev.jsonl")
HEARD = (Direction.FROM_CUSTOMER, Direction.TO_MODEL)  # directions that a customer's message takes
OFFENSIVE = "cold_offensive_zh/dev.jsonl"
PERSONAL = "presidio_pii_en/synth_v2_dev_templates.jsonl"
MOST_FALSE = 0.01  # of the questions, at the threshold of which injection's recall is told
WEIGHTS = (0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Figure:
    """`n`: of what was measured: texts, or places in them."""

    measure: str
    set: str
    value: float
    n: int
    detail: str = ""


def figures(folder: Path) -> Iterator[Figure]:
    """All that the folder's sets allow. Raises ValueError for a file that cannot be read."""
    for measured in (_chinese, _personal, _injection, _chain, _offence):
        yield from measured(folder)


def _chinese(folder: Path) -> Iterator[Figure]:
    del folder  # the set is made here
    made = chinese.lines()
    found = Found(BY_NAME)
    yield from _f1("personal_f1", "chinese_made", spans.counted((found.find(line.text), line.spans) for line in made))


def _personal(folder: Path) -> Iterator[Figure]:
    rows = _rows(folder / PERSONAL)
    there = [[Span(each["start"], each["end"], each["type"]) for each in row["spans"] if each["type"] in TYPES] for row in rows]
    found = Found(BY_NAME)
    ours = presidio.Presidio(
        lambda text: [span._replace(what=OURS[span.what]) for span in found.find(text) if span.what in OURS], ""
    )
    theirs = presidio.engine(sorted(TYPES)) if rows else None
    for name, each in (("", ours), ("presidio_", theirs)):
        if rows and each:
            counts = spans.counted((each.find(row["text"]), wanted) for row, wanted in zip(rows, there, strict=True))
            yield from _f1(f"{name}personal_f1", "presidio_pii_en", counts, each.about)


def _f1(measure: str, of: str, counts: dict[str, spans.Count], about: str = "") -> Iterator[Figure]:
    for what, count in sorted(counts.items()):
        told = f"right {count.right}, extra {count.extra}, missing {count.missing}{about and f'; {about}'}"
        yield Figure(f"{measure}.{what}" if what else measure, of, count.f1, count.right + count.missing, told)


def _injection(folder: Path) -> Iterator[Figure]:
    attacks = [row["attack"] for name in ATTACKS for row in _rows(folder / name)]
    questions = [text for name in ("banking77", "atec") for text in _texts(folder, name)]
    if not attacks or not questions:
        return
    asked, attacked = _weights(questions), _weights(attacks)
    best = next((threshold for threshold in WEIGHTS if _share(asked, threshold) <= MOST_FALSE), WEIGHTS[-1])
    for measure, threshold in (("injection_recall", best), ("injection_recall.usual", SURE)):
        told = f"threshold {threshold}, false positives {_share(asked, threshold):.4f} of {len(questions)} questions"
        yield Figure(measure, "tensor_trust", _share(attacked, threshold), len(attacks), told)


def _weights(texts: Sequence[str]) -> list[float]:
    return [max((weight for _span, weight in suspicions(text)), default=0.0) for text in texts]


def _share(values: Sequence[float], threshold: float) -> float:
    return sum(value >= threshold for value in values) / len(values)


def _chain(folder: Path) -> Iterator[Figure]:
    """Customers' messages that are hit by the rules that starters switch on. `detail` says which, since some hits are right."""
    screen = Screen(starters.usual())
    for name in QUESTIONS:
        texts = _texts(folder, name)
        hit = [text for text in texts if any(screen.hits(text, Where(direction)) for direction in HEARD)]
        if texts:
            yield Figure("chain_hits", name, len(hit) / len(texts), len(texts), " | ".join(hit[:10]))


def _offence(folder: Path) -> Iterator[Figure]:
    rows = _rows(folder / OFFENSIVE)
    scores = [_offensive(row["text"]) for row in rows]
    if rows:
        right = sum((score >= 0.5) == bool(row["offensive"]) for score, row in zip(scores, rows, strict=True))
        yield Figure("offence_accuracy", "cold_offensive_zh", right / len(rows), len(rows), "at 0.5")
        caught = [bool(row["offensive"]) for score, row in zip(scores, rows, strict=True) if score >= USUAL]
        yield Figure("offence_precision", "cold_offensive_zh", sum(caught) / len(caught), len(caught), f"at {USUAL}")
    for name in QUESTIONS:
        if texts := _texts(folder, name):
            hit = [text for text in texts if _offensive(text) >= USUAL]
            yield Figure("offence_false_positives", name, len(hit) / len(texts), len(texts), f"at {USUAL}")


def _offensive(text: str) -> float:
    return model.shipped().score(text, vectors.of(text))


def _texts(folder: Path, name: str) -> list[str]:
    path, field = QUESTIONS[name]
    return [row[field] for row in _rows(folder / path)]


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except ValueError as error:
        raise ValueError(f"{path} is no file of JSON lines: {error}") from error
