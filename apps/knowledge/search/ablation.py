"""Ablation: the very search with one of its parts left out, which tells what the part is worth.

The search itself knows nothing of it. Something neutral stands in for the part while it is measured, in the whole process: so
this is for commands, never for a process that answers people. Weights are not fitted anew, so where evidence is missing scores
no longer mean probabilities, and thresholds let other answers pass; ranks are comparable all the same.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np

from apps.knowledge.passages import codes, glossary
from apps.knowledge.search import aspects, bounds, bridge, evidence, fusion, postings, ranking, search
from apps.knowledge.search.fusion import Weights
from apps.llm import embeddings

StandIn = tuple[ModuleType | type, str, Any]  # where, the name there, what stands in for it


@dataclass(frozen=True)
class Part:
    """A part of the search, by the name it has in reports."""

    name: str
    stand_ins: Callable[[], Sequence[StandIn]]

    @contextmanager
    def left_out(self) -> Iterator[None]:
        """The search without it, until the block ends. Raises AttributeError when the part is no longer where it was."""
        with ExitStack() as stack:
            for module, name, value in self.stand_ins():
                stack.enter_context(patch.object(module, name, value))
            yield


@contextmanager
def vectors_kept() -> Iterator[None]:
    """Questions' vectors made once, however many parts are left out one after the other: they are half of the work."""
    embedder = embeddings.embedder()
    with patch.object(embedder, "embed_query", lru_cache(maxsize=None)(embedder.embed_query)):
        yield


def _reweighted(change: Callable[[Weights], Weights]) -> list[StandIn]:
    """All weights, changed."""
    named = {name: value for name, value in vars(fusion).items() if isinstance(value, Weights)}
    changed = {value: change(value) for value in named.values()}
    by_group = {group: changed[weights] for group, weights in ranking._WEIGHTS.items()}
    return [*((fusion, name, changed[value]) for name, value in named.items()), (ranking, "_WEIGHTS", by_group)]


def _wordless(weights: Weights) -> Weights:
    calibration = replace(weights.calibration, coverage=0.0)
    return replace(weights, lexical=0.0, aspect_lexical=0.0, calibration=calibration)


def _with_one_encoder(weights: Weights) -> Weights:
    calibration = replace(weights.calibration, second=0.0, text_lead_second=0.0, text_second=0.0)
    return replace(weights, second_order=0.0, second=0.0, aspect=0.0, calibration=calibration)


def _no_leads(nearest: fusion.Floats, _alone: float, _most: float) -> fusion.Floats:
    return np.zeros(len(nearest))


def _as_they_are(_rows: Any, _similar: Any, _lexical: Any, certain: fusion.Floats) -> fusion.Floats:
    return certain


def _in_any_language(_own: Any, _rows: Any, certain: fusion.Floats) -> fusion.Floats:
    return certain


def _as_written(question: str, _own: Any, _holds: Any) -> str:
    return question


def _nothing(_question: Any, _language: Any, _edition: Any) -> postings.Lexical:
    return postings.NOTHING


def _of_every_row(value: bool) -> Callable[[Any, Any], list[bool]]:
    return lambda _question, rows: [value] * len(rows)


PARTS = (
    Part("BM25", lambda: [*_reweighted(_wordless), (search, "LEXICAL", 0)]),
    Part("the second encoder (USE)", lambda: _reweighted(_with_one_encoder)),
    Part("aspects", lambda: [(aspects, "common_terms", lambda _texts: frozenset())]),
    Part("support by the answer", lambda: [(fusion, "SUPPORT", 0.0)]),
    Part("leads of texts", lambda: [(evidence, "_leads", _no_leads)]),
    Part("below nearer questions", lambda: [(ranking, "_below_nearer_questions", _as_they_are)]),
    Part("names' bound", lambda: [(bounds, "_unmet", _of_every_row(False))]),
    Part("announcements' bound", lambda: [(bounds, "_announces", lambda _row: False)]),
    Part("word for word", lambda: [(bounds, "_said", _of_every_row(False))]),
    Part("codes", lambda: [(codes, "is_about_another", lambda _named, _texts: False)]),
    Part("own language first", lambda: [(search, "_own_first", _in_any_language), (search, "SAME_LANGUAGE", 0.0)]),
    Part("the glossary", lambda: [(glossary, "translated", _as_written), (bridge, "score", _nothing)]),
)
