"""Ablation: the same questions answered with one part left out, of the search or of the turn, and how that compares."""

from collections.abc import Iterator, Sequence
from typing import Any

from apps.conversations.bot import parts, premise, recall
from apps.conversations.bot.reach import TenantReach
from apps.insights import evaluation
from apps.insights.questions import Row
from apps.knowledge.passages import excerpt
from apps.knowledge.search import ablation
from apps.knowledge.search.ablation import Part

PARTS = (
    *ablation.PARTS,
    Part("synonyms", lambda: [(TenantReach, "synonyms", lambda _self, _question: [])]),
    Part("spelling", lambda: [(TenantReach, "read_as", lambda _self, _question: "")]),
    Part("what a long message asks", lambda: [(parts, "gist", lambda _said: "")]),
    Part("the questions before", lambda: [(recall, "contexts", lambda _transcript, topic=True: [])]),
    Part("two questions one by one", lambda: [(parts, "of", lambda message: [message])]),
    Part("what is taken for granted", lambda: [(premise, "is_answered_otherwise", lambda _question, _hit: False)]),
    Part("rows of tables and headings", lambda: [(excerpt, "of", lambda _question, _heading, text: text)]),
)
# Of what is known, and of what is not; `shown`: the right one above the buttons of a choice.
COLUMNS = ("right", "shown", "both", "partly", "wrong", "refused", "not known: answered", "refused", "offered")


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """A table, a line at a time: all of it, then without each part, of the tenant of the moment."""
    with ablation.vectors_kept():
        yield from _lines(rows)


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    yield f"{'':<36} " + "  ".join(COLUMNS)
    whole = _cells(rows)
    yield _line("all of it", whole)
    for part in PARTS:
        with part.left_out():
            without = _cells(rows)
        same = "   the same" if without == whole else ""
        yield _line(f"without {part.name}", without) + same


def _cells(rows: Sequence[Row]) -> list[int]:
    sums: dict[str, Any] = evaluation.totals(result for row in rows for result in evaluation.ask(row))
    known, unknown = sums["known"], sums["unknown"]
    told = [known["right"], known["shown"], known["right"] + known["shown"]]
    rest = [known[verdict] for verdict in ("partly", "wrong", "refused")]
    return [*told, *rest, *(unknown[verdict] for verdict in ("answered", "rightly_refused", "offered"))]


def _line(name: str, cells: Sequence[int]) -> str:
    return f"{name:<36} " + "  ".join(f"{cell or '·':>{len(head)}}" for cell, head in zip(cells, COLUMNS, strict=True))
