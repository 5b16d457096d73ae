"""A message in a flow is first what the flow asked for."""

from datetime import UTC, datetime

import pytest

from apps.flows.definition.loading import load
from apps.flows.engine.place import Awaiting, Place
from apps.flows.engine.said import Act, Heard
from apps.flows.understanding.understand import hear

FLOW = """
name: return
slots:
  order: {type: id, pattern: '[0-9]{8}', prompt: Which order?}
  reason:
    type: choice
    prompt: Why?
    choices: [{value: changed, label: I changed my mind, synonyms: [不想要了]}, {value: size}]
  note: {type: text, prompt: Anything else?}
states:
  - name: ask
    actions:
      - {type: ask, params: {slots: [order]}}
      - {type: ask, params: {slots: [reason]}}
      - {type: ask, params: {slots: [note]}}
      - {type: end, params: {text: Done.}}
"""


def heard(text: str, asked: str) -> Heard:
    definition = load(FLOW).definition
    assert definition
    place = Place("run", "return", "ask", asked=(asked,), awaiting=Awaiting.SLOTS)
    return hear({"return": definition}, place, text, "en", datetime(2026, 12, 1, tzinfo=UTC), None)


@pytest.mark.parametrize("text", ["I changed my mind", "i changed my mind.", "不想要了"])
def test_a_choice_is_taken_though_it_might_cancel(text: str) -> None:
    assert heard(text, "reason").slots == {"reason": "changed"}
    assert heard(text, "order").act == Act.CANCEL


def test_who_has_not_got_it_leaves_it_out() -> None:
    assert heard("I don't have the order number", "order").act == Act.SKIP
    assert heard("I don't have the order number, it's 20260412", "order").slots == {"order": "20260412"}


def test_who_needs_a_moment_has_not_answered() -> None:
    assert heard("hang on, let me find it", "order") == Heard("hang on, let me find it", Act.WAIT)
    assert heard("hang on", "note").act == Act.WAIT
    assert heard("hang on, let me find it: 20260412", "order").slots == {"order": "20260412"}
