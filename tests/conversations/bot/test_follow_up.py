"""A follow-up is read with what was talked of before, and a new topic is not."""

import pytest

from apps.conversations.bot import courtesy, expected, follow_up, recall, support
from apps.conversations.bot.recall import Line
from apps.conversations.bot.story import HandedOver, Said
from apps.knowledge.search.search import Hit
from tests.conversations.bot.test_turn import RETURNS, Reach, hit, talk

PRICES = "A patch costs $12. A zipper costs $15. It takes 10 days."
REPAIR = "what does a repair cost?"


@pytest.mark.parametrize(
    ("said", "own", "leaves", "takes_back"),
    [
        ("never mind, how do I wash it", "how do I wash it", True, False),
        ("Forget that. Do you sell tents?", "Do you sell tents?", True, False),
        ("another question: do you sell tents", "do you sell tents", True, False),
        ("another question of mine", "another question of mine", False, False),
        ("something else broke", "something else broke", False, False),
        ("No, I meant Norway", "Norway", False, True),
        ("thats not what i meant, the zipper is gone", "the zipper is gone", False, True),
        ("no idea how it works", "no idea how it works", False, False),
        ("换个问题，怎么开发票", "怎么开发票", True, False),
        ("算了，怎么退货", "怎么退货", True, False),
        ("不是这个意思，我是想问运费", "运费", False, True),
        ("我说的是冰箱", "冰箱", False, True),
        ("不是新用户能用券吗", "不是新用户能用券吗", False, False),
        ("ﷺ never mind, ok", "ﷺ never mind, ok", False, False),
    ],
)
def test_an_opening_tells_whether_the_topic_is_left_or_the_bot_put_right(
    said: str, own: str, leaves: bool, takes_back: bool
) -> None:
    assert (follow_up.own(said), follow_up.leaves(said), follow_up.takes_back(said)) == (own, leaves, takes_back)


@pytest.mark.parametrize(
    "said",
    ["and to Norway?", "how heavy is it", "what about socks then", "how much for the 4 person one", "多少钱", "它防水吗"],
)
def test_what_is_short_begins_with_and_or_says_it_may_hang_on_what_was_said(said: str) -> None:
    assert follow_up.leans(said)


@pytest.mark.parametrize(
    "said", ["how do I return a tent", "what is the one thing that I need for a hike", "你们那家上海的店几点开门"]
)
def test_a_question_that_names_its_thing_stands_by_itself(said: str) -> None:
    assert not follow_up.leans(said)


def contexts(*lines: str) -> list[str]:
    return recall.contexts([Line(("visitor", "bot")[place % 2], text) for place, text in enumerate(lines)])


def test_a_follow_up_hangs_on_the_question_before_and_that_one_on_the_one_it_follows() -> None:
    assert contexts("do you rent tents?") == []
    assert contexts("do you rent tents?", "Yes.", "and packs?") == ["do you rent tents?"]
    assert contexts("do you rent tents?", "Yes.", "and packs?", "Yes.", "how much") == ["do you rent tents? and packs?"]
    assert contexts("do you rent tents?", "Yes.", "thanks", "You're welcome.", "and packs?") == ["do you rent tents?"]


def test_beside_it_the_last_question_is_tried_that_was_surely_answered() -> None:
    talked = ["do you rent good tents?", "Yes.", "how far ahead should I book", courtesy.unknown("en")]
    assert contexts(*talked, "and the deposit?") == ["how far ahead should I book", "do you rent good tents?"]
    talked[1] = f"Yes.\n\n{courtesy.doubt('en')}"
    assert contexts(*talked, "and the deposit?") == ["how far ahead should I book"]


@pytest.mark.parametrize(("left", "answer"), [("never mind", "All right."), ("换个问题，怎么退货", "点申请退换。")])
def test_what_the_customer_left_is_no_context(left: str, answer: str) -> None:
    assert "do you rent tents?" not in contexts("do you rent tents?", "Yes.", left, answer, "and packs?")
    assert contexts("do you rent tents?", "Yes.", f"{left}, and for how long") == []


def test_after_never_mind_the_old_question_is_not_answered_again() -> None:
    reach = Reach({"do you sell stoves": [hit(0.2)], f"{REPAIR} do you sell stoves": [hit(0.9, text="We sell stoves.")]})
    end = talk(REPAIR, PRICES, "never mind, do you sell stoves", reach=reach)
    assert isinstance(end, HandedOver)
    assert reach.searched == ["do you sell stoves"]


