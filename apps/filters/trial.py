"""A rule as it stands in a form, tried by a worker on a text and on its own examples (`apps.tenants.trials`)."""

from typing import Any

from apps.filters import checking
from apps.filters.rule import Direction, Rule, Where
from apps.filters.screening.screen import Screen
from apps.filters.screening.veil import Veil

TASK = "filters.try_rule"
SECONDS = 10.0


def attempt(asked: dict[str, Any]) -> dict[str, Any]:
    """→ `failures`, sentences about its examples; and of `text`, where one was given: `out`, `places` and `ended`."""
    rule = Rule.read(asked["rule"])
    failures = checking.failures(rule, asked["must_catch"], asked["must_pass"])
    return {"failures": failures, **(_tried(rule, asked["text"]) if asked["text"].strip() else {})}


def _tried(rule: Rule, text: str) -> dict[str, Any]:
    where = Where(min(rule.directions))
    screen = Screen([checking.everywhere(rule)])
    screened = screen.screened(text, where)
    out = Veil(screen, where).cover(text)[0] if where.direction == Direction.TO_MODEL else screened.text
    places = [text[hit.span.start : hit.span.end] for hit in screened.hits]
    return {"text": text, "out": out, "places": places, "ended": screened.ended is not None}
