"""The vocabulary of a tenant: which terms its passages hold, and how many of them. Read from the postings each time."""

from collections import Counter
from collections.abc import Collection

import numpy as np

from apps.knowledge.search import binary, postings

FEW = 64  # records of a row that are looked at one by one when it is only asked whether a term is held


def held(terms: Collection[str], revision: int) -> dict[str, int]:
    """How many passages hold each of these terms at a knowledge revision, those left out that none does. Where a row has many
    records their number is taken, whatever revisions they are of: its data is not read."""
    found: Counter[str] = Counter()
    rows = binary.rows(
        "SELECT term, octet_length(data), CASE WHEN octet_length(data) <= %s THEN data END FROM knowledge_posting"
        " WHERE term = ANY(%s)",
        [FEW * postings.RECORD.itemsize, list(terms)],
    )
    for term, octets, data in rows:
        records = np.frombuffer(data or b"", postings.RECORD)
        valid = int(((records["since"] <= revision) & (records["until"] > revision)).sum())
        found[term] += valid if data else octets // postings.RECORD.itemsize
    return {term: count for term, count in found.items() if count}


def beginning(start: str) -> list[str]:
    """All terms of any revision that begin with these letters."""
    return [
        term
        for (term,) in binary.rows(
            "SELECT DISTINCT term FROM knowledge_posting WHERE term >= %s AND term < %s", [start, f"{start}\U0010ffff"]
        )
    ]


def holding(term: str, revision: int, most: int) -> list[int]:
    """The ids of up to `most` passages that hold a term at a knowledge revision."""
    blocks = binary.rows("SELECT data FROM knowledge_posting WHERE term = %s ORDER BY block LIMIT %s", [term, most])
    records = np.frombuffer(b"".join(data for (data,) in blocks), postings.RECORD)
    return records["passage"][(records["since"] <= revision) & (records["until"] > revision)][:most].tolist()  # type: ignore[no-any-return]