def test_a_question_of_which_nothing_found_holds_the_words_is_read_with_farther_ones_too() -> None:
    new, far = "do I need a deposit", "do you rent good tents?"
    reach = Reach(
        {
            new: [hit(0.3, text="Yes, fitting is free.")],
            f"{far} {new}": [hit(0.9, text="A deposit of $100 goes on your card.", passage=2)],
        }
    )
    end = talk(far, "Yes.", "how far ahead should I book", courtesy.unknown("en"), new, reach=reach)
    assert isinstance(end, Said)
    assert "A deposit of $100" in end.text
    assert not end.alone


def test_what_was_just_said_is_no_answer_to_who_takes_it_back() -> None:
    reach = Reach({"the zipper of a tent": [hit(0.9, text=PRICES), hit(0.8, text="Zippers are metal.", passage=2)]})
    end = talk(REPAIR, PRICES, "no, I meant the zipper of a tent", reach=reach)
    assert isinstance(end, Said)
    assert end.text == "Zippers are metal."


@pytest.mark.parametrize(("score", "joint"), [(0.9, 0.0), (0.2, 0.9)])
def test_a_follow_up_gets_the_sentence_of_the_last_answer_that_it_asks_for(score: float, joint: float) -> None:
    new = "and for a new zipper?"
    reach = Reach({new: [hit(score, text=PRICES)], f"{REPAIR} {new}": [hit(joint, text=PRICES)]})
    end = talk(REPAIR, PRICES, new, reach=reach)
    assert isinstance(end, Said)
    assert (end.text, end.alone, end.sources[0].passage) == ("A zipper costs $15.", False, 7)
    end = talk(REPAIR, PRICES, new, end.text, "and for a patch?", reach=Reach({"and for a patch?": [hit(0.9, text=PRICES)]}))
    assert isinstance(end, Said)
    assert end.text == "A patch costs $12.", "of the same answer, though it was not the last one whole"


def test_the_question_above_an_answer_in_doubt_is_no_part_of_it() -> None:
    doubted = hit(0.5, text=PRICES, title="What does a zipper cost?")
    end = talk(REPAIR, PRICES, "and for a new zipper?", reach=Reach({"and for a new zipper?": [doubted]}))
    assert isinstance(end, Said)
    assert end.text == "A zipper costs $15."


def test_where_what_was_just_said_is_not_sure_and_has_no_such_part_the_next_one_is_shown() -> None:
    new = "what if the name on it is wrong"
    other = hit(0.4, text="We print it again.", passage=2, article="names")
    end = talk("How do I return it?", RETURNS, new, reach=Reach({new: [hit(0.5), other]}))
    assert isinstance(end, Said)
    assert end.text == f"**Returns**\n\nWe print it again.\n\n{courtesy.doubt('en')}"


def test_a_farther_question_makes_only_sure_what_hangs_on_it() -> None:
    talked = ["do you rent good tents?", "Yes.", "how far ahead should I book", courtesy.unknown("en")]
    deposit = hit(0.9, text="The deposit is $100.", passage=2, article="rent")

    def asked(new: str, other: Hit) -> Said | HandedOver:
        return talk(*talked, new, reach=Reach({new: [other], f"do you rent good tents? {new}": [deposit]}))

    leaning = asked("and the deposit?", hit(0.1))
    assert isinstance(leaning, Said)
    assert (leaning.text, leaning.choices) == ("The deposit is $100.", ())
    standing = asked("do I have to pay the deposit", hit(0.1))
    assert isinstance(standing, Said)
    assert standing.choices


@pytest.mark.parametrize("said", ["that's not what I meant", "不是这个意思"])
def test_who_says_only_that_it_was_not_meant_is_asked_for_other_words(said: str) -> None:
    assert courtesy.kind_of(said) == "unclear"


EXPRESS = "Yes. Express arrives in 2 days for $15. It is not for fuel."
ASKED = "do you have express shipping"


def just_said(score: float = 0.9, text: str = EXPRESS) -> Hit:
    return hit(score, text=text, title="Express")


@pytest.mark.parametrize("bare", ["how much", "how long"])
def test_a_bare_question_is_about_what_was_just_said(bare: str) -> None:
    """What it finds alone is about anything, however likely it is."""
    elsewhere = hit(0.7, text="A return costs $6 and takes 4 days.", passage=9, article="returns")
    end = talk(ASKED, EXPRESS, bare, reach=Reach({bare: [elsewhere], f"{ASKED} {bare}": [just_said()]}))
    assert isinstance(end, Said)
    assert end.text == "Express arrives in 2 days for $15."


