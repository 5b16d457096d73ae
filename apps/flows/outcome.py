"""The outcome of a dialogue that is stored with a flow, and how it is told to people."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.flows.definition.reading import Path, Read
from apps.flows.engine.place import Value

BEGUN, OVER = "begun", "over"  # the expectations that every line has: that the flow begins, and that it is not over yet


@dataclass(frozen=True)
class Outcome:
    """`turn`: the first line, from 1, of which something else came than expected; 0 where all came as it should. `key`: which
    expectation that was, of `expect` or BEGUN or OVER; `slot`: the slot's name, for `slots`. `notes`: what the engine tells."""

    at: int
    name: str
    turn: int = 0
    said: str = ""
    key: str = ""
    slot: str = ""
    expected: Value = None
    came: Value = None
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.turn

    @property
    def called(self) -> str:
        return self.name or _("dialogue %d") % (self.at + 1)

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    def where(self, read: Read) -> Path:
        """The part of the text that it is about."""
        path: Path = ("dialogues", self.at)
        if self.passed:
            return path
        lines = read.data["dialogues"][self.at]["say"]
        line: Path = (*path, "say", self.turn - 1) if isinstance(lines, list) else (*path, "say")
        if self.key in (BEGUN, OVER):
            return line
        last = not isinstance(lines, list) or self.turn == len(lines)
        whole: Path = (*path, "expect", self.key) if last else (*line, "expect", self.key)
        return (*whole, self.slot) if self.slot else whole

    def difference(self) -> str:
        """The expectation and what came instead, in a sentence; "" where it passed."""
        if self.passed:
            return ""
        told = {"expected": _shown(self.expected), "came": _shown(self.came), "slot": self.slot}
        sentences = {
            BEGUN: _("This line does not begin the flow; understood: %(came)s."),
            OVER: _("The flow is over before this line (%(came)s)."),
            "ended": _("Expected to have ended: %(expected)s; came: %(came)s."),
            "state": _("Expected the state “%(expected)s”; came: “%(came)s”."),
            "slots": _("Expected “%(slot)s” to hold: %(expected)s; it holds: %(came)s."),
            "text": _("Expected the words “%(expected)s”; said was: “%(came)s”."),
        }
        return " ".join([sentences[self.key] % told, *self.notes])

    def sentence(self) -> str:
        """The dialogue, the turn and the difference: for whoever does not see its text."""
        told = _("Dialogue “%(name)s”, line %(turn)d (“%(said)s”): %(difference)s")
        return told % {"name": self.called, "turn": self.turn, "said": self.said, "difference": self.difference()}


def _shown(value: Value) -> str:
    if value is None or value == "":
        return _("nothing")
    words = {True: _("yes"), False: _("no")}
    return words[value] if isinstance(value, bool) else str(value)
