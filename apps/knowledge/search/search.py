"""The one search: chat, try-it panel and evaluation all call it.

Dense (pgvector) and lexical (BM25) candidates of the asked knowledge revision are put together, scored (`fusion`), and the
best of each Q&A and each section of an article comes back, best first.
"""

import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from apps.knowledge.models import Kind, Passage
from apps.knowledge.passages import codes, glossary, synonyms, things, tokens
from apps.knowledge.search import binary, bounds, bridge, candidates, editions, evidence, fusion, postings, ranking, weighing
from apps.knowledge.search.asked import Asked
from apps.knowledge.search.candidates import Candidate
from apps.knowledge.search.weighing import Weighing
from apps.llm import characters, embeddings, languages

DENSE = 60  # nearest passages looked at
LEXICAL = 30  # best questions and best texts by BM25 looked at
SAME_LANGUAGE = 0.05  # what an answer in the customer's language is ahead
WORDLESS = 0.5  # what an answer to a question of numbers and signs is worth
KNOWN = 0.5  # from here on an answer in the question's language goes before those in the other
AFTER = 0.98  # of its probability, the most that those have
UNWEIGHED = Weighing()
LONGEST_QUESTION = 400  # characters that are searched with; encoding takes 0.25 ms a token


@dataclass(frozen=True)
class Hit:
    """score: the probability, 0..1, that this answers the question; dense: cosine, lexical: BM25, each with its rank
    (1 = best, None = not among that side's candidates); absent: things that the question names and no text of the tenant."""

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
    absent: tuple[str, ...] = ()


def search(
    question: str,
    *,
    revision: int,
    language: str | None = None,
    limit: int = 8,
    others: Sequence[str] = (),
    by: Weighing = UNWEIGHED,
    asked: Asked | None = None,
) -> list[Hit]:
    """The best answers among what knowledge revision `revision` held, each Q&A and each section once.

    `language` (of the customer) prefers answers in it when scores are close; others are found too. `others`: words that mean
    the same as some of the question's; `by`: the operator's say in who comes first; `asked`: vectors that the turn has made.
    """
    return _search(_bounded(question), revision, language, limit, others, by, asked or Asked())


def _search(
    question: str,
    revision: int,
    language: str | None,
    limit: int,
    others: Sequence[str],
    by: Weighing,
    made: Asked,
    *,
    respelt: bool = False,
) -> list[Hit]:
    """`respelt`: it is in the spelling of the passages already."""
    searched = editions.searched(revision)
    if not question or searched is None:
        return []
    edition, space = searched
    embedder = embeddings.by_id(space.model_id)
    asked = made.vector(question, embedder)
    lexical = postings.score(question, edition, synonyms.terms(others))
    near = {*candidates.nearest(asked, space, revision, DENSE), *lexical.best(LEXICAL)}
    rows, vectors = candidates.load(near, space, revision)
    own = languages.found(question)  # a code is in none, or in every one
    plain = question if respelt else _respelt(question, own, rows, lexical)
    if plain != question:
        return _search(plain, revision, language, limit, others, by, made, respelt=True)
    bridged = postings.NOTHING
    if own and any(row.language != own for row in rows):
        bridged = bridge.score(question, languages.other(own), edition)
        rows, vectors = candidates.load({*near, *bridged.best(LEXICAL)}, space, revision)
    rows, vectors = _fitting(question, rows, vectors)
    if not rows:
        return []
    certain = ranking.probabilities(question, own, rows, vectors, asked, embedder, lexical, bridged)
    ours = np.array([row.language == own for row in rows])  # the words of one language are no terms of the other
    absent = things.absent(question, _unheld(lexical)) if ours.any() and not others else ()
    certain = bounds.bounded(question, rows, weighing.by_category(certain, rows, by), absent=ours & bool(absent))
    certain = weighing.by_day(certain, rows, by)
    if own is None and not codes.of(question):
        certain *= WORDLESS
    certain = _own_first(own, rows, certain)
    certain += SAME_LANGUAGE * np.array([row.language == (language or own) for row in rows]) * certain
    bm25 = lexical.of(np.array([row.passage for row in rows], np.int64))
    hits = _hits(rows, certain.clip(0, 1), vectors @ asked, bm25, limit)
    hits = [replace(hit, absent=absent if hit.language == own else ()) for hit in hits]
    named = codes.of(question)
    return [hit for hit in hits if not codes.is_about_another(named, (hit.title, hit.question, hit.heading, hit.text))]


