"""BM25 over an inverted index in the tenant's own tables, exact for every knowledge revision.

A row of `Posting` holds, for one term and one block of 1,024 passages, an array of 16-byte records (`RECORD`). A search reads
the rows of its terms in one query and counts document frequencies among the records valid at its revision, so an old
release finds with the numbers of its day. Questions and texts differ in length, each kind is measured against its own mean.

Formula: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), idf as in Lucene.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

from apps.knowledge.models import Edition, Passage
from apps.knowledge.passages import codes, tokens
from apps.knowledge.search import binary

BLOCK = 1024
FOREVER = 0xFFFF_FFFF
RECORD = np.dtype(
    [("passage", "<u4"), ("since", "<u4"), ("until", "<u4"), ("length", "<u2"), ("count", "u1"), ("question", "u1")]
)
K1, B = 1.2, 0.75
MEANT = 0.5  # the weight of a word that means the same as a written one
PORTION = 2000  # passages indexed at once
# Terms are read from the rarest on until they would cost more records than this (about 0.5 MB): what is left out stands
# nearly everywhere and weighs next to nothing.
MOST_RECORDS = 30_000

Records = NDArray[np.void]
_NO_RECORDS: Records = np.zeros(0, RECORD)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lexical:
    """passages: ids in ascending order; scores: their BM25; question: whether each is a question variant; possible: the idf
    of all terms of the question together, so that score / possible tells how much of the question a passage covers."""

    passages: NDArray[np.int64]
    scores: Floats
    question: NDArray[np.bool_]
    possible: float
    shares: dict[str, tuple[NDArray[np.int64], Floats]]  # of each term: passages, and what it adds to their scores

    def without(self, terms: frozenset[str], passages: NDArray[np.int64]) -> Floats:
        """The scores of these passages as if the question did not have these terms."""
        left = self.of(passages)
        for term in terms & self.shares.keys():
            holders, weights = self.shares[term]
            order = np.argsort(holders)
            place = np.clip(np.searchsorted(holders, passages, sorter=order), 0, max(len(holders) - 1, 0))
            if len(holders):
                left -= np.where(holders[order][place] == passages, weights[order][place], 0.0)
        return left.clip(min=0.0)

    def holds(self, term: str) -> bool:
        """Whether any passage has this term of the question."""
        return term in self.shares and len(self.shares[term][0]) > 0

    def best(self, limit: int) -> list[int]:
        """The ids of the best questions and of the best texts, up to `limit` of each."""
        found: list[int] = []
        for kind in (self.question, ~self.question):
            passages, scores = self.passages[kind], self.scores[kind]
            if len(scores) > limit:
                best = np.argpartition(-scores, limit)[:limit]
                passages, scores = passages[best], scores[best]
            found += passages[np.argsort(-scores, kind="stable")].tolist()
        return found

    def of(self, passages: NDArray[np.int64]) -> Floats:
        """The scores of these passages, 0 for those without a common term."""
        if not len(self.passages):
            return np.zeros(len(passages))
        place = np.clip(np.searchsorted(self.passages, passages), 0, len(self.passages) - 1)
        return np.where(self.passages[place] == passages, self.scores[place], 0.0)


NOTHING = Lexical(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.bool_), 0.0, {})


def score(question: str, edition: Edition, others: Sequence[str] = ()) -> Lexical:
    """BM25 of every passage valid in this edition that shares a term with the question, or with `others`: terms of words that
    mean the same as some of it. These count for less, and nothing is missing where they do not stand."""
    said = tokens.terms(question)
    spelt = codes.terms(question).keys() - set(said)  # other spellings of its codes
    wanted = list(dict.fromkeys([*said, *sorted(spelt)]))
    total = edition.questions + edition.texts
    if not wanted or not total:
        return NOTHING
    rows, common = _read(wanted, total)
    means = np.array([edition.text_terms / max(edition.texts, 1), edition.question_terms / max(edition.questions, 1)])
    found: dict[str, tuple[Records, Floats]] = {}
    possible = 0.0
    used = codes.other_spellings(question, rows.__contains__)
    for term in wanted:
        if term in common:
            continue
        records = rows.get(term, _NO_RECORDS)
        records = records[(records["since"] <= edition.number) & (records["until"] > edition.number)]
        if term in spelt and (term not in used or not len(records)):
            continue  # another spelling that nobody uses is not missing
        idf = _idf(records, total)
        possible += idf
        found[term] = records, idf * _frequent(records, means)
    further = [term for term in others if term not in wanted]
    rows, common = _read(further, total) if further else ({}, set())
    for term, records in rows.items():
        records = records[(records["since"] <= edition.number) & (records["until"] > edition.number)]
        found[term] = records, MEANT * _idf(records, total) * _frequent(records, means)
    return _summed(found, possible)


def most_held(words: Sequence[str]) -> str:
    """The word that the most passages hold whole, as far as terms tell; the first of several, "" where none is held."""
    of = {word: set(tokens.terms(word)) for word in words}
    sizes = dict(
        binary.rows(
            "SELECT term, sum(octet_length(data)) FROM knowledge_posting WHERE term = ANY(%s) GROUP BY term",
            [sorted(set[str]().union(*of.values()))],
        )
    )
    held = {word: min((int(sizes.get(term, 0)) for term in terms), default=0) for word, terms in of.items()}
    best = max(words, key=held.__getitem__)
    return best if held[best] else ""


def _idf(records: Records, total: int) -> float:
    return float(np.log1p((total - len(records) + 0.5) / (len(records) + 0.5)))


def _frequent(records: Records, means: Floats) -> Floats:
    """How often a term stands in each passage, beside the passage's length: from 0 to K1 + 1."""
    count = records["count"].astype(np.float64)
    norm = 1 - B + B * records["length"] / means.clip(min=1.0)[records["question"]]
    result: Floats = count * (K1 + 1) / (count + K1 * norm)
    return result


