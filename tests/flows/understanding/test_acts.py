"""Short messages that steer a flow, and longer ones that only look like them."""

import pytest

from apps.flows.engine.said import Act
from apps.flows.understanding.acts import act_of

SAID = {
    Act.YES: "yes|是的|好的谢谢|嗯嗯|行|sure, go ahead|yes, the blue one|没问题|ok",
    Act.NO: "no|nope|不是|不对，应该是第二个|no, the other one|不是，是12345678|actually it's 12345678|no thanks",
    Act.CANCEL: "算了|不退了|取消|cancel|cancel this please|never mind|stop|取消吧，谢谢|不用了谢谢",
    Act.START_OVER: "重新开始|start over|let's start again",
    Act.SKIP: "skip this|跳过|没有|我不知道|i don't have one",
    Act.REPEAT: "what did you say|再说一遍|什么|what?",
    Act.BACK: "go back|上一步|返回",
    Act.NONE: "I want to cancel my order|我要取消订单|对不起|可以退货吗|ok but how long|退货|什么时候到|行李箱|20261105001||?",
}


@pytest.mark.parametrize(("act", "text"), [(act, text) for act, texts in SAID.items() for text in texts.split("|")])
def test_it_hears_what_a_message_does(act: Act, text: str) -> None:
    assert act_of(text, "") is act
