"""A rule that fails its own examples, or can't be used, is told so in one sentence each."""

from dataclasses import replace

import pytest

from apps.filters import checking
from apps.filters.admin.effects import EFFECTS
from apps.filters.rule import Action, Direction, Rule

RULE = Rule(
    "1", "promises", "words", {"words": ["信息"], "allowed": ["账户信息"]}, frozenset([Direction.FROM_BOT]), Action.MASK
)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"kind": "magic"}, ["“magic” is no kind of filter."]),
        ({"settings": {}}, ["The list is empty."]),
        ({"directions": frozenset()}, ["Choose what it looks at."]),
        ({"directions": frozenset([Direction.FROM_CUSTOMER])}, []),
        (
            {"directions": frozenset([Direction.FROM_AGENT]), "action": Action.HAND_OVER, "say": "Sorry."},
            ["An agent is a person already: what they write can't be handed over."],
        ),
        (
            {"directions": frozenset([Direction.TO_LOGS]), "action": Action.FLAG},
            ["What goes into logs and exports can be masked or get other words, and nothing else."],
        ),
        ({"action": Action.BLOCK}, ["Say which words are used instead."]),
        ({"action": Action.BLOCK, "say": "Sorry."}, []),
        ({"kind": "regex", "settings": {"pattern": "("}}, ["The pattern can't be used: missing ): (."]),
    ],
)
def test_what_is_wrong_is_told(changed: dict[str, object], told: list[str]) -> None:
    assert checking.problems(replace(RULE, **changed)) == told  # type: ignore[arg-type]


def test_examples_are_held_against_the_rule_wherever_it_applies() -> None:
    rule = replace(RULE, directions=frozenset([Direction.FROM_CUSTOMER]), flows=frozenset(["returns"]))
    assert checking.failures(rule, ["这是信息"], ["转账失败怎么办", "请检查您的账户信息"]) == []
    assert checking.failures(rule, ["没有"], ["这是信息"]) == [
        "It does not catch “没有”.",
        "It catches “信息” in “这是信息”, which must pass.",
    ]


def test_the_form_has_a_word_on_whatever_can_be_done_and_on_nothing_else() -> None:
    assert {way: frozenset(does) for way, does in EFFECTS.items()} == checking.ALLOWED
