"""The evidence for an entry besides its rank: how near the text is that would be said, and how far ahead of every other text.

An entry is a Q&A, or a section of an article. Measured alike for both, so that they can be compared.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from apps.knowledge.models import Passage
from apps.knowledge.search.candidates import Candidate
from apps.knowledge.search.fusion import Floats, Texts

MOST_LEAD, MOST_LEAD_SECOND = 0.1, 0.5
ALONE = ALONE_SECOND = 0.0  # the lead of a text that has no other beside it: nothing is known of how unlike it is
NO_TEXT_SECOND = 0.2  # the cosine of an entry without a text


def key(row: Candidate) -> Hashable:
    """The entry that a passage belongs to."""
    return row.passage if row.kind == Passage.Kind.SECTION else row.article


def of_texts(rows: Sequence[Candidate], first: NDArray[np.float32], second: NDArray[np.float32], coverage: Floats) -> Texts:
    """first, second: each row's cosine to the question by either encoder; coverage: BM25 of what is possible."""
    numbers = {entry: number for number, entry in enumerate(dict.fromkeys(map(key, rows)))}
    entries = np.array([numbers[key(row)] for row in rows])
    text = np.array([row.kind != Passage.Kind.QUESTION for row in rows])
    nearest_second = _most(second, entries, text)
    return Texts(
        second=np.where(nearest_second > -1, nearest_second, NO_TEXT_SECOND)[entries],
        lead=_leads(_most(first, entries, text), ALONE, MOST_LEAD)[entries],
        lead_second=_leads(nearest_second, ALONE_SECOND, MOST_LEAD_SECOND)[entries],
        coverage=_most(coverage, entries, np.ones(len(rows), np.bool_))[entries],
    )


def _most(values: NDArray[np.floating], entries: NDArray[np.int64], of: NDArray[np.bool_]) -> Floats:
    """The greatest of each entry's values; -1 for an entry that has none."""
    most = np.full(entries.max() + 1, -1.0)
    np.maximum.at(most, entries[of], values[of])
    return most


def _leads(nearest: Floats, alone: float, most: float) -> Floats:
    """Each entry's lead over the best of the others; 0 without a text."""
    known = np.flatnonzero(nearest > -1)
    leads = np.zeros(len(nearest))
    if len(known) == 1:
        leads[known] = alone
    elif len(known):
        best, second = known[np.argsort(-nearest[known], kind="stable")[:2]]
        leads[known] = nearest[known] - nearest[best]
        leads[best] = nearest[best] - nearest[second]
    return leads.clip(-most, most)
