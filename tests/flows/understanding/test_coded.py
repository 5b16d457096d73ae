"""A bare number begins what it is for: by the message before it, or as the customer chooses."""

from datetime import UTC, datetime

import pytest

from apps.flows.definition.loading import load
from apps.flows.engine.journey import Flows
from apps.flows.understanding.coded import coded
from apps.flows.understanding.understand import understand
from apps.flows.understanding.understood import Understood

NOW = datetime(2026, 12, 1, tzinfo=UTC)
FLOW = """
name: {name}
triggers:
  intents:
    - name: {name}
      examples: [{examples}]
  buttons: [{button}]
slots:
  order: {{type: id, pattern: 'AC-[0-9]{{5}}', prompt: Which order?}}
states:
  - name: ask
    actions: [{{type: ask, params: {{slots: [order]}}}}, {{type: end, params: {{text: Done.}}}}]
"""
WISHES = {
    "status": ("I want to track my parcel, tell me where my order is, look up my delivery, check on my package", "Where is it"),
    "return": ("I want to return something, send this back, take back my boots, I want my money back", "Return it"),
}


def flows() -> Flows:
    loaded = [load(FLOW.format(name=name, examples=said, button=button)).definition for name, (said, button) in WISHES.items()]
    return {each.name: each for each in loaded if each}


def understood(text: str, before: str = "") -> Understood:
    return understand(flows(), None, text, language="en", now=NOW, before=before)


@pytest.mark.parametrize("text", ["AC-20418", "it's AC-20418", "my order number is AC-20418.", "订单号：AC-20418"])
def test_a_number_is_all_that_is_said(text: str) -> None:
    assert coded(flows(), text, "en", NOW) == {"status": {"order": "AC-20418"}, "return": {"order": "AC-20418"}}


@pytest.mark.parametrize("text", ["AC-204", "cancel AC-20418", "why is AC-20418 so expensive", "hello", ""])
def test_what_says_more_is_no_bare_number(text: str) -> None:
    assert coded(flows(), text, "en", NOW) == {}


@pytest.mark.usefixtures("acme")
def test_the_message_before_says_what_it_is_for() -> None:
    meant = understood("AC-20418", before="where is my parcel?")
    assert (meant.wished, meant.slots) == ("status", {"order": "AC-20418"})
    assert understood("AC-20418", before="how do I send this back?").wished == "return"


def test_else_the_customer_chooses_and_does_not_say_it_again() -> None:
    assert understood("AC-20418").rivals == ("status", "return")
    meant = understood("Return it", before="AC-20418")
    assert (meant.wished, meant.slots) == ("return", {"order": "AC-20418"})
