"""Ranking turns candidates into probabilities: it gathers the evidence that `fusion` weighs, by kind and by language."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from apps.knowledge.models import Passage
from apps.knowledge.passages import codes
from apps.knowledge.search import aspects, evidence, fusion, postings
from apps.knowledge.search.candidates import Candidate
from apps.llm import embeddings

BELOW, DOUBTED = 0.99, 0.2  # of the probability of a question that is nearer, the most that a section has; but it stays a doubt
FAR = 0.06  # of e5's cosines, which lie between .7 and 1: so much nearer is another matter
ASPECTS = 16  # question variants compared without their topic

_WEIGHTS = {
    (Passage.Kind.QUESTION, True): fusion.QUESTION,
    (Passage.Kind.ANSWER, True): fusion.ANSWER,
    (Passage.Kind.SECTION, True): fusion.SECTION,
    (Passage.Kind.QUESTION, False): fusion.FOREIGN_QUESTION,
    (Passage.Kind.ANSWER, False): fusion.FOREIGN_ANSWER,
    (Passage.Kind.SECTION, False): fusion.FOREIGN_SECTION,
}


def probabilities(
    question: str,
    language: str | None,
    rows: Sequence[Candidate],
    vectors: embeddings.Vectors,
    asked: embeddings.Vectors,
    embedder: embeddings.Embedder,
    lexical: postings.Lexical,
    bridged: postings.Lexical,
) -> fusion.Floats:
    """The probability, 0..1, that each candidate answers the question. `language`: the question's, or None when it has none;
    then no passage counts as being in another language. `bridged`: what counts as BM25 for those that are."""
    first, second = embedder.parts[0], embedder.parts[-1]
    passages = np.array([row.passage for row in rows], np.int64)
    own = np.array([language in (row.language, None) for row in rows])
    bm25 = np.where(own, lexical.of(passages), bridged.of(passages))
    coverage = bm25 / np.where(own, lexical.possible, bridged.possible).clip(min=1e-9)
    numbers = {article: number for number, article in enumerate(dict.fromkeys(row.article for row in rows))}
    articles = np.array([numbers[row.article] for row in rows])
    by_first, by_second = (_part(vectors, part) @ _part(asked, part) for part in (first, second))
    support = _support(rows, articles, by_first)
    texts = evidence.of_texts(rows, by_first, by_second, coverage)
    groups = [(row.kind, bool(ours)) for row, ours in zip(rows, own, strict=True)]
    certain = np.zeros(len(rows))
    for group in sorted(set(groups)):
        of = np.array([other == group for other in groups])
        weights = _WEIGHTS[Passage.Kind(group[0]), group[1]]
        aspect = aspect_lexical = np.zeros(int(of.sum()))
        if weights is fusion.QUESTION and language == "en":
            common = aspects.common_terms((row.article, row.text) for row in rows if row.kind != Passage.Kind.SECTION)
            if common:
                weights = fusion.QUESTION_BY_ASPECT
                aspect = _aspect(
                    question, [row for row, ours in zip(rows, of, strict=True) if ours], vectors[of] @ asked, common, embedder
                )
                aspect_lexical = lexical.without(common | {codes.joined(term) for term in common}, passages[of])
        certain[of] = fusion.scores(
            fusion.Candidates(
                articles=articles[of],
                first=_part(vectors[of], first),
                second=_part(vectors[of], second),
                asked_first=_part(asked, first),
                asked_second=_part(asked, second),
                lexical=bm25[of],
                best_lexical=float(bm25[of].max(initial=0.0)),
                support=support[of],
                aspect=aspect,
                aspect_lexical=aspect_lexical,
                texts=texts.of(of),
                chinese=language == "zh-hans",
            ),
            weights,
        )
    return _below_nearer_questions(rows, by_first, bm25, certain)


def _below_nearer_questions(
    rows: Sequence[Candidate], similar: NDArray[np.float32], lexical: fusion.Floats, certain: fusion.Floats
) -> fusion.Floats:
    """A section is worth less than the best stored question that is nearer to what is asked both by meaning and by words, or
    far nearer by meaning: its words alone, which a long text always has some of, do not outrank somebody's own question."""
    question = np.array([row.kind == Passage.Kind.QUESTION for row in rows])
    section = np.array([row.kind == Passage.Kind.SECTION for row in rows])
    by_words = (similar > similar[:, None]) & (lexical >= lexical[:, None])
    by_far = (similar >= similar[:, None] + FAR) & (certain >= DOUBTED)
    nearer = question & (by_words | by_far)
    most = np.where(nearer, certain, 0.0).max(axis=1, initial=0.0)
    return np.where(section & nearer.any(axis=1), np.minimum(certain, np.maximum(BELOW * most, DOUBTED)), certain)


def _aspect(
    question: str,
    rows: Sequence[Candidate],
    similar: NDArray[np.float32],
    common: frozenset[str],
    embedder: embeddings.Embedder,
) -> fusion.Floats:
    """Similarities without the topic's words of the nearest candidates; the others get the least of theirs."""
    nearest = np.argsort(-similar, kind="stable")[:ASPECTS]
    found = aspects.similarities(question, [rows[place].text for place in nearest], common, embedder.model_id)
    every = np.full(len(rows), found.min())
    every[nearest] = found
    return every


def _support(rows: Sequence[Candidate], articles: NDArray[np.int64], similar: NDArray[np.float32]) -> fusion.Floats:
    """How much nearer each question variant's own answer is than the other answers; 0 without an answer, or with too few."""
    answer = np.array([row.kind == Passage.Kind.ANSWER for row in rows])
    nearest_answer = np.full(articles.max() + 1, -1.0)
    np.maximum.at(nearest_answer, articles[answer], similar[answer])
    known = nearest_answer > -1
    if known.sum() < fusion.FEW:
        return np.zeros(len(rows))
    lead = np.where(known, nearest_answer - nearest_answer[known].mean(), 0.0)
    return np.where(np.array([row.kind == Passage.Kind.QUESTION for row in rows]), lead[articles], 0.0)


def _part(vectors: embeddings.Vectors, part: embeddings.Part) -> embeddings.Vectors:
    return embeddings.unit(vectors[..., part.start : part.end])
