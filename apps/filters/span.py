"""A place in a text that a rule is about."""

from typing import NamedTuple

FAULT = "fault_"


class Span(NamedTuple):
    """`start` and `end`: characters of the text. `what`: the kind of thing that stands there, "" where the rule has but one.

    Where a rule's own code was cut off, the span is all that the code was to look at, `what` is FAULT and how it failed, and
    `why` says it in words."""

    start: int
    end: int
    what: str = ""
    why: str = ""

    @property
    def is_fault(self) -> bool:
        return self.what.startswith(FAULT)