def test_what_was_just_said_is_not_shown_before_what_holds_the_one_character_that_is_asked_for() -> None:
    steps = "审核通过后，预约快递上门取件，请在 7 天内寄出。"
    refund = hit(0.4, text="手机钱包 1–3 个工作日到账。", title="退款多久到账？", passage=2, article="refund")
    reach = Reach({"怎么退货 那多久到账？": [just_said(0.5, steps), refund]})
    end = talk("怎么退货", f"**怎么申请退货？**\n\n{steps}\n\n{courtesy.doubt('zh-hans')}", "那多久到账？", reach=reach)
    assert isinstance(end, Said)
    assert "个工作日到账" in end.text


def test_a_price_that_was_not_said_is_looked_for_beside_it_and_only_guessed() -> None:
    said = "You can send it back within 60 days."
    price = hit(0.9, text="A return costs $6.", passage=2, article="price")
    joint = "can I return it in March? how much"
    end = talk("can I return it in March?", said, "how much", reach=Reach({joint: [just_said(text=said), price]}))
    assert isinstance(end, Said)
    assert "A return costs $6." in end.text
    assert end.choices
    none = talk("can I return it in March?", said, "how much", reach=Reach({joint: [just_said(text=said)]}))
    assert isinstance(none, HandedOver) or none.text == courtesy.above("en")


def test_what_follows_a_guess_is_a_guess() -> None:
    doubted = f"**Express**\n\n{EXPRESS}\n\n{courtesy.doubt('en')}"
    end = talk(ASKED, doubted, "how much", reach=Reach({f"{ASKED} how much": [just_said()]}))
    assert isinstance(end, Said)
    assert end.choices
    assert end.text.endswith(courtesy.doubt("en"))


def test_where_only_a_part_was_said_the_whole_is_shown_before_the_customer_is_pointed_to_it() -> None:
    part = "Express arrives in 2 days for $15."
    bare = "can I do that"
    reach = Reach({f"{ASKED} how much {bare}": [just_said()]})
    end = talk(ASKED, EXPRESS, "how much", part, bare, reach=reach)
    assert isinstance(end, Said)
    assert end.text == f"**Express**\n\n{EXPRESS}\n\n{courtesy.doubt('en')}"


def test_what_the_bot_quoted_is_a_context_by_its_title() -> None:
    talked = [
        Line("visitor", "the zipper of my tent broke"),
        Line("bot", "**Repairs**\n\n$15.", "Warranty"),
        Line("visitor", "how long"),
    ]
    assert recall.contexts(talked) == ["the zipper of my tent broke", "Warranty Repairs"]
    assert recall.contexts([*talked, Line("bot", "2 days.", "Repairs"), Line("visitor", "and by mail?")])[0] == "Repairs"


@pytest.mark.parametrize(
    ("earlier", "said", "together"),
    [
        ("how do I wash it", "and my tent?", "how do I wash my tent"),
        ("do you ship to Canada?", "and to Norway?", "do you ship to Norway"),
        ("how to return", "and to Canada", "how to return and to Canada"),
        ("它防水吗", "手表呢", "手表防水吗"),
        ("do you rent tents?", "and the deposit?", "do you rent tents? and the deposit?"),
    ],
)
def test_a_value_stands_in_the_place_of_the_one_before(earlier: str, said: str, together: str) -> None:
    assert follow_up.together(earlier, said) == together


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how much is that?", "money"),
        ("那要多少钱", "money"),
        ("how far ahead should I book", "duration"),
        ("修好要几天", "duration"),
        ("when is it due", "time"),
        ("能换几次屏", "times"),
        ("whats the minimum", "number"),
        ("在哪弄", "place"),
        ("how much weight can it carry", ""),
        ("is it waterproof", ""),
    ],
)
def test_the_form_of_a_question_tells_the_kind_of_its_answer(question: str, kind: str) -> None:
    found = expected.of(question)
    assert (found.name if found else "") == kind


@pytest.mark.parametrize(
    ("question", "bare"), [("how much does that cost", True), ("在哪弄", True), ("and the deposit?", False)]
)
def test_a_question_that_names_nothing_is_bare(question: str, bare: bool) -> None:
    assert support.asked(question).is_bare is bare
