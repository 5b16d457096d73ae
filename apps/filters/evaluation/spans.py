"""Places that were found, beside those that are there."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.filters.span import Span


@dataclass
class Count:
    right: int = 0
    extra: int = 0
    missing: int = 0

    @property
    def f1(self) -> float:
        """1 where nothing is there and nothing was found."""
        either = 2 * self.right + self.extra + self.missing
        return 2 * self.right / either if either else 1.0


def counted(texts: Iterable[tuple[Iterable[Span], Iterable[Span]]]) -> dict[str, Count]:
    """Counts by what stands there, all together under "". texts: (found, there) of each; a place is right when it is exact."""
    counts: dict[str, Count] = {"": Count()}
    for found, there in texts:
        one, other = set(found), set(there)
        for name, spans in (("right", one & other), ("extra", one - other), ("missing", other - one)):
            for span in spans:
                for count in (counts[""], counts.setdefault(span.what, Count())):
                    setattr(count, name, getattr(count, name) + 1)
    return counts
