"""A place in a text that a rule is about."""

from typing import NamedTuple


class Span(NamedTuple):
    """`start` and `end`: characters of the text. `what`: the kind of thing that stands there, "" where the rule has but one."""

    start: int
    end: int
    what: str = ""
