"""What a rule would do to messages, beside what it does now."""

import uuid
from dataclasses import replace

from django.utils import timezone

from apps.filters.past.messages import Message
from apps.filters.past.tally import MOST_EXAMPLES, Change, Tally
from apps.filters.rule import Action, Direction, Rule
from apps.filters.screening.screen import Screen

CUSTOMER = (Direction.FROM_CUSTOMER, Direction.TO_MODEL)
RULE = Rule("7", "promises", "words", {"words": ["保本"]}, frozenset([Direction.FROM_BOT]), Action.MASK)


def message(number: int, text: str, directions: tuple[Direction, ...] = (Direction.FROM_BOT,), **where: str) -> Message:
    return Message(number, uuid.uuid4(), timezone.now(), directions, text, **where)


def tally(texts: list[str], now: Rule, live: Rule | None) -> Tally:
    found, screens = Tally(), (Screen([now]), Screen([live] if live else []))
    for number, text in enumerate(texts):
        found.take(message(number, text), *screens)
    return Tally.read(found.stored())


def test_each_message_is_new_gone_changed_or_as_now() -> None:
    wider = replace(RULE, settings={"words": ["保本", "稳赚"]})
    found = tally(["保本", "稳赚", "保本稳赚", "你好"], wider, RULE)
    assert (found.looked, found.hit) == (4, 3)
    assert found.changes == {Change.SAME: 1, Change.NEW: 1, Change.CHANGED: 1}
    assert found.actions == {Action.MASK: 3}
    back = tally(["保本", "稳赚"], RULE, wider)
    assert back.changes == {Change.SAME: 1, Change.GONE: 1}
    assert back.hit == 1


def test_other_words_or_another_action_are_a_change() -> None:
    says = replace(RULE, action=Action.REPLACE, say="…")
    assert tally(["保本"], says, RULE).changes == {Change.CHANGED: 1}
    assert tally(["保本"], replace(says, say="-"), says).changes == {Change.CHANGED: 1}
    assert tally(["保本"], replace(RULE, say="never said"), RULE).changes == {Change.SAME: 1}


def test_a_rule_that_was_not_in_force_finds_only_new_ones() -> None:
    assert tally(["保本", "好"], RULE, None).changes == {Change.NEW: 1}


def test_only_what_it_looks_at_is_counted() -> None:
    screen = Screen([replace(RULE, flows=frozenset(["returns"]))])
    found = Tally()
    found.take(message(1, "保本", CUSTOMER), screen, None)
    found.take(message(2, "保本"), screen, None)
    found.take(message(3, "保本", flow="returns"), screen, None)
    found.take(message(4, "好", flow="returns"), screen, None)
    assert (found.looked, found.hit) == (2, 1)
    assert [each.message for each in found.examples] == [3]


def test_a_message_that_goes_two_ways_counts_once() -> None:
    found = Tally()
    found.take(message(1, "保本", CUSTOMER), Screen([replace(RULE, directions=frozenset(CUSTOMER), action=Action.FLAG)]), None)
    assert (found.looked, found.hit) == (1, 1)


def test_differences_push_out_what_stays_as_it_is() -> None:
    wider = replace(RULE, settings={"words": ["保本", "稳赚"]})
    found = tally([f"保本 {number}" for number in range(150)] + ["稳赚"], wider, RULE)
    assert len(found.examples) == MOST_EXAMPLES
    assert [each.message for each in found.examples if each.change == Change.NEW] == [150]


def test_what_is_said_again_and_again_is_one_example() -> None:
    found = tally(["保本"] * 60, RULE, None)
    assert (found.hit, len(found.examples)) == (60, 1)


def test_nothing_of_what_was_said_is_stored() -> None:
    stored = str(tally(["我的电话保本"], RULE, None).stored())
    assert "电话" not in stored
    assert "保本" not in stored
