"""Measuring search: a scratch tenant takes a corpus in by import or by saving, and answers questions whose answer is known.

Top-1, recall@5 and MRR@10 as usual; a document counts once, at its best hit. BM25 alone and dense alone rank the same
passages by one side only.
"""

import json
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction

from apps.knowledge.intake import ingestion
from apps.knowledge.models import Article, Kind, Passage, Revision, Status
from apps.knowledge.passages import tokens
from apps.knowledge.search import ablation, candidates, editions, postings, search, spaces
from apps.llm import embeddings
from apps.tenants import context
from apps.tenants.creation import create_tenant, drop_tenant


class NoSuchData(Exception):
    """The folder does not hold what can be evaluated; the message says what is missing."""


@dataclass(frozen=True)
class Document:
    doc_id: str
    title: str
    questions: list[str]
    text: str


@dataclass(frozen=True)
class Query:
    text: str
    gold: frozenset[str]


@dataclass(frozen=True)
class Bank:
    name: str
    documents: list[Document]
    queries: list[Query]


@dataclass(frozen=True)
class Figures:
    top1: float
    recall5: float
    mrr10: float


@dataclass(frozen=True)
class Result:
    """`without`: the fused figures with one part left out, by the part's name; empty without an ablation."""

    bank: str
    documents: int
    queries: int
    fused: Figures
    bm25: Figures
    dense: Figures
    milliseconds: float
    without: dict[str, Figures] = field(default_factory=dict)


def evaluate(folder: str, *, most: int = 0, ablate: bool = False, say: Callable[[str], object] = print) -> list[Result]:
    """One result a bank, and a last one over all of them when there are several."""
    banks = read(Path(folder))
    results = [evaluate_bank(bank, most=most, ablate=ablate, say=say) for bank in banks]
    return [*results, _together(results)] if len(results) > 1 else results


def read(folder: Path) -> list[Bank]:
    """Pairs of corpus and queries files; rows with a `bank` are banks of their own."""
    if not folder.is_dir():
        raise NoSuchData(f"There is no folder {folder}.")
    banks: list[Bank] = []
    for corpus in sorted(folder.glob("*corpus*.jsonl")):
        queries = corpus.with_name(corpus.name.replace("corpus", "queries"))
        if queries.exists():
            banks += _banks(corpus, queries)
    if not banks:
        raise NoSuchData(f"{folder} holds no pair of *corpus*.jsonl and *queries*.jsonl.")
    return banks


def lines(folder: str, results: Sequence[Result], *, as_json: bool = False) -> Iterator[str]:
    if as_json:
        yield from (json.dumps({"folder": folder} | asdict(result), ensure_ascii=False) for result in results)
        return
    yield f"{folder}"
    sides = " | ".join(f"{side:^21}" for side in ("top-1  rec@5  mrr@10", "BM25 alone", "dense alone"))
    yield f"{'bank':<22} {'rows':>6} {'asked':>6} | {sides} | ms/query"
    for result in results:
        sides = " | ".join(f"{f.top1:.3f}  {f.recall5:.3f}  {f.mrr10:.3f}" for f in (result.fused, result.bm25, result.dense))
        yield f"{result.bank:<22} {result.documents:>6} {result.queries:>6} | {sides} | {result.milliseconds:8.1f}"
    if results[-1].without:
        yield from _ablated(results[-1])


def _ablated(result: Result) -> Iterator[str]:
    """The figures without each part, and their distance from the whole, which is what it is worth."""
    yield f"{result.bank}: each part left out alone, nothing fitted anew"
    whole = asdict(result.fused)
    yield _row("all of it", whole)
    yield _row("dense alone", asdict(result.dense))
    yield _row("BM25 alone", asdict(result.bm25))
    for part, figures in result.without.items():
        left = asdict(figures)
        away = "  ".join(f"{left[name] - whole[name]:+.3f}" for name in whole) if left != whole else "the same"
        yield f"{_row(f'without {part}', left)} | {away}"


def _row(name: str, values: dict[str, float]) -> str:
    return f"  {name:<34} " + "  ".join(f"{value:.3f}" for value in values.values())


def figures(ranked: Sequence[Sequence[str]], gold: Sequence[frozenset[str]]) -> Figures:
    places = [
        next((place for place, document in enumerate(found[:10]) if document in right), None)
        for found, right in zip(ranked, gold, strict=True)
    ]
    count = max(len(places), 1)
    return Figures(
        top1=sum(place == 0 for place in places) / count,
        recall5=sum(place is not None and place < 5 for place in places) / count,
        mrr10=sum(1 / (place + 1) for place in places if place is not None) / count,
    )


def _banks(corpus: Path, queries: Path) -> Iterator[Bank]:
    documents: defaultdict[str, list[Document]] = defaultdict(list)
    asked: defaultdict[str, list[Query]] = defaultdict(list)
    stem = corpus.stem.replace("corpus", "").strip("_-") or corpus.parent.name
    for row in _rows(corpus, "doc_id"):
        questions = list(row.get("questions") or [])
        text = str(row.get("answer") or row.get("text") or "")
        documents[str(row.get("bank", ""))].append(Document(str(row["doc_id"]), str(row.get("title") or ""), questions, text))
    for row in _rows(queries, "query"):
        asked[str(row.get("bank", ""))].append(Query(str(row["query"]), frozenset(map(str, row["gold_doc_ids"]))))
    for bank, held in documents.items():
        yield Bank(f"{stem} {bank}".strip(), held, asked[bank])


