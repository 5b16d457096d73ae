"""The checks between a model and the customer's screen."""

from typing import Protocol


class Check(Protocol):
    """Takes the pieces of an answer, gives back what may be shown of them so far: "" for nothing yet, or nothing any more."""

    def feed(self, piece: str) -> str: ...
    def finish(self) -> str: ...


class Checked:
    """A chain of checks: each reads what the one before it let pass. `text` is what passed them all."""

    def __init__(self, *checks: Check) -> None:
        self._checks = checks
        self.text = ""

    def feed(self, piece: str) -> str:
        for check in self._checks:
            piece = check.feed(piece) if piece else ""
        self.text += piece
        return piece

    def finish(self) -> str:
        rest = ""
        for check in self._checks:
            rest = (check.feed(rest) if rest else "") + check.finish()
        self.text += rest
        return rest
