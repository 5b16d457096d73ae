"""What a question wants to be told, and whether a text tells such a thing."""

import pytest

from apps.knowledge.passages import measures


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("what does the stove weigh", "It runs on any canister, and a 230 g canister boils 16 liters.", False),
        ("what does the stove weigh", "It weighs 340 g with its bag.", True),
        ("how heavy is the tent", "4 lb 2 oz (1.87 kg) with poles.", True),
        ("how many liters a minute does the filter do", "One cartridge filters about 1,500 liters.", False),
        ("how many liters a minute does the filter do", "It filters 2 liters a minute.", True),
        ("what street is the store on", "We have stores in Denver and Portland.", False),
        ("how wide is the pad", "It keeps you warm.", False),
        ("how long does the repair take", "10–14 business days.", True),
        ("how long does the repair take", "On the spot.", True),
        ("how long does the repair take", "Prices start at $12.", False),
        ("how long does it linger", "We are still not sure how long it is in the air.", True),
        ("at what time do you open", "Monday–Saturday 10 a.m.–8 p.m.", True),
        ("what colors does it come in", "One size fits all.", False),
        ("耳机多少钱", "长按 10 秒，白灯闪。", False),
        ("滤芯多少钱", "滤芯 199 元。", True),
        ("上海店在几楼", "上海、杭州各有一家店，每天 10:00–21:30。", False),
        ("山岚多重", "内存是焊在主板上的。", False),
        ("能分几期", "可以分 3、6 或 12 期。", True),
        ("能插几张卡", "支持快充。", False),
        ("保修多久", "整机 1 年。", True),
        ("几点下班", "每天 9:00–21:00。", True),
    ],
)
def test_a_text_tells_the_kind_of_thing_that_is_asked_for(question: str, text: str, told: bool) -> None:
    wanted = measures.asked(question)
    assert wanted is not None
    assert measures.tells(text, wanted) is told


@pytest.mark.parametrize(
    "question",
    [
        "when do I get my refund",
        "can I return it",
        "how do I wash it",
        "怎么退货",
        "杭州店坐地铁几号线到",
        "how long " + "x" * 200,
        "",
    ],
)
def test_what_may_be_answered_in_many_ways_asks_for_no_kind(question: str) -> None:
    assert measures.asked(question) is None


def test_the_price_of_a_thing_is_not_what_is_paid_for_a_service_around_it() -> None:
    freight = "Yes, oversize items such as the Basecamp 8 tent carry a $25 freight charge."
    assert measures.asks_plain_price("what does the Basecamp 8 tent cost")
    assert not measures.tells_plain_price(freight)
    assert not measures.asks_plain_price("what does shipping the Basecamp 8 cost")
    assert measures.tells_plain_price("We repair any brand. Prices start at $12 for a patch, $85 for a resole.")
    assert measures.asks_plain_price("冰箱多少钱")
    assert not measures.tells_plain_price("没有电梯的，送货上楼每层 10 元。")
    assert measures.tells_plain_price("青屿 5 是直屏，2999 元起。")
