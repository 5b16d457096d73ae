"""Short messages that steer a flow, and longer ones that only look like them."""

import pytest

from apps.flows.engine.said import Act
from apps.flows.understanding.acts import act_of, lacks

SAID = {
    Act.YES: (
        "Yes.|YES!|yes please|yeah sure|yup|ok thanks|okay|that's right|correct|sounds good|yes that's correct"
        "|i confirm|go ahead please|absolutely|好|好的|好呀|可以|可以的|行吧|对|对的|没错|是|是的没错|嗯|嗯，好的|确认"
        "|确定|没问题|当然可以|要|需要|OK|ok的|好的，麻烦了|好👌|yes, the second one|是的，就是这个|yes 12345678"
    ),
    Act.NO: (
        "No.|no thanks|no thank you|nope|nah|not really|no, that's wrong|that's not right|wrong|不|不是|不对|不要|不用"
        "|不用了谢谢|不需要|不行|错了|不是的|否|no it isn't|no, i want the blue one|不是，我要另一个|不对，是5号"
        "|错了，应该是12345678|actually, it's the other one|sorry, i meant 12345678|no not that one|wait, it's 5pm"
        "|i don't|不用了|不要了|not now"
    ),
    Act.CANCEL: (
        "cancel|Cancel it|cancel that please|please cancel|never mind|nevermind|Never mind, thanks|forget it"
        "|forget about it|stop|stop it|stop this|i changed my mind|i don't want to do this anymore|i want to stop"
        "|can we stop|quit|exit|abort|i give up|let's forget it|取消|取消吧|我要取消|帮我取消|算了|算了吧|算了，不退了"
        "|不退了|不办了|不想退了|我不想办了|停止|退出|先不弄了|不弄了|结束|改主意了|我改主意了|下次再说|以后再说"
        "|那算了|算了不用了|没事了|放弃"
    ),
    Act.START_OVER: (
        "start over|Start again please|let's start over|can we start over|restart|from the beginning|begin again"
        "|重新开始|从头开始|重来|我要重新来|重新填|重新来一遍|从头来"
    ),
    Act.SKIP: (
        "skip|skip this|skip it please|skip this question|can i skip this|next|next question|pass|i don't have one"
        "|i don't know|not sure|i'd rather not say|prefer not to say|none|n/a|no idea|跳过|跳过这个|跳过吧|下一个|没有"
        "|没有这个|无|不知道|不清楚|不记得了|忘了|我忘记了|不想说|不方便提供|不填|没有呢|找不到了"
    ),
    Act.REPEAT: (
        "what did you say|what did you say?|what was that|can you repeat that|please repeat|say that again|say again"
        "|come again|pardon?|sorry, what?|what was the question|i didn't get that|再说一遍|请再说一遍|再说一次"
        "|重复一遍|你说什么|刚才说什么|没听清|没看懂|什么意思|你问什么|啥"
    ),
    Act.BACK: (
        "back|go back|go back please|can we go back|previous|previous question|back to the previous step|one step back"
        "|undo|上一步|返回|返回上一步|回到上一步|退回|上一个问题|撤销"
    ),
    Act.WAIT: (
        "hang on|Hold on a sec|wait|one moment please|just a minute|let me look|let me check my email|ok, I'll look for it"
        "|hang on, let me find it|give me a minute|bear with me|等一下|稍等|等等|等会儿|等一下我找找|稍等，我看一下|我找一下"
        "|好的，我查查|你等一下啊，我去翻翻|等我一下"
    ),
    Act.NONE: (
        "等了三天还没到|要等多久|看看有没有红色的|I'll get the blue one|waiting for three days now|我想看看别的|wait times"
        "|一会儿来取|a minute ago|I will check in on friday|"
        "I want to cancel my order|cancel my subscription|我要取消订单|取消预约|stop sending me emails"
        "|can I go back to the store|next week|next friday|the next one|no idea how to return this, can you help"
        "|how do I cancel?|怎么取消|可以取消吗|what is your refund policy|what about delivery|什么时候能到|我要退货"
        "|不是应该免运费吗|好像不对劲儿的样子怎么回事|对了，运费多少|好评返现|行李|没有收到货|没有收到退款怎么办"
        "|忘记密码怎么办|不知道怎么退货|不清楚运费怎么算|back pain|right shoe is missing|ok but who pays|yes, but when"
        "|skip the queue at the shop|重新发货|重新下单|返回运费谁出|退出登录怎么弄|是不是坏了|要多久|有优惠吗|能便宜吗"
        "|不能用了|不好用|错发了|sure about that?|great shoes|good morning|fine print|true to size?|不退不换吗"
        "|start my return|i want to start a return over the phone|pass me to an agent|hello|你好|谢谢|转人工"
        "|20261105001|blue"
    ),
}


@pytest.mark.parametrize(("act", "text"), [(act, text) for act, texts in SAID.items() for text in texts.split("|")])
def test_it_hears_what_a_message_does(act: Act, text: str) -> None:
    assert act_of(text, "") is act


@pytest.mark.parametrize("text", ["", " ", "?", "no " * 200, "算了" * 500, "\u0130" * 60])
def test_what_is_nothing_does_nothing(text: str) -> None:
    assert act_of(text, "") is Act.NONE


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("我没有订单号", True),
        ("订单号找不到了", True),
        ("不记得单号了", True),
        ("I don't have the order number", True),
        ("I can't find it", True),
        ("I lost my receipt", True),
        ("没有收到货", False),
        ("没关系", False),
        ("I don't like it", False),
        ("my number is 12", False),
    ],
)
def test_it_hears_that_what_is_asked_for_is_not_at_hand(text: str, lacking: bool) -> None:
    assert lacks(text) is lacking
