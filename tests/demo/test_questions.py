"""The questions that the demo shops' answers are measured by: whole, in two like halves, and answerable where they say so."""

from collections import Counter
from pathlib import Path

import pytest

from apps.insights import questions
from apps.insights.judging import holds
from apps.insights.questions import End, Question
from demo.shops import SHOPS, Shop

HALVES = ("choosing", "checking")
PREMISES = "premises"  # 80 a shop beside them; those with odd numbers are for choosing, those with even ones for checking
each_shop = pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.kind)


def path(shop: Shop, half: str) -> Path:
    return shop.folder / "questions" / f"{half}.jsonl"


def turns(shop: Shop, *halves: str) -> list[Question]:
    found = []
    for half in halves:
        rows, problems = questions.read(path(shop, half))
        assert not problems
        found += [turn for row in rows for turn in row.turns]
    return found


def passages(shop: Shop) -> list[str]:
    """Entries and whole articles, in which a point may stand."""
    entries = [f"{entry['question']}\n{entry['answer']}" for entry in shop.entries()]
    return entries + [f"{document.title}\n{document.body}" for document in shop.documents()]


@each_shop
def test_there_are_two_hundred_and_forty_of_them_in_dialogues(shop: Shop) -> None:
    asked = turns(shop, *HALVES)
    ends = Counter(turn.expected.end for turn in asked)
    assert len(asked) >= 200
    assert sum(1 for turn in asked if "." in turn.id) >= 40
    assert 0.55 <= ends[End.ANSWER] / len(asked) <= 0.65
    assert 0.25 <= ends[End.REFUSE] / len(asked) <= 0.35
    assert len({turn.id for turn in asked}) == len(asked)


@each_shop
def test_no_question_stands_twice_nor_word_for_word_in_the_knowledge(shop: Shop) -> None:
    alone = [turn.text.casefold() for turn in turns(shop, *HALVES, PREMISES) if "." not in turn.id]
    stored = {text.casefold() for entry in shop.entries() for text in (entry["question"], *entry["alternatives"])}
    assert len(set(alone)) == len(alone)
    assert len(stored.intersection(alone)) <= 0.02 * len(alone)


@each_shop
def test_the_halves_hold_the_same_kinds(shop: Shop) -> None:
    one, other = (Counter(turn.kind for turn in turns(shop, half) if "." not in turn.id) for half in HALVES)
    assert all(abs(one[kind] - other[kind]) <= 1 for kind in one | other)


@each_shop
def test_half_of_the_eighty_about_premises_can_be_answered_and_halves_are_alike(shop: Shop) -> None:
    asked = turns(shop, PREMISES)
    assert len(asked) == 80
    assert 0.4 <= sum(turn.expected.end == End.ANSWER for turn in asked) / len(asked) <= 0.6
    one, other = (Counter(turn.kind for turn in asked if int(turn.id[-1]) % 2 == odd) for odd in (1, 0))
    assert one == other


@each_shop
def test_every_point_stands_in_the_knowledge(shop: Shop) -> None:
    known = passages(shop)
    lost = [
        (turn.id, point)
        for turn in turns(shop, *HALVES, PREMISES)
        for point in turn.expected.points
        if not any(holds(text, wording) for wording in point for text in known)
    ]
    assert not lost


@each_shop
def test_every_title_is_one_of_the_knowledge(shop: Shop) -> None:
    titles = {entry["question"] for entry in shop.entries()} | {document.title for document in shop.documents()}
    assert all(titles.issuperset(turn.expected.articles) for turn in turns(shop, *HALVES))


@each_shop
def test_ninety_are_in_the_other_language_or_in_both_half_of_them_not_known(shop: Shop) -> None:
    """Those with an odd number are chosen on, the others checked."""
    asked = turns(shop, "languages")
    for half in (asked[::2], asked[1::2]):
        assert len(half) == 45
        assert 22 <= sum(1 for turn in half if turn.expected.end == End.ANSWER) <= 23
        assert sum(1 for turn in half if turn.kind.startswith("mixed")) == 15
    known = passages(shop)
    for turn in asked:
        assert all(any(holds(text, wording) for wording in point for text in known) for point in turn.expected.points), turn.id
    texts = {turn.text.casefold() for turn in turns(shop, *HALVES)}
    assert not texts.intersection(turn.text.casefold() for turn in asked)


@each_shop
def test_twenty_five_dialogues_more_are_whole_and_answerable_where_they_say_so(shop: Shop) -> None:
    rows, problems = questions.read(path(shop, "dialogues"))
    known = passages(shop)
    assert not problems
    assert len(rows) == 25
    assert all(3 <= len(row.turns) <= 5 for row in rows)
    every = [turn for row in rows for turn in row.turns]
    assert not {turn.id for turn in every} & {turn.id for turn in turns(shop, *HALVES)}
    points = [(turn.id, point) for turn in every for point in turn.expected.points]
    assert not [(name, point) for name, point in points if not any(holds(text, each) for each in point for text in known)]
