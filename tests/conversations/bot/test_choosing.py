"""“The second one”, said to “Was it this?” with buttons, is what the second button says."""

import pytest

from apps.conversations.bot import choosing, courtesy
from apps.conversations.bot.recall import Line
from apps.conversations.bot.stages.chosen import Chosen
from apps.conversations.bot.story import HandedOver, Said, Story
from apps.conversations.bot.turn import take_turn
from apps.conversations.models import Cause
from apps.conversations.worker import rehearsal
from apps.llm import languages
from tests.cast import Cast
from tests.conversations.bot.test_turn import Reach, end_of, hit
from tests.knowledge.conftest import know

RETURN, CANADA = "How do I return an item?", "Do you ship to Canada?"
FEE, REFUND = "运费多少钱？", "怎么申请退货？"


def offered(*questions: str) -> Line:
    language = languages.found(questions[0]) or "en"
    says = (*questions, courtesy.person(language)[1])
    return Line("bot", f"This.\n\n{courtesy.doubt(language)}", "Another", says)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("the first", RETURN), ("First one, please!", RETURN), ("1", RETURN), ("no, the 1st one", RETURN),
        ("the second one", CANADA), ("#2", CANADA), ("option 2", CANADA), ("I meant number two", CANADA),
        ("what about the second one?", CANADA), ("the last one", CANADA), ("the latter", CANADA),
        ("the one about Canada", CANADA), ("the returns one", RETURN),
        ("the third", courtesy.person("en")[1]),
        ("that one", "yes"), ("Yes, this is the one", "yes"),
        ("yes", ""), ("one", ""), ("the other one", ""), ("the fourth", ""), ("the one about tents", ""),
        ("the second one, how long does it take", ""), ("my second order is late", ""),
        ("2 tents", ""), ("not the second one", ""), ("how long", ""),
    ],
)  # fmt: skip
def test_a_place_or_what_it_is_about_names_a_button(text: str, meant: str) -> None:
    assert choosing.chosen(text, offered(RETURN, CANADA)) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("第一个", FEE), ("我要第一个", FEE), ("前者", FEE), ("关于运费的那个", FEE), ("1", FEE),
        ("第二个", REFUND), ("第２个吧", REFUND), ("第二個", REFUND), ("不是，是第二个", REFUND), ("选二", REFUND),
        ("后者", REFUND), ("最后一个", REFUND), ("退货那个", REFUND),
        ("第三个", courtesy.person("zh-Hans")[1]),
        ("就是这个", "是的"), ("对，就是这个", "是的"),
        ("最后一个问题", ""), ("下一个问题", ""), ("第四个", ""), ("另一个", ""), ("二手的收吗", ""),
        ("一个", ""), ("不是第二个", ""), ("第二个订单没到", ""),
    ],
)  # fmt: skip
def test_the_same_in_chinese(text: str, meant: str) -> None:
    assert choosing.chosen(text, offered(FEE, REFUND)) == meant


def test_the_other_one_is_clear_where_there_is_only_one() -> None:
    assert choosing.chosen("the other one", offered(RETURN)) == RETURN
    assert choosing.chosen("另一个", offered(FEE)) == FEE


def test_without_buttons_nothing_is_chosen() -> None:
    assert choosing.chosen("the second one", Line("bot", "You have 30 days.", "Returns")) == ""


@pytest.mark.parametrize("text", ["neither", "neither of them", "none of the above", "都不是", "两个都不是", "以上都不对"])
def test_neither_is_a_no(text: str) -> None:
    assert courtesy.declines(text)
    assert choosing.chosen(text, offered(RETURN, CANADA)) == ""


def told(text: str, reach: Reach, *before: Line, language: str = "en") -> Said | HandedOver:
    transcript = [*before, Line("visitor", text)]
    outcomes = list(take_turn(Story(text, language, transcript, "Acme", sure=0.75, floor=0.35), reach))
    assert any(isinstance(outcome, Chosen) for outcome in outcomes)
    return end_of(outcomes)


def test_the_chosen_question_is_answered_and_not_remembered_under_these_words() -> None:
    reach = Reach({CANADA: [hit(0.9, title=CANADA, text="Yes, for $15.")]})
    end = told("the second one", reach, Line("visitor", "can I get it there"), offered(RETURN, CANADA))
    assert isinstance(end, Said)
    assert (end.text, end.alone) == ("Yes, for $15.", False)
    assert reach.searched == [CANADA]


def test_a_chosen_person_is_called() -> None:
    end = told("第三个", Reach(), Line("visitor", "这个咋弄"), offered(FEE, REFUND), language="zh-Hans")
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.ASKED


def test_what_was_shown_is_not_told_again() -> None:
    end = told("that one", Reach(), Line("visitor", "returns?"), offered(RETURN, CANADA))
    assert isinstance(end, Said)
    assert end.tier is None


def test_what_follows_hangs_on_what_was_chosen() -> None:
    lines = [Line("visitor", "hm"), offered(RETURN, CANADA), Line("visitor", "the second one"), Line("bot", "Yes.", CANADA)]
    assert [line.text for line in choosing.read(lines) if line.author == "visitor"] == ["hm", CANADA]


def test_in_a_talk_with_the_real_search(acme: Cast) -> None:
    for title in (RETURN, CANADA, "How do I return a gift?"):
        know(title, f"Answer: {title}", language="en")
    first, second = rehearsal.converse(["gift item return Canada ship?", "the first one"])
    assert isinstance(first.end, Said)
    assert first.end.choices
    assert isinstance(second.end, Said)
    assert second.end.text == f"Answer: {first.end.choices[0].say}"
