"""Thresholds: of the single questions, how many reach which score, and how many of these have the right passage first."""

from collections.abc import Iterator, Sequence

from apps.insights import evaluation
from apps.insights.evaluation import Asked
from apps.insights.questions import End

STEPS = (0.1, 0.2, 0.5, 0.65, 0.8)


def lines(results: Sequence[Asked]) -> Iterator[str]:
    """A Markdown table of shares, a line at a time, as docs/search.md has it."""
    single = [each for each in results if not each.in_dialogue]
    known = [each for each in single if each.end == End.ANSWER]
    unknown = [each for each in single if each.end == End.REFUSE]
    yield f"| threshold | of {len(known)} known: pass | right of these | of {len(unknown)} not known: pass |"
    yield "|---|---|---|---|"
    for step in _steps(single):
        passing = [each for each in known if _best(each) >= step]
        right = sum(each.place == 1 for each in passing)
        others = sum(_best(each) >= step for each in unknown)
        cells = (_share(len(passing), known), _share(right, passing), _share(others, unknown))
        yield f"| {step:g}{_name(step, single)} | {' | '.join(cells)} |"


def _steps(results: Sequence[Asked]) -> list[float]:
    """The usual ones, and the release's own."""
    own = {round(score, 2) for each in results[:1] for score in (each.tried.floor, each.tried.sure)}
    return sorted(own.union(STEPS))


def _name(step: float, results: Sequence[Asked]) -> str:
    tried = results[0].tried if results else None
    called = {round(tried.floor, 2): " (floor)", round(tried.sure, 2): " (sure)"} if tried else {}
    return called.get(step, "")


def _best(asked: Asked) -> float:
    return max((hit.score for hit in evaluation.passages(asked.tried)), default=0.0)


def _share(count: int, of: Sequence[Asked]) -> str:
    return f"{count / len(of):.2f}".removeprefix("0") if of else "–"
