"""Chinese messages with numbers of people's own, and with others that look like them: made up, with right and wrong checks.

No number is anybody's: all are drawn by a seeded generator. Half of the messages hold nothing that is somebody's own.
"""

import random
import string
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from apps.filters.span import Span

LINES, SEED = 400, 18
TWO = 0.15  # of the messages that hold any
_AREAS = ("110105", "310115", "440304", "330106", "510107", "420111", "610113", "320583", "650102", "370202")
_BANKS = ("621700", "622202", "622848", "621483", "622588", "623052", "436742", "520083")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_MOBILES = ("133", "135", "138", "139", "147", "150", "158", "166", "177", "186", "188", "191", "199")
Chance = random.Random


class Line(NamedTuple):
    text: str
    spans: tuple[Span, ...]


def lines(count: int = LINES, seed: int = SEED) -> list[Line]:
    chance = Chance(seed)
    return [_own(chance) if number % 2 else _other(chance) for number in range(count)]


def _own(chance: Chance) -> Line:
    """One thing of somebody's own, now and then two."""
    whats = chance.choices(list(_OWN), k=2 if chance.random() < TWO else 1)
    return _filled("。".join(chance.choice(_OWN[what][1]) for what in whats), whats, chance)


def _filled(text: str, whats: list[str], chance: Chance) -> Line:
    spans = []
    for what in whats:
        written = _OWN[what][0](chance)
        start = text.index("{}")
        text = text.replace("{}", written, 1)
        spans.append(Span(start, start + len(written), what))
    return Line(text, tuple(spans))


def _other(chance: Chance) -> Line:
    make, around = chance.choice(_OTHERS)
    return Line(chance.choice(around).replace("{}", make(chance)), ())


def _digits(chance: Chance, count: int) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _day(chance: Chance) -> date:
    return date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))


def _mark(body: str) -> str:
    """The check of ISO 7064 MOD 11-2: each digit times 2 to the power of its place."""
    total = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(body))
    return "0123456789X"[(12 - total % 11) % 11]


def _identity(chance: Chance) -> str:
    body = f"{chance.choice(_AREAS)}{_day(chance):%Y%m%d}{_digits(chance, 3)}"
    return body + chance.choice((str.upper, str.lower))(_mark(body))


def _wrong_identity(chance: Chance) -> str:
    written = _identity(chance)
    wrong = chance.choice([digit for digit in "0123456789" if digit != written[-1]])
    return chance.choice((written[:-1] + wrong, written[:10] + "13" + written[12:], written + _digits(chance, 2)))


def _luhn(body: str) -> str:
    """The digit that makes a body's sum a multiple of ten, each second one from the right doubled."""
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(reversed(body)))
    return str(-total % 10)


def _card(chance: Chance) -> str:
    bank = chance.choice(_BANKS)
    body = bank + _digits(chance, 9 if bank[0] in "45" else chance.choice((9, 12)))
    number = body + _luhn(body)
    gap = chance.choice(("", "", " ", "-"))
    return gap.join(number[at : at + 4] for at in range(0, len(number), 4))


def _wrong_card(chance: Chance) -> str:
    number = _card(chance)
    return number[:-1] + str((int(number[-1]) + chance.randrange(1, 10)) % 10)


def _mobile(chance: Chance) -> str:
    one, two, three = chance.choice(_MOBILES), _digits(chance, 4), _digits(chance, 4)
    gap = chance.choice(("", "", "", " ", "-"))
    return chance.choice(("", "", "", "+86 ", "86-")) + gap.join((one, two, three))


def _plate(chance: Chance) -> str:
    place = chance.choice(_PROVINCES) + chance.choice("ABCDEFGH") + chance.choice(("", "", "·"))
    if chance.random() < 0.3:
        return place + chance.choice("DF") + _digits(chance, 5)
    return place + "".join(chance.choices(_PLATE, k=4)) + chance.choice(string.digits)


def _mail(chance: Chance) -> str:
    name = "".join(chance.choices(string.ascii_lowercase, k=5)) + chance.choice(("", ".", "_")) + _digits(chance, 3)
    return f"{name}@{chance.choice(('example.com', 'mail.example.cn', 'example.com.cn'))}"


