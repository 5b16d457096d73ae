"""The filters in the story of a turn: nothing forbidden is painted, and nothing personal reaches a model."""

from dataclasses import replace
from typing import Any

from apps.conversations.bot.story import HandedOver, Said
from apps.conversations.models import Cause
from apps.filters.rule import Action, Direction, Rule
from apps.filters.screening.screen import Screen
from apps.llm.testing import ScriptedModel
from tests.conversations.bot.test_turn import Reach, end_of, hit, streamed, tell

WRITTEN = ["You can return unused ", "items within 30 days. ", "The refund takes 5 working days."]


def rule(direction: Direction, action: Action, words: str, say: str = "", **facts: Any) -> Rule:
    return Rule(words, words, "words", {"words": words.split("|")}, frozenset([direction]), action, say, **facts)


def reach(*rules: Rule, question: str = "return?", model: ScriptedModel | None = None) -> Reach:
    return Reach({question: [hit(0.5)]}, [model or ScriptedModel(WRITTEN)], rules=Screen(rules))


def test_what_a_model_writes_is_masked_before_it_is_painted() -> None:
    outcomes = tell("return?", reach(rule(Direction.FROM_BOT, Action.MASK, "30 days")))
    assert "30 days" not in streamed(outcomes)
    end = end_of(outcomes)
    assert isinstance(end, Said)
    assert end.text == streamed(outcomes) == "You can return unused items within ** ****. The refund takes 5 working days."


def test_an_answer_that_is_blocked_midway_is_replaced() -> None:
    outcomes = tell("return?", reach(rule(Direction.FROM_BOT, Action.BLOCK, "refund", "Please ask us.")))
    assert "refund" not in streamed(outcomes)
    end = end_of(outcomes)
    assert isinstance(end, Said)
    assert (end.text, end.sources, end.alone) == ("Please ask us.", (), False)


def test_an_answer_may_go_to_a_person() -> None:
    end = end_of(tell("return?", reach(rule(Direction.FROM_BOT, Action.HAND_OVER, "refund", "A colleague tells you."))))
    assert isinstance(end, HandedOver)
    assert (end.cause, end.said) == (Cause.FILTERED, "A colleague tells you.")


def test_what_leaves_the_house_is_covered_and_put_back() -> None:
    model = ScriptedModel(["You can return unused items within 30 days, [MAIL A]. "])
    data = Rule("1", "mail", "personal", {"data": ["mail"]}, frozenset([Direction.TO_MODEL]), Action.MASK)
    question = "return? I am a@example.com"
    outcomes = tell(question, reach(data, question=question, model=model))
    assert "a@example.com" not in str(model.asked)
    assert "[MAIL A]" in str(model.asked)
    end = end_of(outcomes)
    assert isinstance(end, Said)
    assert end.text == "You can return unused items within 30 days, a@example.com. "


def test_a_rule_for_another_language_or_flow_is_not_looked_at() -> None:
    chinese = rule(Direction.FROM_BOT, Action.MASK, "30 days", languages=frozenset(["zh-hans"]))
    flows = rule(Direction.FROM_BOT, Action.MASK, "refund", flows=frozenset(["returns"]))
    end = end_of(tell("return?", reach(chinese, flows)))
    assert isinstance(end, Said)
    assert "*" not in end.text


MAILS = Rule("1", "mail", "personal", {"data": ["mail"]}, frozenset([Direction.TO_MODEL]), Action.MASK)
ADDRESS = "ben@example.com"


def test_a_passage_is_covered_too_and_the_answer_still_rests_on_it() -> None:
    model = ScriptedModel(["Write to [MAIL A] within 30 days. "])
    told = Reach({"return?": [replace(hit(0.5), text=f"Write to {ADDRESS} within 30 days.")]}, [model], rules=Screen([MAILS]))
    end = end_of(tell("return?", told))
    assert ADDRESS not in str(model.asked)
    assert isinstance(end, Said)
    assert end.text == f"Write to {ADDRESS} within 30 days. "
    assert end.sources[0].text == f"Write to {ADDRESS} within 30 days."


def test_of_an_answer_that_was_broken_off_nothing_comes_into_the_next_ones() -> None:
    question = f"return? I am {ADDRESS}"
    models = [ScriptedModel(["[MAIL"], fails="down"), ScriptedModel(["You can return unused items within 30 days, [MAIL A]. "])]
    end = end_of(tell(question, Reach({question: [hit(0.5)]}, models, rules=Screen([MAILS]))))
    assert isinstance(end, Said)
    assert end.text == f"You can return unused items within 30 days, {ADDRESS}. "
