"""The part of a passage that answers a question: of a table the rows that are asked about; of a section all with its heading,
which gives a list its sense (“What is not covered”). Nothing is worded anew, and what stands beside a table stays: it often
limits it."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from apps.knowledge.passages import chunking, grids, tokens
from apps.knowledge.passages.grids import Grid
from apps.llm import characters

MOST_ROWS = 3  # that are picked; a question that fits more is about the whole table
FEW_ROWS = 2  # a table that has no more is read at a glance
NEAR = 0.6  # of the best row's score that another one needs to be picked too
LEAST = 0.5  # the score of a row that holds something of the question which half of the rows do not
FITS = 1.5  # what it counts that a part alone holds the kind of answer that is expected
ROW_NAME = 2.0  # what a word in the first cell counts, which tells what the row is about

_SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])(?<!^\d[.])(?<!^\d\d[.])\s+|\n", re.MULTILINE)


def of(question: str, heading: str, text: str) -> str:
    """`heading`: the path of headings above a section, without the article's title; "" for none."""
    asked = _terms(characters.like(question, [text]))
    for grid in reversed(list(grids.within(text, 0, len(text)))):
        text = text[: grid.rows[0][0]] + "".join(_picked(asked, grid)) + text[grid.rows[-1][1] :]
    name = heading.rpartition(" › ")[2]
    return f"**{name}**\n\n{text}" if name else text


def _picked(asked: Counter[str], grid: Grid) -> Sequence[str]:
    """The lines of the rows that are asked about, in their order; all of them when the question does not tell."""
    rows = [grid.body[slice(*row)] for row in grid.rows]
    if len(rows) <= FEW_ROWS or not grid.heading:
        return rows
    held = [_terms(chunking.plain(row)) for row in rows]
    named = [_terms((grids.cells(row) or [""])[0]) for row in rows]
    common = Counter(term for terms in held for term in terms)
    scores = [
        sum((ROW_NAME if term in name else 1.0) / common[term] for term in asked if term in terms and common[term] < len(rows))
        for terms, name in zip(held, named, strict=True)
    ]
    best = max(scores)
    picked = [row for row, score in zip(rows, scores, strict=True) if score >= NEAR * best]
    return picked if best >= LEAST and len(picked) <= MOST_ROWS else rows


def part(asked: Collection[str], text: str, fits: Callable[[str], bool] | None = None) -> str:
    """The one sentence, item or row (below its table's head), or two sentences in a row, that hold more of the terms `asked`
    (simplified characters) than all others; "" when none do, or when the text is nothing more. One that alone `fits` need not
    hold any of them."""
    parts = list(_parts(text))
    held = [set(tokens.terms(characters.like(chunking.plain(each)))) & set(asked) for each in parts]
    common = Counter(term for terms in held for term in terms)
    scores = [sum(1.0 / common[term] for term in terms if common[term] < len(parts)) for terms in held]
    if fits:
        fitting = [fits(characters.like(each)) for each in parts]
        scores = [score + (FITS / sum(fitting) if fit else 0.0) for score, fit in zip(scores, fitting, strict=True)]
    best = max(scores, default=0.0)
    near = [place for place, score in enumerate(scores) if score > NEAR * best]
    if best < LEAST or len(near) == len(parts):
        return ""
    if len(near) == 2 and near[1] - near[0] == 1 and not any("|" in parts[place] for place in near):
        gap = "" if tokens.is_han(parts[near[1]][0]) else " "
        return gap.join(parts[place] for place in near)
    return parts[near[0]] if len(near) == 1 else ""


def _parts(text: str) -> Iterator[str]:
    """Sentences and items of the prose, and rows of the tables."""
    at = 0
    for grid in grids.within(text, 0, len(text)):
        yield from _sentences(text[at : grid.start])
        yield from (f"{grid.heading}{grid.body[slice(*row)].strip()}" for row in grid.rows)
        at = grid.end
    yield from _sentences(text[at:])


def _sentences(text: str) -> Iterator[str]:
    return (each.strip() for each in _SENTENCE_END.split(text) if any(map(str.isalnum, each)))


def _terms(text: str) -> Counter[str]:
    """Words that say something: of English ones more than two letters, of Chinese ones pairs and longer ones; all numbers."""
    return Counter(
        term for term in tokens.terms(text) if len(term) > (1 if tokens.is_han(term[0]) else 2) or not term.isalpha()
    )
