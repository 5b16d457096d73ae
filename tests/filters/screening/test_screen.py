"""Rules have an order; each is looked at where it applies."""

import pytest

from apps.filters.rule import Action, Direction, Rule, Where
from apps.filters.screening.screen import Screen

BOT = Where(Direction.FROM_BOT, "web", "", "zh-hans")


def rule(key: str, words: str, action: Action, **facts: object) -> Rule:
    return Rule(key, key, "words", {"words": words.split()}, frozenset([Direction.FROM_BOT]), action, **facts)  # type: ignore[arg-type]


def test_the_earlier_rule_has_the_place() -> None:
    screen = Screen([rule("a", "保本", Action.REPLACE, say="稳健"), rule("b", "保本 理财", Action.MASK)])
    screened = screen.screened("保本理财", BOT)
    assert screened.text == "稳健**"
    assert [(hit.rule.key, hit.is_covered) for hit in screened.hits] == [("a", False), ("b", True), ("b", False)]


def test_one_that_stops_silences_later_ones_from_there_on() -> None:
    screen = Screen([rule("a", "保本", Action.FLAG, stops=True), rule("b", "理财", Action.MASK)])
    assert screen.screened("理财保本理财", BOT).text == "**保本理财"


@pytest.mark.parametrize(
    ("facts", "hits"),
    [
        ({}, 1),
        ({"channels": frozenset(["web"])}, 1),
        ({"channels": frozenset(["mail"])}, 0),
        ({"languages": frozenset(["en"])}, 0),
        ({"flows": frozenset(["returns"])}, 0),
        ({"directions": frozenset([Direction.FROM_CUSTOMER])}, 0),
    ],
)
def test_a_rule_is_looked_at_where_it_applies(facts: dict[str, object], hits: int) -> None:
    facts = {"directions": frozenset([Direction.FROM_BOT]), "action": Action.LOG, **facts}
    chosen = Rule("a", "a", "words", {"words": ["保本"]}, **facts)  # type: ignore[arg-type]
    assert len(Screen([chosen]).screened("保本", BOT).hits) == hits
    assert Rule.read(chosen.stored()) == chosen


def test_the_strongest_action_counts() -> None:
    screen = Screen([rule("a", "保本", Action.MASK), rule("b", "理财", Action.HAND_OVER, say="A person answers this.")])
    screened = screen.screened("保本理财", BOT)
    assert (screened.action, screened.text) == (Action.HAND_OVER, "A person answers this.")
    assert screen.screened("保本", BOT).action == Action.MASK
    assert screen.screened("你好", BOT).action is None


def test_what_no_rule_looks_at_there_holds_nothing_back() -> None:
    anything = Rule("a", "a", "regex", {"pattern": "a.*b"}, frozenset([Direction.FROM_CUSTOMER]), Action.MASK)
    screen = Screen([anything, rule("b", "保本", Action.MASK)])
    assert screen.settled("an apple", BOT) == len("an apple")
    assert screen.settled("an apple", Where(Direction.FROM_CUSTOMER)) == 0
