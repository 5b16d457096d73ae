"""The beginnings of flows: sentences that are near to a wish and another matter, and those that tell more than it."""

from datetime import UTC, datetime

import pytest

from apps.flows.understanding.understand import understand
from apps.flows.understanding.understood import Understood
from tests.cast import Cast
from tests.flows.definition.texts import flow

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
EXAMPLES = [
    "I want to return my order",
    "send my jacket back",
    "take this back please",
    "start a return for me",
    "I need to return the boots",
]
OTHER = ["I need an invoice", "send me a receipt please", "write me an invoice for my order"]


def understood(text: str, counterexamples: list[str]) -> Understood:
    returns = f"{{name: return, examples: {EXAMPLES}, counterexamples: {counterexamples}}}"
    flows = {
        name: flow(f"name: {name}\ntriggers: {{intents: [{intent}]}}\nstates:\n  - {{name: a, actions: [{{type: end}}]}}\n")
        for name, intent in (("returns", returns), ("invoice", f"{{name: invoice, examples: {OTHER}}}"))
    }
    return understand(flows, None, text, language="en", now=NOW)


def test_what_is_near_to_a_wish_and_another_matter_begins_nothing(acme: Cast) -> None:
    said = "I want to exchange my order"
    assert understood(said, []).wished == "returns"
    found = understood(said, ["I'd like to exchange my order", "exchange the boots for me"])
    assert (found.wished, found.rivals) == ("", ())
    assert understood("I want to return my jacket", ["I'd like to exchange my order"]).wished == "returns"
    assert understood("I need an invoice", ["I'd like to exchange my order"]).wished == "invoice"


def test_an_example_begins_its_flow_word_by_word(acme: Cast) -> None:
    for text in ("Start a return for me!", "  take this back please"):
        assert understood(text, []).wished == "returns"


@pytest.mark.parametrize(
    ("said", "story"),
    [
        ("I want to complain about you", None),
        (
            "I want to complain, your driver threw my parcel over the fence and the vase in it is broken",
            "I want to complain, your driver threw my parcel over the fence and the vase in it is broken",
        ),
    ],
)
def test_first_words_that_tell_more_than_the_wish_are_kept(acme: Cast, said: str, story: str | None) -> None:
    text = """\
name: complaint
triggers:
  keywords: [complain]
  intents: [{name: complaint, examples: [I want to complain, I have a complaint about your shop]}]
slots: {story: {type: text, opening: yes}, other: {type: text}}
states:
  - {name: a, actions: [{type: ask, params: {slots: [story]}}, {type: ask, params: {slots: [other]}}, {type: end}]}
"""
    found = understand({"complaint": flow(text)}, None, said, language="en", now=NOW)
    assert (found.wished, found.slots.get("story"), found.slots.get("other")) == ("complaint", story, None)