def _landline(chance: Chance) -> str:
    return chance.choice(("010-", "021-", "0755-", "0571-")) + chance.choice("2345678") + _digits(chance, 7)


def _passport(chance: Chance) -> str:
    return chance.choice("EG") + _digits(chance, 8)


def _company(chance: Chance) -> str:
    """A company's registered number, which has eighteen characters too."""
    return "91" + chance.choice(_AREAS) + "".join(chance.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=10))


Maker = Callable[[Chance], str]
_OWN: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "identity_card": (
        _identity,
        ("我的身份证号是{}，帮我实名认证", "{}，麻烦核对一下身份信息", "证件号码：{}", "本人{}申请销户"),
    ),
    "card": (_card, ("卡号{}，钱还没到账", "请退款到{}", "我用{}付的款", "银行卡 {} 被锁了怎么办")),
    "mobile": (_mobile, ("电话{}，白天都在", "我手机号{}换了", "加我微信{}", "收件人王先生 {}")),
    "plate": (_plate, ("车牌{}，停在门口", "我的车是{}", "{}违章怎么处理")),
    "mail": (_mail, ("发票发到{}", "邮箱是{}谢谢", "请联系{}")),
    "landline": (_landline, ("座机{}", "打{}没人接", "公司电话是{}")),
    "passport": (_passport, ("护照号{}", "我的护照是{}，可以开户吗")),
}
_OTHERS: tuple[tuple[Maker, tuple[str, ...]], ...] = (
    (lambda chance: _digits(chance, 18), ("订单号{}到哪了", "订单 {} 要退货", "查一下单号{}")),
    (lambda chance: chance.choice(_MOBILES) + _digits(chance, 8), ("订单{}什么时候发货", "工单编号{}有进展吗", "流水号：{}")),
    (lambda chance: f"20261130{_digits(chance, 8)}", ("{}这个单子取消", "下单编号{}")),
    (lambda chance: "SF" + _digits(chance, 13), ("快递单号{}", "{}显示已签收，可我没收到")),
    (lambda chance: chance.choice(("YT", "JD", "ZTO")) + _digits(chance, 13), ("物流{}不动了", "运单{}查不到")),
    (_card, ("订单号是{}", "交易流水{}请核实")),
    (_wrong_card, ("参考号{}", "我看到一串数字{}是什么意思")),
    (_wrong_identity, ("编码{}查不到", "{}是什么号码")),
    (_company, ("公司税号{}，开专票", "统一社会信用代码{}")),
    (lambda chance: _digits(chance, 6), ("验证码{}收不到", "股票代码{}", "取件码{}", "邮编{}")),
    (
        lambda chance: f"{chance.randrange(1, 90_000)}.{_digits(chance, 2)}",
        ("扣了我{}元", "余额只有{}，为什么", "利息{}怎么算的"),
    ),
    (lambda chance: f"{_day(chance):%Y-%m-%d} {chance.randrange(10, 24)}:{_digits(chance, 1)}5", ("{}下的单", "{}到账了吗")),
    (lambda chance: f"{_day(chance):%Y%m%d}", ("{}的账单", "{}之前能到吗")),
    (lambda chance: f"{chance.randrange(1, 20)}.{chance.randrange(20)}.{chance.randrange(30)}", ("App版本{}闪退", "固件{}")),
    (lambda chance: f"{chance.choice('ABCDEFGH')}{_digits(chance, 8)}", ("型号{}还有货吗", "序列号{}", "发票号{}")),
    (
        lambda chance: f"{chance.choice('沪京粤')}{chance.choice('ABC')}{chance.choice(('款', '座', '区'))}",
        ("{}还有吗", "我要{}"),
    ),
    (lambda chance: f"{chance.choice(('MU', 'CA', 'CZ'))}{_digits(chance, 4)}", ("航班{}改签", "{}延误险怎么赔")),
    (lambda chance: chance.choice(("95588", "10086", "400-820-8820", "12315")), ("我打{}没人接", "{}是你们的号码吗")),
    (
        lambda chance: "",
        ("转账失败怎么办", "密码忘了怎么找回", "你们几点下班", "卡丢了怎么挂失", "怎么改手机号", "身份证过期了要更新吗"),
    ),
)
