"""A rule as it stands in a form, tried by a worker on a text and on its own examples (`apps.tenants.trials`)."""

from base64 import b64decode, b64encode
from typing import Any

from django.db import transaction

from apps.filters import checking
from apps.filters.models import Module
from apps.filters.past import brake
from apps.filters.rule import Direction, Rule, Where
from apps.filters.screening.screen import Screen
from apps.filters.screening.veil import Veil
from apps.tenants.refusal import Refusal

TASK = "filters.try_rule"
SECONDS = 10.0


def asked(rule: Rule, text: str, must_catch: list[str], must_pass: list[str], module: bytes = b"") -> dict[str, Any]:
    """A trial as a page asks for it. `module`: code that was sent up with the form, and is kept nowhere yet. Set `brake` where
    it is to be held against the latest messages too."""
    examples = {"must_catch": must_catch, "must_pass": must_pass, "brake": False}
    return {"rule": rule.stored(), "text": text, **examples, "module": b64encode(module).decode()}


def attempt(asked: dict[str, Any]) -> dict[str, Any]:
    """→ `failures`, sentences about its examples; of `text`, where one was given: `out`, `places`, `ended` and `fault`; where
    the brake was asked for, `sample`, two numbers. Or `refused`, why the code that came with it can't be taken."""
    module = b64decode(asked.get("module", ""))
    if not module:
        return _attempted(asked)
    from apps.filters.sandbox import code  # and with it the engine, which no web process needs

    try:
        code.compiled(module)
    except Refusal as refusal:
        return {"refused": str(refusal), "problem": str(refusal)}
    with transaction.atomic():  # the tenant has the module as long as this takes
        Module.keep(module, "")
        found = _attempted(asked)
        transaction.set_rollback(True)
    return found


def _attempted(asked: dict[str, Any]) -> dict[str, Any]:
    rule = Rule.read(asked["rule"])
    failures = checking.failures(rule, asked["must_catch"], asked["must_pass"])
    found: dict[str, Any] = {"failures": failures, **(_tried(rule, asked["text"]) if asked["text"].strip() else {})}
    if asked.get("brake") and not failures:
        sample = brake.sample(rule, seconds=SECONDS / 2)
        found["sample"] = [sample.hit, sample.looked]
    return found


def _tried(rule: Rule, text: str) -> dict[str, Any]:
    where = Where(min(rule.directions))
    screen = Screen([checking.everywhere(rule)])
    screened = screen.screened(text, where)
    out = Veil(screen, where).cover(text)[0] if where.direction == Direction.TO_MODEL else screened.text
    places = [text[hit.span.start : hit.span.end] for hit in screened.hits if not hit.span.is_fault]
    ended = screened.ended is not None
    return {"text": text, "out": out, "places": places, "ended": ended, "fault": checking.fault(screened.hits)}
