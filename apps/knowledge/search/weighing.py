"""The operator's say in who comes first: categories that are preferred or stand back, and newer before older among equals.

A weight changes who wins, never how sure the bot is: the first keeps its own probability, the others have theirs at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from apps.knowledge.search import binary, evidence
from apps.knowledge.search.candidates import Candidate
from apps.knowledge.search.fusion import Floats

PREFERRED, LAST = 2.0, 0.25  # of the odds of an entry of a category that is preferred, or comes when there is nothing else
NEAR = 1.1  # entries whose odds differ by less than this are equals; the one that was saved last comes first
MOST = 0.999_999


@dataclass(frozen=True)
class Weighing:
    """`categories`: 1 for preferred ones, −1 for those that stand back; `newer`: whether newer entries come first."""

    categories: Mapping[str, int] = field(default_factory=dict)
    newer: bool = False


def by_category(certain: Floats, rows: Sequence[Candidate], by: Weighing) -> Floats:
    """`certain`: how probable it is that each row answers the question. Before the bounds: who asks for an entry word for word
    gets it, whatever its category."""
    if not by.categories:
        return certain
    categories = _of_revisions("category", rows)
    weights = [by.categories.get(str(categories[row.revision]), 0) for row in rows]
    return _moved(certain, np.array([PREFERRED if weight > 0 else LAST if weight < 0 else 1.0 for weight in weights]))


def by_day(certain: Floats, rows: Sequence[Candidate], by: Weighing) -> Floats:
    """The newest of the best's equals first. After the bounds, which make equals of several."""
    if not by.newer:
        return certain
    saved = _of_revisions("extract(epoch FROM created_at)::float8", rows)
    odds = _odds(certain)
    near = np.flatnonzero(odds * NEAR > odds.max())
    newest = rows[max(near.tolist(), key=lambda place: (saved[rows[place].revision], odds[place]))]
    own = np.array([evidence.key(row) == evidence.key(newest) for row in rows])
    return _moved(certain, np.where(own, NEAR, 1.0))


def _moved(certain: Floats, factors: Floats) -> Floats:
    odds = _odds(certain) * factors
    first = int(np.argmax(odds))
    relative = odds / factors[first]
    result: Floats = np.minimum(relative / (1 + relative), certain)
    result[first] = certain[first]
    return result if len(set(factors.tolist())) > 1 else certain


def _odds(certain: Floats) -> Floats:
    within: Floats = certain.clip(0, MOST)
    return within / (1 - within)


def _of_revisions(column: str, rows: Sequence[Candidate]) -> dict[int, str | float]:
    """A column of the revision of each row."""
    sql = f"SELECT id, {column} FROM knowledge_revision WHERE id = ANY(%s)"  # noqa: S608  a column of our own
    return dict(binary.rows(sql, [sorted({row.revision for row in rows})]))
