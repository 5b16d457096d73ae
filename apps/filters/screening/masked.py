"""A text in which rules put something else in places, and where in it that stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.filters.rule import Action
from apps.filters.screening.screen import Hit, Screened, instead, written


@dataclass(frozen=True)
class Covered:
    """A place of the masked text. `rule`: its name, "" where none was needed; `what`: the kind of thing that stood there, ""
    where it has but one."""

    start: int
    end: int
    rule: str = ""
    what: str = ""

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value != ""}


def masked(text: str, screened: Screened) -> str:
    """The text with its places masked, also where a rule says that nothing of it goes on: that is not decided here."""
    return written(text, screened.hits)


def covered(text: str, screened: Screened) -> list[Covered]:
    """The places of `masked` in which something else stands than in `text`."""
    return list(_covered(text, screened.hits))


def _covered(text: str, hits: Sequence[Hit]) -> Iterator[Covered]:
    at = moved = 0
    for hit in hits:
        if not hit.rule.action.changes or hit.is_covered or hit.span.start < at:
            continue
        start, length = hit.span.start + moved, len(instead(hit, text))
        yield Covered(start, start + length, hit.rule.name, hit.span.what)
        at, moved = hit.span.end, start + length - hit.span.end


@dataclass(frozen=True)
class Found:
    """A place that a rule found, for the audit. `action` is what was done: a place that another rule had was only recorded.
    `why`: how the rule's own code was cut off there."""

    rule: str
    name: str
    action: str
    start: int
    end: int
    what: str = ""
    text: str = ""
    why: str = ""


def found(text: str, screened: Screened) -> tuple[Found, ...]:
    return tuple(
        Found(
            rule=hit.rule.key,
            name=hit.rule.name,
            action=Action.LOG if hit.is_covered else hit.rule.action,
            start=hit.span.start,
            end=hit.span.end,
            what=hit.span.what,
            text=text[hit.span.start : hit.span.end],
            why=hit.span.why,
        )
        for hit in screened.hits
    )
