"""Each starter's examples hold, and what customers ask every day passes through all of them unharmed."""

import pytest

from apps.filters.kinds import KINDS
from apps.filters.rule import Direction, Where
from apps.filters.screening.screen import Screen
from apps.filters.starters import Ready, starters, usual

READY = [ready for starter in starters() for ready in starter.rules]
ASKED = """
转账失败怎么办
请检查您的账户信息
怎么修改个人信息
这个操作提示失败，怎么处理
银行卡被吞了怎么办
我要投诉，等了半小时没人理
密码输错三次被锁了
怎么查历史交易
信用卡可以分期吗
你们几点下班
订单什么时候发货
退款多久到账
我的包裹显示已签收，但我没收到
发票抬头写错了能改吗
怎么取消自动续费
贷款利率是多少
这款理财有风险吗
能保证明天到吗
请问这个药有没有副作用
孩子发烧能吃这个吗
日本能寄吗，今日本店有活动吗
手机号换了怎么重新绑定
身份证过期了还能办卡吗
性能怎么样，和上一代比呢
能不能便宜一点
忘记密码了，怎么找回
上面的链接打不开
请重复一下刚才的步骤
系统提示我版本太旧
我要转人工
Why did my transfer fail?
Please check your account information.
How do I change my address?
My card was declined twice today.
I have been waiting for an hour, this is annoying.
When will order 4155552671 arrive?
Can you cancel the last order?
Where do I find the instructions for the lamp?
Please ignore my previous message.
Is there a guarantee on the mattress?
What happens if I lose my card?
Can I get a return label?
Is the analysis free of charge?
The app crashed after the update to version 2.10.1.
Do you ship to Scunthorpe and Penistone?
I want to speak to a person.
What is your phone number?
How do I reset my passcode?
Does this cream help against dry skin?
What are the rules for returns?
You charged me 12.50 on 2026-11-28, why?
"""
EVERYDAY = ASKED.strip().splitlines()


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.key)
def test_what_it_must_catch_and_what_must_pass(ready: Ready) -> None:
    KINDS[ready.kind].check(ready.settings)
    screen = Screen([ready.rule("en")])
    where = Where(next(iter(ready.directions)))
    assert not [text for text in ready.must_catch if not screen.hits(text, where)]
    assert not [text for text in ready.must_pass if screen.hits(text, where)]


def test_what_is_asked_every_day_passes_through_all_of_them() -> None:
    assert len(EVERYDAY) > 50
    screen = Screen([ready.rule("zh-hans") for ready in READY])
    for direction in Direction:
        harmed = [(text, hits[0].rule.key) for text in EVERYDAY if (hits := screen.hits(text, Where(direction)))]
        assert not harmed


def test_they_speak_both_languages() -> None:
    for starter in starters():
        assert set(starter.name) == set(starter.about) == {"en", "zh-hans"}
    for ready in READY:
        assert set(ready.name) == {"en", "zh-hans"}
        assert set(ready.say) == ({"en", "zh-hans"} if ready.action.ends else set())


def test_what_changes_a_message_or_ends_it_is_off_at_first_unless_it_is_sure() -> None:
    assert [ready.key for ready in READY if ready.enabled and ready.action.ends] == ["abuse-bot"]
    assert usual("en")
