"""A tenant with as many passages as wanted, put straight into its tables: an import would embed each for 18 ms of a core."""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.load import ROOT
from bench.trial import KNOWLEDGE

if TYPE_CHECKING:
    from apps.knowledge.models import Passage, Space
    from apps.llm.embeddings import Vectors

DATA = Path(os.environ.get("YINGDA_DATA") or ROOT.parent / "shared" / "data")
AN_ARTICLE = 100  # passages
PORTION = 5_000
NOISE = 0.02  # a coordinate; e5 and USE vectors of like texts differ by about as much


def texts(count: int) -> tuple[list[str], list[str], str]:
    """→ real sentences to make passages of, real questions that are not among them, and a sentence on where they are from."""
    told, asked = DATA / "banking77" / "train.jsonl", DATA / "banking77" / "test.jsonl"
    if told.is_file() and asked.is_file():
        return _spread(_lines(told), count), _spread(_lines(asked), count), "Texts: banking77."
    entries = [json.loads(line) for line in KNOWLEDGE.read_text().splitlines()]
    sentences = [entry["question"] for entry in entries] + [entry["answer"] for entry in entries]
    others = [other for entry in entries for other in entry["alternatives"]]
    return (
        sentences[:count],
        others[:count],
        f"Texts: the demo shop's, as {DATA} has no banking77 (YINGDA_DATA names the folder).",
    )


def fill(sentences: Sequence[str], vectors: "Vectors", count: int) -> "Space":
    """Gives the tenant of the moment knowledge revision 1 with `count` passages: first the sentences themselves, then pairs of
    them spliced, with vectors between those of the two (and noise). → the space, with its index where it is large enough for
    one."""
    from django.db import connection

    from apps.knowledge.search import editions, postings, spaces

    space = spaces.current()
    made: list[Passage] = []
    for start in range(0, count, PORTION):
        numbers = range(start, min(start + PORTION, count))
        passages = _write([_spliced(sentences, number) for number in numbers])
        _copy(space, passages, _between(vectors, numbers))
        made += passages
    change = postings.add(made, 1)
    editions.advance(editions.head(), change, by=None, summary="bench", published=True)
    spaces.ensure_index(space)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE knowledge_vector, knowledge_passage, knowledge_posting")
    return space


def _write(bodies: Sequence[str]) -> "list[Passage]":
    from apps.knowledge.models import Article, Ingestion, Kind, Passage, Revision, Status

    passages = []
    for start in range(0, len(bodies), AN_ARTICLE):
        some = bodies[start : start + AN_ARTICLE]
        content = {"kind": Kind.ARTICLE, "title": some[0][:100], "body": "\n\n".join(some), "status": Status.PUBLISHED}
        article = Article.objects.create(**content, ingestion=Ingestion.LIVE)
        revision = Revision.objects.create(article=article, number=1, **content)
        for place, body in enumerate(some):
            digest = hashlib.sha256(body.encode()).hexdigest()[:32]
            section: dict[str, Any] = {"kind": Passage.Kind.SECTION, "ordinal": place, "language": "en", "digest": digest}
            passages.append(Passage(article=article, revision=revision, text=body, since=1, **section))
    return Passage.objects.bulk_create(passages, batch_size=2_000)


def _copy(space: "Space", passages: "Sequence[Passage]", vectors: "Vectors") -> None:
    """Writes rows by COPY in PostgreSQL's binary format: a halfvec is its length, two empty bytes and half floats (pgvector,
    halfvec.c)."""
    import numpy as np
    from django.db import connection

    size = space.dimensions
    fields = [("fields", ">i2"), ("a", ">i4"), ("passage", ">i8"), ("b", ">i4"), ("space", ">i8"), ("c", ">i4")]
    rows = np.zeros(len(passages), [*fields, ("size", ">i2"), ("none", ">i2"), ("vector", ">f2", (size,))])
    rows["fields"], rows["a"], rows["b"], rows["c"] = 3, 8, 8, 4 + 2 * size
    rows["passage"], rows["space"], rows["size"] = [passage.pk for passage in passages], space.pk, size
    rows["vector"] = vectors
    sql = "COPY knowledge_vector (passage_id, space_id, embedding) FROM STDIN (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.cursor.copy(sql) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff")


def _spliced(sentences: Sequence[str], number: int) -> str:
    """The sentences themselves first, later the first half of one with the second half of another one."""
    one, other = _pair(number, len(sentences))
    if one == other:
        return sentences[one]
    begin, end = sentences[one].split(), sentences[other].split()
    return " ".join([*begin[: (len(begin) + 1) // 2], *end[len(end) // 2 :]])


def _between(vectors: "Vectors", numbers: range) -> "Vectors":
    import numpy as np

    from apps.llm.embeddings import unit

    pairs = np.array([_pair(number, len(vectors)) for number in numbers])
    noise = np.random.default_rng(numbers.start).normal(0, NOISE, (len(pairs), vectors.shape[1]))
    noise[pairs[:, 0] == pairs[:, 1]] = 0
    return unit(vectors[pairs[:, 0]] + vectors[pairs[:, 1]] + noise)


def _pair(number: int, count: int) -> tuple[int, int]:
    """The two sentences of a passage: each with itself first, then each with the next, with the one after that …"""
    return number % count, (number + number // count) % count


def _lines(file: Path) -> list[str]:
    return [str(json.loads(line)["text"]) for line in file.read_text("utf-8").splitlines()]


def _spread(lines: list[str], count: int) -> list[str]:
    """So many of them, evenly from the whole file (it is sorted by intent), each once."""
    distinct = list(dict.fromkeys(lines))
    step = max(1, len(distinct) // count)
    return distinct[::step][:count]
