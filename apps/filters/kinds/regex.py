"""Places that an RE2 pattern matches."""

from collections.abc import Iterable, Sequence

from apps.filters.kinds.kind import Finder, Kind, Settings
from apps.filters.patterns import pattern
from apps.filters.patterns.pattern import Patterns
from apps.filters.span import Span


class Regex(Kind):
    """Settings: `pattern`, and `ignore_case`."""

    name = "regex"

    def check(self, settings: Settings) -> None:
        pattern.check(_written(settings))

    def finder(self, rules: Sequence[Settings]) -> Finder:
        return Matches(Patterns([_written(settings) for settings in rules]))


class Matches(Finder):
    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns

    def find(self, text: str) -> Iterable[tuple[int, Span]]:
        return self._patterns.find(text)

    def settled(self, text: str) -> int:
        return self._patterns.settled(text)


def _written(settings: Settings) -> str:
    written = str(settings.get("pattern", ""))
    return f"(?i:{written})" if written and settings.get("ignore_case") else written
