"""The search as the turns call it, in one tenant that knows little and one that knows much."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from bench import library
from bench.arena import quantile
from bench.row import Budget, Reference, Row, Spread
from bench.trial import Trial, inside

if TYPE_CHECKING:
    from apps.knowledge.models import Space
    from apps.llm.embeddings import Vectors

FEW, MANY = 1_000, 100_000
AT = 10
T = TypeVar("T")


def rows(trial: Trial) -> Iterator[Row]:
    """ms of apps.knowledge.search.search.search from question to hits, in a process that does nothing else: with the question's
    vectors, BM25, candidates and scores, each question asked for the first time. 1,000 passages are real sentences with real
    vectors; 100,000 are spliced of them, with vectors in between (embedding them would take an hour). Beside it: pgvector's
    exact scan with the same vector for the nearest ten, and the making of that vector. recall@10: how many of the exact scan's
    ten the index finds too."""
    few, many, questions = (300, 6_000, 30) if trial.quick else (FEW, MANY, 150)
    trial.arena  # noqa: B018  sets Django up
    from apps.llm.embeddings import embedder

    sentences, asked, source = library.texts(few)
    vectors = embedder().embed_passages(sentences)
    some = asked[:: max(1, len(asked) // (2 * questions))]  # half for each tenant, so that all is asked for the first time
    for count, own in ((few, some[::2][:questions]), (many, some[1::2][:questions])):
        yield from _rows(trial, count, own, lambda count: library.fill(sentences, vectors, count), source)


def _rows(trial: Trial, count: int, asked: Sequence[str], fill: "Callable[[int], Space]", source: str) -> Iterator[Row]:
    from apps.knowledge.search.search import search
    from apps.llm.embeddings import embedder

    company = trial.arena.found(f"knows{count}", agents=0)
    with inside(company):
        began = time.monotonic()
        space = fill(count)
        filled = time.monotonic() - began
        search("Is anybody there?", revision=1, language="en")
        times = [_timed(lambda q=text: search(q, revision=1, language="en"))[0] for text in asked]  # type: ignore[misc]
        encoded = [_timed(lambda q=text: embedder().embed_query(q)) for text in asked]  # type: ignore[misc]
        found = [_compared(space, vector) for _seconds, vector in encoded]
    spread = Spread.of(times)
    scan = Reference("exact scan of the vectors, p95", quantile([seconds for seconds, _share in found], 0.95) * 1000)
    vector = Reference("the question's vector, p95", quantile([seconds for seconds, _vector in encoded], 0.95) * 1000)
    note = f"{len(asked)} questions. {source} Filling took {filled:.0f} s."
    budgets = (Budget("p95", "<", 50),)
    yield Row(f"search, {count:,} passages, p95", spread.p95, "ms", spread, (scan, vector), budgets, note)
    recall = sum(share for _seconds, share in found) / max(len(found), 1)
    index = "HNSW" if space.indexed else "no index below apps.knowledge.search.spaces.INDEX_FROM: an exact scan"
    yield Row(f"recall@{AT}, {count:,} passages", recall, "", budgets=(Budget("figure", "≥", 0.95),), note=index)


def _compared(space: "Space", asked: "Vectors") -> tuple[float, float]:
    """→ seconds of the exact scan, and the share of its nearest that the product's way finds too."""
    from django.db import connection, transaction

    from apps.knowledge.search import candidates

    with transaction.atomic():
        near = set(candidates.nearest(asked, space, 1, 60)[:AT])
    sql, values = candidates.nearest_sql(asked, space, 1, AT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
        began = time.perf_counter()
        cursor.execute(sql, values)
        exact = cursor.fetchall()
        seconds = time.perf_counter() - began
    return seconds, len(near & {row[0] for row in exact}) / max(len(exact), 1)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