def _summed(found: dict[str, tuple[Records, Floats]], possible: float) -> Lexical:
    records = np.concatenate([records for records, _weights in found.values()] or [_NO_RECORDS])
    if not len(records):
        return replace(NOTHING, possible=possible)
    weights = np.concatenate([weights for _records, weights in found.values()])
    shares = {term: (records["passage"].astype(np.int64), weights) for term, (records, weights) in found.items()}
    first = int(records["passage"].min())
    place = records["passage"].astype(np.int64) - first
    # Over the whole range of ids: an array of a few MB at worst, and much faster than sorting.
    sums = np.bincount(place, weights)
    question = np.zeros(len(sums), np.bool_)
    question[place] = records["question"].astype(np.bool_)
    held = np.flatnonzero(sums)
    return Lexical(held + first, sums[held].astype(np.float64), question[held], possible, shares)


def add(passages: Iterable[Passage], since: int) -> Counter[str]:
    """Index passages from this knowledge revision on. → the change of the edition's numbers."""
    change: Counter[str] = Counter()
    for some in _in_portions(passages):
        new = _Builder()
        for passage in some:
            length, question = new.put(passage, since, FOREVER)
            change.update(_numbers(question, length))
        new.write()
    return change


def retire(passages: Iterable[Passage], until: int) -> Counter[str]:
    """End the validity of passages. → the change of the edition's numbers (negative)."""
    change: Counter[str] = Counter()
    gone: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for passage in passages:
        counts, length, question = indexed(passage)
        change.subtract(_numbers(question, length))
        for term in counts:
            gone[term, passage.pk // BLOCK].append(passage.pk)
    _close(gone, until)
    return change


def rebuild() -> None:
    """Write the index anew from the passages, for example after the tokenizer has changed. (Also by migrations: it reads no
    more columns than it needs.)"""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM knowledge_posting")
    for some in _in_portions(_indexed().iterator(PORTION)):
        new = _Builder()
        for passage in some:
            new.put(passage, passage.since or 0, passage.until or FOREVER)
        new.write()


def _indexed() -> QuerySet[Passage]:
    rows = Passage.objects.filter(since__isnull=False).only("kind", "heading", "text", "since", "until")
    return rows.order_by("pk")


def indexed(passage: Passage) -> tuple[Counter[str], int, bool]:
    """The terms under which a passage is found, its length, and whether it is a question. Other spellings of a code make
    nothing longer."""
    text = f"{passage.heading}\n{passage.text}"
    said = tokens.counts(text)
    return said | codes.terms(text), said.total(), passage.kind == Passage.Kind.QUESTION


class _Builder:
    """Collects records of many passages, so that each row is written once."""

    def __init__(self) -> None:
        self.rows: defaultdict[tuple[str, int], list[tuple[int, ...]]] = defaultdict(list)

    def put(self, passage: Passage, since: int, until: int) -> tuple[int, bool]:
        counts, length, question = indexed(passage)
        for term, count in counts.items():
            record = (passage.pk, since, until, min(length, 65_535), min(count, 255), int(question))
            self.rows[term, passage.pk // BLOCK].append(record)
        return length, question

    def write(self) -> None:
        _append({key: np.array(records, RECORD).tobytes() for key, records in self.rows.items()})


def _in_portions(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    rest = iter(passages)
    while some := list(islice(rest, PORTION)):
        yield some


def _numbers(question: bool, length: int) -> dict[str, int]:
    kind = "question" if question else "text"
    return {f"{kind}s": 1, f"{kind}_terms": length}


def _read(wanted: list[str], total: int) -> tuple[dict[str, Records], set[str]]:
    """→ the records of each term, and the terms left out because they stand nearly everywhere."""
    common = _common(wanted) if total > MOST_RECORDS // 30 else set()
    blocks: defaultdict[str, list[bytes]] = defaultdict(list)
    read = [term for term in wanted if term not in common]
    for term, data in binary.rows("SELECT term, data FROM knowledge_posting WHERE term = ANY(%s)", [read]):
        blocks[term].append(data)
    return {term: np.frombuffer(b"".join(data), RECORD) for term, data in blocks.items()}, common


def _common(wanted: list[str]) -> set[str]:
    """All but the rarest terms that fit into MOST_RECORDS. octet_length reads no data."""
    common, size = set(), 0
    sizes = binary.rows(
        "SELECT term, sum(octet_length(data)) AS size FROM knowledge_posting WHERE term = ANY(%s) GROUP BY term ORDER BY 2, 1",
        [wanted],
    )
    for place, (term, octets) in enumerate(sizes):
        size += int(octets) // RECORD.itemsize
        if place and size > MOST_RECORDS:
            common.add(term)
    return common


def _append(new: dict[tuple[str, int], bytes]) -> None:
    keys = sorted(new)  # always in one order, so that two writers cannot lock each other out
    with connection.cursor() as cursor:
        for start in range(0, len(keys), 5000):
            part = keys[start : start + 5000]
            cursor.execute(
                "INSERT INTO knowledge_posting (term, block, data)"
                " SELECT * FROM unnest(%s::text[], %s::int[], %s::bytea[])"
                " ON CONFLICT (term, block) DO UPDATE SET data = knowledge_posting.data || excluded.data",
                [[term for term, _block in part], [block for _term, block in part], [new[key] for key in part]],
            )


def _close(gone: dict[tuple[str, int], list[int]], until: int) -> None:
    keys = sorted(gone)
    with connection.cursor() as cursor:
        for start in range(0, len(keys), 5000):
            part = keys[start : start + 5000]
            cursor.execute(
                "SELECT p.term, p.block, p.data FROM knowledge_posting p"
                " JOIN unnest(%s::text[], %s::int[]) AS k (term, block) USING (term, block) ORDER BY 1, 2 FOR UPDATE OF p",
                [[term for term, _block in part], [block for _term, block in part]],
            )
            closed = []
            for term, block, data in cursor.fetchall():
                records = np.frombuffer(bytes(data), RECORD).copy()
                ending = np.isin(records["passage"], gone[term, block]) & (records["until"] == FOREVER)
                records["until"][ending] = until
                closed.append((term, block, records.tobytes()))
            cursor.execute(
                "UPDATE knowledge_posting p SET data = k.data FROM unnest(%s::text[], %s::int[], %s::bytea[])"
                " AS k (term, block, data) WHERE p.term = k.term AND p.block = k.block",
                [list(column) for column in zip(*closed, strict=True)] if closed else [[], [], []],
            )
