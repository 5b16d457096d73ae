"""A text that comes in pieces, screened as it comes: what is let go is what the whole text's screening would let go."""

from apps.filters.rule import Where
from apps.filters.screening.screen import Hit, Screen, Screened, written


class Stream:
    """A check between a model and the customer's screen. Held back is only what may become a thing that a rule finds."""

    def __init__(self, screen: Screen, where: Where) -> None:
        self._screen, self._where = screen, where
        self._said = ""
        self._gone = 0  # characters of it that were let go, or stood where something else was
        self._hits: list[Hit] = []
        self._ended = False
        self.text = ""

    def feed(self, piece: str) -> str:
        """The characters that may be shown now; "" for none, and for ever when a rule ended it."""
        self._said += piece
        return self._let_go(self._screen.settled(self._said, self._where))

    def finish(self) -> str:
        return self._let_go(len(self._said))

    @property
    def screened(self) -> Screened:
        """All that was found in the text so far."""
        return self._screen.screened(self._said, self._where)

    def _let_go(self, settled: int) -> str:
        if self._ended or settled <= self._gone:
            return ""
        hits = [hit for hit in self._screen.hits(self._said, self._where) if hit.span.start >= self._gone]
        while crossing := [
            hit.span.start for hit in hits if hit.span.start < settled < hit.span.end and hit.rule.action.changes
        ]:
            settled = min(crossing)
        ends = [hit.span.start for hit in hits if hit.rule.action.ends and hit.span.start < settled]
        if ends:
            self._ended = True
            return ""
        text = written(self._said, hits, self._gone, settled)
        self._gone = max(self._gone, settled)
        self.text += text
        return text