def unnamed(question: str, hits: Iterable[Hit]) -> list[str]:
    """The codes that a question names and nothing that was found does."""
    return codes.unmet(codes.of(question), (f"{hit.title} {hit.question} {hit.heading} {hit.text}" for hit in hits))


def is_doubted(question: str, hits: Sequence[Hit]) -> bool:
    """Whether the first hit does not meet what the question names, asks for or denies, as far as these hits tell."""
    return bool(bounds.doubted(question, [row for hit in hits for row in _entry(hit)])[0])


def _entry(hit: Hit) -> list[Candidate]:
    """A hit as the passages it stands for: a Q&A's question and answer, or a section."""
    article, shared = uuid.UUID(hit.article), (hit.language, hit.heading)
    if hit.kind == Kind.ARTICLE:
        return [Candidate(hit.passage, article, 0, Passage.Kind.SECTION, *shared, hit.text)]
    texts = {Passage.Kind.QUESTION: hit.title, Passage.Kind.ANSWER: hit.text}
    return [Candidate(hit.passage, article, 0, kind, *shared, text) for kind, text in texts.items()]


def _bounded(question: str) -> str:
    """The part of a question that is searched with, without characters that no database takes."""
    plain = question[: 2 * LONGEST_QUESTION].replace("\x00", " ").encode(errors="ignore").decode()
    plain = characters.usual(plain).strip()
    return embeddings.beginning(plain, LONGEST_QUESTION)


def _respelt(question: str, own: str | None, rows: Sequence[Candidate], lexical: postings.Lexical) -> str:
    """The question as these passages would write it: in their Chinese characters, and all of it in its own language where they
    have that."""
    if any(map(tokens.is_han, question)):
        question = characters.like(question, (row.text for row in rows if row.language != "en"))
    if own and any(row.language == own for row in rows):
        question = glossary.translated(question, own, lexical.holds)
    return question


def _unheld(lexical: postings.Lexical) -> frozenset[str]:
    """The question's terms that no passage holds."""
    return frozenset(term for term, (holders, _weights) in lexical.shares.items() if not len(holders))


def _fitting(question: str, rows: list[Candidate], vectors: embeddings.Vectors) -> tuple[list[Candidate], embeddings.Vectors]:
    """The candidates without those about another code than the question's. A Q&A's passages are judged together, a section by
    itself."""
    named = codes.of(question)
    if not named:
        return rows, vectors
    texts: defaultdict[Hashable, list[str]] = defaultdict(list)
    for row in rows:
        texts[evidence.key(row)] += row.heading, row.text
    other = {key for key, held in texts.items() if codes.is_about_another(named, held)}
    fit = [place for place, row in enumerate(rows) if evidence.key(row) not in other]
    return [rows[place] for place in fit], vectors[fit]


def _own_first(own: str | None, rows: Sequence[Candidate], certain: fusion.Floats) -> fusion.Floats:
    """Where an answer in the question's language is likely, those in the other one stand behind it."""
    ours = np.array([own in (row.language, None) for row in rows])
    best = float(certain[ours].max(initial=0.0))
    return np.where(ours, certain, certain.clip(max=AFTER * best)) if best >= KNOWN else certain


def _hits(
    rows: Sequence[Candidate],
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
        key = evidence.key(row)
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
    read = binary.rows(
        "SELECT id, title, CASE kind WHEN %s THEN body ELSE '' END, url FROM knowledge_revision WHERE id = ANY(%s)",
        [Kind.QA.value, [int(hit.title) for hit in hits]],
    )
    revisions = {number: rest for number, *rest in read}
    told = []
    for hit in hits:
        title, body, url = revisions[int(hit.title)]
        told.append(replace(hit, title=title, text=body or hit.text, url=url))
    return told


def _ranks(values: NDArray[np.floating]) -> list[int]:
    ranks: list[int] = (np.argsort(np.argsort(-values, kind="stable"), kind="stable") + 1).tolist()
    return ranks
