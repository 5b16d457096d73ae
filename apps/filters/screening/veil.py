"""A veil over what leaves the house: names stand where personal things stood, and are put back in what a model writes."""

from string import ascii_uppercase

from apps.filters.patterns.pattern import Patterns
from apps.filters.rule import Where
from apps.filters.screening.screen import Screen, Screened
from apps.filters.span import Span

_STANDS_IN = r"\[[A-Z][A-Z_]{0,30} [A-Z]{1,3}\]"
_PATTERNS = Patterns([_STANDS_IN])


class Veil:
    """Covers texts, the same thing by the same name, and lifts itself from a model's pieces (a check of the stream)."""

    def __init__(self, screen: Screen | None, where: Where) -> None:
        self._screen, self._where = screen, where
        self._names: dict[str, str] = {}  # what stood there → what stands there
        self._pending = ""

    def cover(self, text: str) -> tuple[str, Screened | None]:
        """The text as a model may read it, and what was found; a rule that blocks or hands over covers its place too."""
        if self._screen is None:
            return text, None
        screened = self._screen.screened(text, self._where)
        parts, at = [], 0
        for hit in screened.hits:
            if hit.is_covered or hit.span.start < at or not (hit.rule.action.changes or hit.rule.action.ends):
                continue
            parts += [text[at : hit.span.start], self.name(text[hit.span.start : hit.span.end], hit.span)]
            at = hit.span.end
        return "".join([*parts, text[at:]]), screened if screened.hits else None

    def anew(self) -> "Veil":
        """The same names, for another answer: of one that was broken off nothing is left over."""
        other = Veil(self._screen, self._where)
        other._names = self._names
        return other

    def covered(self, text: str) -> str:
        """A text beside the one that is asked about, such as a passage."""
        return self.cover(text)[0]

    def lift(self, text: str) -> str:
        for stood, stands in self._names.items():
            text = text.replace(stands, stood)
        return text

    def feed(self, piece: str) -> str:
        if not self._names:
            return piece
        self._pending += piece
        settled = _PATTERNS.settled(self._pending)
        ready, self._pending = self._pending[:settled], self._pending[settled:]
        return self.lift(ready)

    def finish(self) -> str:
        rest, self._pending = self._pending, ""
        return self.lift(rest)

    def name(self, stood: str, span: Span) -> str:
        """The name that stands for what stood at this place, the same whenever it is asked."""
        if stood not in self._names:
            what = "hidden" if span.is_fault or not span.what else span.what
            self._names[stood] = f"[{what.upper()} {_letters(len(self._names))}]"
        return self._names[stood]


def _letters(number: int) -> str:
    """A, B … Z, AA, AB …: digits would be taken for amounts."""
    letters = ""
    while number >= 0:
        letters = ascii_uppercase[number % 26] + letters
        number = number // 26 - 1
    return letters
