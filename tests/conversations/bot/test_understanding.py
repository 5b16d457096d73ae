"""A message that the first reader is unsure of: a model reads it, and what it says is no more than a reading."""

import json

import pytest

from apps.conversations.bot.stages.understanding import Read
from apps.filters.rule import Action, Direction, Rule
from apps.filters.screening.screen import Screen
from apps.flows.engine.said import Heard
from apps.flows.understanding import by_model
from apps.flows.understanding.understood import Understood
from apps.llm.testing import ScriptedModel
from tests.conversations.bot.test_flowing import loaded, place_of, said, tell
from tests.conversations.bot.test_flowing import reach as reach
from tests.conversations.bot.test_turn import Reach

TEXT = "the shoes from 20260412 have to go back, wrong size"


def reading(flow: str = "none", **slots: object) -> str:
    names = by_model.slots_of(loaded(), None)
    return json.dumps({"flow": flow} | {f"slot_{name}": slots.get(name) for name in names})


def unsure(reach: Reach, *answers: str, fails: str = "") -> ScriptedModel:
    model = ScriptedModel(answers, fails)
    reach.scripted = [model]
    reach.understanding[TEXT] = Understood(Heard(TEXT), likely="return")
    return model


def test_intent_and_slots_come_in_one_answer(reach: Reach) -> None:
    model = unsure(reach, reading("return", order_id="20260412", reason="size"))
    outcomes = tell(TEXT, reach)
    assert place_of(outcomes).slots["order_id"] == "20260412"
    assert [request.url for request in reach.called] == ["/orders/20260412"]
    (schema,) = model.schemas
    assert schema
    assert schema["required"] == list(schema["properties"])
    assert [step.flow for step in outcomes if isinstance(step, Read)] == ["return"]


def test_a_number_that_the_customer_did_not_write_does_not_count(reach: Reach) -> None:
    unsure(reach, reading("return", order_id="99999999"))
    assert "order_id" not in place_of(tell(TEXT, reach)).slots


def test_an_answer_that_does_not_fit_is_asked_for_once_more_with_what_was_wrong(reach: Reach) -> None:
    model = unsure(reach, '{"flow": "refund"}')
    outcomes = tell(TEXT, reach)
    assert len(model.asked) == 2
    assert "flow" in model.asked[1][-1]["content"]
    (read,) = [step for step in outcomes if isinstance(step, Read)]
    assert read.failed


@pytest.mark.parametrize("fails", ["slow", "down", "refused"])
def test_a_model_that_fails_leaves_the_first_reading(reach: Reach, fails: str) -> None:
    model = unsure(reach, fails=fails)
    reach.hits[TEXT] = []
    outcomes = tell(TEXT, reach)
    assert len(model.asked) == 1
    assert outcomes


def test_without_a_model_nothing_is_asked(reach: Reach) -> None:
    unsure(reach)
    reach.scripted = []
    assert not [step for step in tell(TEXT, reach) if isinstance(step, Read)]


def test_in_a_flow_it_reads_what_the_first_reader_did_not_find(reach: Reach) -> None:
    reach.understanding["go"] = Understood(Heard("go", intent="return"), wished="return")
    place = place_of(tell("go", reach))
    reach.scripted = [ScriptedModel([reading(order_id="20260412")])]
    outcomes = tell("it is twenty-something, wait: 2026 0412", reach, place)
    assert said(outcomes).text == "Why do you send it back?"


def test_what_is_asked_again_leaves_the_house_covered_too(reach: Reach) -> None:
    """A model that answers what does not fit has its own words back, as it wrote them."""
    text = "the shoes from 20260412 have to go back, I am ben@example.com"
    mails = Rule("1", "mail", "personal", {"data": ["mail"]}, frozenset([Direction.TO_MODEL]), Action.MASK)
    model = ScriptedModel(['{"flow": "[MAIL A]"}', '{"flow": "[MAIL A]"}'])
    reach.scripted, reach.rules = [model], Screen([mails])
    reach.understanding[text] = Understood(Heard(text), likely="return")
    tell(text, reach)
    assert len(model.asked) == 2
    assert "ben@example.com" not in str(model.asked)
