"""Two or three questions in one message are answered one by one."""

import pytest

from apps.conversations.bot import courtesy, follow_up, parts
from apps.conversations.bot.story import Said, source
from apps.knowledge.search.search import Hit
from tests.conversations.bot.test_turn import Reach, end_of, hit, tell

TWO = "how long is delivery, and do you take cash?"
FIRST, SECOND = "how long is delivery", "do you take cash"


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        (TWO, [FIRST, SECOND]),
        ("Do you rent tents? Also what does a repair cost?", ["Do you rent tents", "what does a repair cost"]),
        ("运费多少，寄到四川要几天？", ["运费多少", "寄到四川要几天"]),
        ("運費多少，寄到四川要幾天？", ["運費多少", "寄到四川要幾天"]),
        ("电视买多大的好，安装收费吗", ["电视买多大的好", "安装收费吗"]),
        ("I moved last week. How do I change my address?", ["I moved last week. How do I change my address?"]),
        ("How late are you open? Do you take cash? Are dogs ok?", ["How late are you open", "Do you take cash", "Are dogs ok"]),
        ("怎么退货？运费谁出？多久到账？能换货吗？", ["怎么退货？运费谁出？多久到账？能换货吗？"]),
        ("salt and pepper", ["salt and pepper"]),
        ("what do tents and packs cost?", ["what do tents and packs cost?"]),
        ("是吗？是的。什么？为什么？怎么办呢？", ["是吗？是的。什么？为什么？怎么办呢？"]),
        (TWO + "x" * parts.LONGEST, [TWO + "x" * parts.LONGEST]),
    ],
)
def test_a_message_of_more_questions_is_told_from_one(message: str, questions: list[str]) -> None:
    assert parts.of(message) == questions


def test_both_are_answered_one_below_the_other() -> None:
    found = {TWO: [hit(0.4)], FIRST: [delivery()], SECOND: [cash(0.8)]}
    end = end_of(tell(TWO, Reach(found)))
    assert isinstance(end, Said)
    assert (end.text, [each.passage for each in end.sources], end.choices) == ("3 days.\n\nYes.", [1, 2], ())


def delivery(score: float = 0.9) -> Hit:
    return hit(score, text="3 days.", passage=1, article="delivery")


def cash(score: float) -> Hit:
    return hit(score, text="Yes.", passage=2, article="cash")


MARKED = "How long is delivery? Do you sell canoes?"


@pytest.mark.parametrize("whole", [[], [delivery()]])
def test_what_is_not_known_of_them_is_said_in_a_sentence(whole: list[Hit]) -> None:
    found = {MARKED: whole, "How long is delivery": [delivery()], "Do you sell canoes": [hit(0.1)]}
    end = end_of(tell(MARKED, Reach(found)))
    assert isinstance(end, Said)
    assert end.text == f"3 days.\n\n{courtesy.unknown_parts('en', ['Do you sell canoes'])}"
    assert "“Do you sell canoes”" in end.text


def test_an_answer_to_the_whole_stays_where_its_parts_find_another_or_may_be_none() -> None:
    other = hit(0.9, text="By boat.", passage=5)
    found = {MARKED: [other], "How long is delivery": [delivery()]}
    assert end_of(tell(MARKED, Reach(found))) == Said("By boat.", 1, [source(other)])
    unmarked = {TWO: [other], FIRST: [delivery()]}
    assert end_of(tell(TWO, Reach(unmarked))) == Said("By boat.", 1, [source(other)])


def test_two_of_three_that_ask_for_the_same_get_it_once() -> None:
    asked = ["How late are you open", "When do you close", "Do you take cash"]
    late = [hit(score, text="Till 8.", passage=passage, article="hours") for score, passage in ((0.9, 1), (0.8, 3))]
    found = [*late, cash(0.9)]  # the same entry by two ways to ask for it
    reach = Reach({question: [each] for question, each in zip(asked, found, strict=True)})
    end = end_of(tell("? ".join(asked), reach))
    assert isinstance(end, Said)
    assert end.text == "Till 8.\n\nYes."


def test_where_one_of_them_is_not_sure_it_is_asked_whether_it_was_that() -> None:
    more = hit(0.3, title="Cards", passage=3, article="cards")
    found = {TWO: [hit(0.4)], FIRST: [delivery()], SECOND: [cash(0.5), more]}
    end = end_of(tell(TWO, Reach(found)))
    assert isinstance(end, Said)
    assert end.text == f"3 days.\n\nYes.\n\n{courtesy.doubt('en')}"
    assert [choice.say for choice in end.choices[:-1]] == ["Cards"]


@pytest.mark.parametrize(("second", "answers"), [(0.4, 2), (0.1, 1)])
def test_a_sure_answer_to_the_whole_stays_one_unless_both_parts_are_likely(second: float, answers: int) -> None:
    end = end_of(tell(TWO, Reach({TWO: [delivery()], FIRST: [delivery()], SECOND: [cash(second)]})))
    assert isinstance(end, Said)
    assert len(end.sources) == answers


def test_what_a_second_question_finds_with_the_first_is_a_guess_where_it_stands_by_itself() -> None:
    other = hit(0.9, text="Drivers take cash for delivery.", title="Drivers", passage=9, article="drivers")
    found = {TWO: [], FIRST: [delivery()], SECOND: [cash(0.5)], follow_up.together(FIRST, SECOND): [other, cash(0.5)]}
    end = end_of(tell(TWO, Reach(found)))
    assert isinstance(end, Said)
    assert end.text == f"3 days.\n\nYes.\n\n{courtesy.doubt('en')}"


def test_of_two_questions_each_gets_the_kind_of_answer_that_it_expects() -> None:
    asked = ["How much is delivery", "do you take cash"]
    slow = hit(0.5, text="It takes 3 days.", passage=3, article="slow")
    price = hit(0.4, text="It costs $7.", passage=4, article="price")
    end = end_of(tell(f"{asked[0]}, and {asked[1]}?", Reach({asked[0]: [slow, price], asked[1]: [cash(0.9)]})))
    assert isinstance(end, Said)
    assert end.text == f"It costs $7.\n\nYes.\n\n{courtesy.doubt('en')}"


@pytest.mark.parametrize(
    ("message", "gist"),
    [
        ("how long is delivery?", ""),
        ("So we were at the lake. " * 8 + "How do I wash the tent? It smells.", "How do I wash the tent?"),
        ("我们上周去了湖边，" * 12 + "玩得很开心。帐篷怎么洗？谢谢。", "帐篷怎么洗？"),
        ("We were at the lake. " * 8 + "The tent is torn.", "We were at the lake. The tent is torn."),
    ],
)
def test_of_a_long_story_what_it_asks_is_looked_for(message: str, gist: str) -> None:
    assert parts.gist(message) == gist


def test_a_long_story_is_searched_by_what_it_asks_too() -> None:
    story = "So we were at the lake. " * 8 + "How do I wash the tent?"
    end = end_of(tell(story, Reach({story: [hit(0.1)], "How do I wash the tent?": [hit(0.9, text="By hand.", article="a")]})))
    assert isinstance(end, Said)
    assert end.text == "By hand."
