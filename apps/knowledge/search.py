"""The one search: chat, try-it panel and evaluation all call it.

Dense (pgvector) and lexical (BM25) candidates of the asked knowledge revision are put together, scored (`fusion`), and the
best of each Q&A and each section of an article comes back, best first.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.knowledge import binary, fusion, postings, spaces, tokens
from apps.knowledge.models import Edition, Passage, Revision, Space
from apps.llm import embeddings

DENSE = 60  # nearest passages looked at
LEXICAL = 30  # best questions and best texts by BM25 looked at
SAME_LANGUAGE = 0.05  # what an answer in the customer's language is ahead
FOREIGN = 0.9  # what an answer in another language than the question's is worth
LONGEST_QUESTION = 400  # characters that are searched with; encoding takes 1.3 ms a token


@dataclass(frozen=True)
class Hit:
    """score: the probability, 0..1, that this answers the question; dense: cosine, lexical: BM25, each with its rank
    (1 = best, None = not among that side's candidates)."""

    passage: int
    article: str
    kind: str
    title: str
    question: str
    text: str
    url: str
    score: float
    dense: float
    lexical: float
    dense_rank: int | None
    lexical_rank: int | None
    language: str = ""
    heading: str = ""


@dataclass(frozen=True)
class _Candidate:
    passage: int
    article: uuid.UUID
    revision: int
    kind: str
    language: str
    heading: str
    text: str


def search(question: str, *, revision: int, language: str | None = None, limit: int = 8) -> list[Hit]:
    """The best answers among what knowledge revision `revision` held, each Q&A and each section once.

    `language` (of the customer) prefers answers in it when scores are close; others are found too.
    """
    question = question.replace("\x00", " ").strip()[:LONGEST_QUESTION]
    edition = Edition.objects.filter(number=revision).first()
    if not question or edition is None or not edition.questions + edition.texts:
        return []
    space = spaces.current()
    embedder = embeddings.by_id(space.model_id)
    asked = embedder.embed_query(question)
    lexical = postings.score(question, edition)
    with transaction.atomic():
        near = nearest(asked, space, revision, DENSE)
    rows, vectors = _load({*near, *lexical.best(LEXICAL)}, space, revision)
    if not rows:
        return []
    bm25 = lexical.of(np.array([row.passage for row in rows], np.int64))
    own = tokens.language_of(question)
    certain = _scores(rows, vectors, asked, embedder.parts, bm25, possible=lexical.possible, language=own)
    certain *= np.array([1.0 if row.language == own else FOREIGN for row in rows])
    certain += SAME_LANGUAGE * np.array([row.language == (language or own) for row in rows]) * certain
    return _hits(rows, certain.clip(0, 1), vectors @ asked, bm25, limit)


def nearest(asked: embeddings.Vectors, space: Space, revision: int, limit: int) -> list[int]:
    """The passages nearest to a vector, best first. Needs a transaction: the index's settings hold to its end."""
    with connection.cursor() as cursor:
        if space.indexed:
            # relaxed: goes on reading until enough valid passages are found, their order is made right afterwards.
            cursor.execute(
                "SELECT set_config('hnsw.ef_search', '100', true), set_config('hnsw.iterative_scan', 'relaxed_order', true)"
            )
        sql, values = nearest_sql(asked, space, revision, limit)
        cursor.execute(sql, values)
        return [passage for passage, _distance in sorted(cursor.fetchall(), key=lambda row: row[1])]


def nearest_sql(asked: embeddings.Vectors, space: Space, revision: int, limit: int) -> tuple[str, list[str | int]]:
    """The dense query; its cast and its literal space are those of the space's index."""
    vector = f"embedding::halfvec({space.dimensions:d}) <#> %s::halfvec({space.dimensions:d})"
    # Numbers of our own stand in the text: with a parameter the planner would not see the condition of the index.
    sql = (
        f"SELECT p.id, v.{vector} FROM knowledge_vector v JOIN knowledge_passage p ON p.id = v.passage_id"  # noqa: S608
        f" WHERE v.space_id = {space.pk:d} AND p.since <= %s AND (p.until IS NULL OR p.until > %s)"
        f" ORDER BY v.{vector} LIMIT %s"
    )
    text = _text(asked)
    return sql, [text, revision, revision, text, limit]


def _load(passages: set[int], space: Space, revision: int) -> tuple[list[_Candidate], embeddings.Vectors]:
    """The candidates that are valid at the revision and have a vector, with their vectors."""
    rows = binary.rows(
        "SELECT p.id, p.article_id, p.revision_id, p.kind, p.language, p.heading, p.text, halfvec_send(v.embedding)"
        " FROM knowledge_passage p JOIN knowledge_vector v ON v.passage_id = p.id AND v.space_id = %s"
        " WHERE (p.id = ANY(%s) OR p.kind = 'answer' AND p.article_id IN"
        "  (SELECT q.article_id FROM knowledge_passage q WHERE q.id = ANY(%s) AND q.kind = 'question'))"
        " AND p.since <= %s AND (p.until IS NULL OR p.until > %s) ORDER BY p.id",
        [space.pk, list(passages), list(passages), revision, revision],
    )
    # halfvec_send: two 16-bit integers, then big-endian half floats (pgvector, halfvec.c).
    halves = b"".join(row[-1][4:] for row in rows)
    vectors = np.frombuffer(halves, ">f2").reshape(len(rows), -1).astype(np.float32)
    return [_Candidate(*row[:-1]) for row in rows], vectors


_WEIGHTS = {
    (Passage.Kind.QUESTION, True): fusion.QUESTION,
    (Passage.Kind.ANSWER, True): fusion.ANSWER,
    (Passage.Kind.SECTION, True): fusion.SECTION,
    (Passage.Kind.QUESTION, False): fusion.FOREIGN_QUESTION,
    (Passage.Kind.ANSWER, False): fusion.FOREIGN_TEXT,
    (Passage.Kind.SECTION, False): fusion.FOREIGN_TEXT,
}


def _scores(
    rows: Sequence[_Candidate],
    vectors: embeddings.Vectors,
    asked: embeddings.Vectors,
    parts: Sequence[embeddings.Part],
    bm25: fusion.Floats,
    *,
    possible: float,
    language: str,
) -> fusion.Floats:
    first, second = parts[0], parts[-1]
    numbers = {article: number for number, article in enumerate(dict.fromkeys(row.article for row in rows))}
    articles = np.array([numbers[row.article] for row in rows])
    support = _support(rows, articles, _part(vectors, first) @ _part(asked, first))
    groups = [(row.kind, row.language == language) for row in rows]
    certain = np.zeros(len(rows))
    for group in sorted(set(groups)):
        of = np.array([other == group for other in groups])
        certain[of] = fusion.scores(
            fusion.Candidates(
                articles=articles[of],
                first=_part(vectors[of], first),
                second=_part(vectors[of], second),
                asked_first=_part(asked, first),
                asked_second=_part(asked, second),
                lexical=bm25[of],
                best_lexical=float(bm25[of].max(initial=0.0)),
                possible=possible,
                support=support[of],
                chinese=language == "zh-hans",
            ),
            _WEIGHTS[Passage.Kind(group[0]), group[1]],
        )
    return certain


def _support(rows: Sequence[_Candidate], articles: NDArray[np.int64], similar: NDArray[np.float32]) -> fusion.Floats:
    """For each question variant, how much nearer its answer is than the others' answers; 0 without an answer, or too few."""
    answer = np.array([row.kind == Passage.Kind.ANSWER for row in rows])
    nearest_answer = np.full(articles.max() + 1, -1.0)
    np.maximum.at(nearest_answer, articles[answer], similar[answer])
    known = nearest_answer > -1
    if known.sum() < fusion.FEW:
        return np.zeros(len(rows))
    lead = np.where(known, nearest_answer - nearest_answer[known].mean(), 0.0)
    return np.where(np.array([row.kind == Passage.Kind.QUESTION for row in rows]), lead[articles], 0.0)


def _hits(
    rows: Sequence[_Candidate],
    certain: fusion.Floats,
    similar: NDArray[np.float32],
    bm25: fusion.Floats,
    limit: int,
) -> list[Hit]:
    dense_rank = _ranks(similar)
    lexical_rank = _ranks(bm25)
    hits: dict[object, Hit] = {}
    for place in np.argsort(-certain, kind="stable"):
        row = rows[place]
        section = row.kind == Passage.Kind.SECTION
        key: object = row.passage if section else row.article
        if key in hits:
            continue
        hits[key] = Hit(
            passage=row.passage,
            article=str(row.article),
            kind="article" if section else "qa",
            title=str(row.revision),  # looked up below, for the few that are returned
            question=row.text if row.kind == Passage.Kind.QUESTION else "",
            text=row.text,
            url="",
            score=round(float(certain[place]), 4),
            dense=round(float(similar[place]), 4),
            lexical=round(float(bm25[place]), 3),
            dense_rank=dense_rank[place],
            lexical_rank=lexical_rank[place] if bm25[place] > 0 else None,
            language=row.language,
            heading=row.heading,
        )
        if len(hits) == limit:
            break
    return _told(list(hits.values()))


def _told(hits: list[Hit]) -> list[Hit]:
    """Titles, answers and pages come from the revision that a passage was cut from."""
    revisions = Revision.objects.in_bulk([int(hit.title) for hit in hits])
    told = []
    for hit in hits:
        revision = revisions[int(hit.title)]
        text = revision.body if hit.kind == "qa" else hit.text
        told.append(replace(hit, title=revision.title, text=text, url=revision.url))
    return told


def _ranks(values: NDArray[np.floating]) -> list[int]:
    ranks: list[int] = (np.argsort(np.argsort(-values, kind="stable"), kind="stable") + 1).tolist()
    return ranks


def _part(vectors: embeddings.Vectors, part: embeddings.Part) -> embeddings.Vectors:
    return embeddings.unit(vectors[..., part.start : part.end])


def _text(vector: embeddings.Vectors) -> str:
    return "[" + ",".join(f"{value:.6g}" for value in vector.tolist()) + "]"
