"""A question begins no flow; a wish in the form of a question is a wish."""

import pytest

from apps.flows.understanding.questions import asks_how, is_question

QUESTIONS = """
怎么退货？
退货的运费谁出
七天无理由从哪天开始算
门店贴膜要预约吗
周日送不送货
发票是电子的还是纸质的
拆封的耳机也能无理由退货吧
这个应该是全国联保的吧
can i return boots i have worn?
How do I return an item?
do you deliver on weekends
where can I find my invoices
can you tell me how returns work
"""
WISHES = """
我要退货
帮我退了吧
给我换一个吧
帮我看看我的包裹到哪里了
麻烦查一下物流到哪了
能帮我开张发票吗？
可以给我约个时间吗
I want to send this back
can you set up a return for my sleeping bag please
could you look up my order?
can you check where my parcel is
can I get a slot at the Denver store tomorrow afternoon
"""


@pytest.mark.parametrize("text", QUESTIONS.split("\n")[1:-1])
def test_a_question_is_one(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", WISHES.split("\n")[1:-1])
def test_a_wish_is_none(text: str) -> None:
    assert not is_question(text)


def test_how_something_is_done_may_be_offered_to_be_done() -> None:
    assert asks_how("怎么退货？")
    assert asks_how("How do I return an item?")
    assert not asks_how("退货的运费谁出")
