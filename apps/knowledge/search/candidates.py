"""The passages a search looks at: the nearest by vector, found by index, and what is read of them for scoring."""

import uuid
from dataclasses import dataclass

import numpy as np
from django.db import transaction

from apps.knowledge.models import Space
from apps.knowledge.search import binary
from apps.llm import embeddings


@dataclass(frozen=True)
class Candidate:
    passage: int
    article: uuid.UUID
    revision: int
    kind: str
    language: str
    heading: str
    text: str


def nearest(asked: embeddings.Vectors, space: Space, revision: int, limit: int) -> list[int]:
    """The passages nearest to a vector, best first."""
    sql, values = nearest_sql(asked, space, revision, limit)
    if not space.indexed:
        return [passage for passage, _distance in binary.rows(sql, values)]
    with transaction.atomic():
        # relaxed: goes on reading until enough valid passages are found, their order is made right afterwards.
        binary.rows(
            "SELECT set_config('hnsw.ef_search', '100', true), set_config('hnsw.iterative_scan', 'relaxed_order', true)", []
        )
        return [passage for passage, _distance in sorted(binary.rows(sql, values), key=lambda row: row[1])]


def nearest_sql(asked: embeddings.Vectors, space: Space, revision: int, limit: int) -> tuple[str, list[str | int]]:
    """The dense query; its cast and its literal space are those of the space's index."""
    # Numbers of our own stand in the text: with a parameter the planner would not see the condition of the index.
    sql = (
        f"SELECT p.id, v.embedding::halfvec({space.dimensions:d}) <#> %s::halfvec({space.dimensions:d}) AS distance"  # noqa: S608
        f" FROM knowledge_vector v JOIN knowledge_passage p ON p.id = v.passage_id"
        f" WHERE v.space_id = {space.pk:d} AND p.since <= %s AND (p.until IS NULL OR p.until > %s)"
        f" ORDER BY distance LIMIT %s"
    )
    return sql, [_text(asked), revision, revision, limit]


def load(passages: set[int], space: Space, revision: int) -> tuple[list[Candidate], embeddings.Vectors]:
    """These passages, and the answers of the questions among them, as far as they are valid at the revision; with vectors."""
    rows = binary.rows(
        "SELECT p.id, p.article_id, p.revision_id, p.kind, p.language, p.heading, p.text, halfvec_send(v.embedding)"
        " FROM knowledge_passage p JOIN knowledge_vector v ON v.passage_id = p.id AND v.space_id = %s"
        " WHERE p.id IN (SELECT unnest(%s::bigint[]) UNION SELECT a.id FROM knowledge_passage q JOIN knowledge_passage a"
        "  ON a.article_id = q.article_id AND a.kind = 'answer' WHERE q.id = ANY(%s) AND q.kind = 'question')"
        " AND p.since <= %s AND (p.until IS NULL OR p.until > %s) ORDER BY p.id",
        [space.pk, list(passages), list(passages), revision, revision],
    )
    # halfvec_send: two 16-bit integers, then big-endian half floats (pgvector, halfvec.c).
    halves = b"".join(row[-1][4:] for row in rows)
    vectors = np.frombuffer(halves, ">f2").reshape(len(rows), -1).astype(np.float32)
    return [Candidate(*row[:-1]) for row in rows], vectors


def _text(vector: embeddings.Vectors) -> str:
    return "[" + ",".join(f"{value:.6g}" for value in vector.tolist()) + "]"