def _rows(path: Path, needed: str) -> Iterator[dict[str, Any]]:
    for line, raw in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if raw.strip():
            row = json.loads(raw)
            if needed not in row:
                raise NoSuchData(f"{path} line {line} has no “{needed}”.")
            yield row


def evaluate_bank(bank: Bank, *, most: int = 0, ablate: bool = False, say: Callable[[str], object] = print) -> Result:
    """Take a bank into a tenant of its own, ask its questions, drop the tenant."""
    slug = f"evaluate-{uuid.uuid4().hex[:8]}"
    tenant = create_tenant(slug=slug, name="Evaluation", domains=[f"{slug}.invalid"])
    try:
        with context.inside(tenant):
            started = time.monotonic()
            names = _take_in(bank.documents)
            say(f"{bank.name}: {len(bank.documents)} documents taken in within {time.monotonic() - started:.0f} s")
            return _ask(bank, bank.queries[:most] if most else bank.queries, names, ablation.PARTS if ablate else ())
    finally:
        drop_tenant(tenant)


def _take_in(documents: Sequence[Document]) -> dict[str, str]:
    """Everything live in one knowledge revision, by the steps an import takes. → article id: document id."""
    names, revisions = {}, []
    with transaction.atomic():
        for document in documents:
            content = _content(document)
            article = Article.objects.create(**content)
            names[str(article.pk)] = document.doc_id
            revisions.append(Revision.objects.create(article=article, **content))
    passages = Passage.objects.bulk_create([passage for revision in revisions for passage in ingestion.cut(revision)])
    spaces.fill(spaces.current(), passages)
    ingestion.go_live(revisions, by=None, summary="Evaluation")
    spaces.ensure_index(spaces.current())
    return names


def _content(document: Document) -> dict[str, Any]:
    """A document with questions is a Q&A; a short text without a title is a question itself; the rest are articles."""
    language = tokens.language_of(document.text + "".join(document.questions))
    base = {"language": language, "status": Status.PUBLISHED}
    if document.questions:
        first, *others = document.questions
        return base | {"kind": Kind.QA, "title": first[:500], "alternatives": others, "body": document.text}
    if not document.title and "\n" not in document.text and len(document.text) <= 200:
        return base | {"kind": Kind.QA, "title": document.text, "body": ""}
    return base | {"kind": Kind.ARTICLE, "title": document.title[:500], "body": document.text}


def _ask(bank: Bank, queries: Sequence[Query], names: dict[str, str], parts: Sequence[ablation.Part]) -> Result:
    revision = editions.head().number
    search.search("warm up", revision=revision)
    gold = [query.gold for query in queries]
    started = time.perf_counter()
    fused = figures(_found(queries, revision, names), gold)
    seconds = time.perf_counter() - started
    without = {}
    with ablation.vectors_kept():
        for part in parts:
            with part.left_out():
                without[part.name] = figures(_found(queries, revision, names), gold)
    owner = {pk: names[str(article)] for pk, article in Passage.objects.values_list("pk", "article")}
    return Result(
        bank=bank.name,
        documents=len(bank.documents),
        queries=len(queries),
        fused=fused,
        bm25=figures([_by_bm25(query.text, revision, owner) for query in queries], gold),
        dense=figures([_by_vector(query.text, revision, owner) for query in queries], gold),
        milliseconds=1000 * seconds / max(len(queries), 1),
        without=without,
    )


def _found(queries: Sequence[Query], revision: int, names: dict[str, str]) -> list[list[str]]:
    """The documents that each query finds, best first."""
    found = (search.search(query.text, revision=revision, limit=30) for query in queries)
    return [list(dict.fromkeys(names[hit.article] for hit in hits)) for hits in found]


def _by_bm25(question: str, revision: int, owner: dict[int, str]) -> list[str]:
    found = postings.score(question, editions.at(revision))
    order = np.argsort(-found.scores, kind="stable")[:200]
    return list(dict.fromkeys(owner[int(found.passages[place])] for place in order))


def _by_vector(question: str, revision: int, owner: dict[int, str]) -> list[str]:
    space = spaces.current()
    asked = embeddings.by_id(space.model_id).embed_query(question)
    with transaction.atomic():
        near = candidates.nearest(asked, space, revision, 100)
    return list(dict.fromkeys(owner[passage] for passage in near))


def _together(results: Sequence[Result]) -> Result:
    asked = sum(result.queries for result in results)

    def mean(figures: Callable[[Result], Figures]) -> Figures:
        values = [(asdict(figures(result)), result.queries) for result in results]
        return Figures(**{name: sum(value[name] * count for value, count in values) / asked for name in values[0][0]})

    return Result(
        bank="all",
        documents=sum(result.documents for result in results),
        queries=asked,
        fused=mean(lambda result: result.fused),
        bm25=mean(lambda result: result.bm25),
        dense=mean(lambda result: result.dense),
        milliseconds=sum(result.milliseconds * result.queries for result in results) / asked,
        without={part: mean(lambda result, part=part: result.without[part]) for part in results[0].without},  # type: ignore[misc]
    )
