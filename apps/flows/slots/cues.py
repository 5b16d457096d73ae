"""Words that stand beside a value and tell which slot it is for."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from apps.flows.definition.definition import Slot
from apps.flows.slots import letters

BEFORE, AFTER = 24, 10  # characters that are looked at beside a value
OWN, SHARED = 3, 1  # how much a slot's own word tells, and a word of its kind

_LATIN = re.compile(r"[a-z]{2,}")
_HAN = re.compile("[\u3400-\u9fff]{2,}")
# Words of many slots, which tell none from another.
_EVERYWHERE = (
    "the your you please what is are was which when where how many much for and number date day time enter tell give let know"
    " would like want need can could may will this that of to from in on at id code with has have do does did it its be or not"
    " we us our order"
)
_COMMON = frozenset(_EVERYWHERE.split())
_COMMON_HAN = {
    "日期",
    "时间",
    "号码",
    "请问",
    "多少",
    "什么",
    "哪个",
    "哪天",
    "您的",
    "提供",
    "告诉",
    "输入",
    "一下",
    "需要",
    "希望",
    "是否",
    "的是",
    "是多",
    "请输",
}
# Words for the same thing: a slot that is called by one of them is known by all.
_ALIKE: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in (
        "people persons person guests guest party pax adults us 人数 几人 几位 个人 位客人 位 人",
        "quantity items item pieces piece units 数量 件数 几件 件 个 份 盒 瓶 台",
        "nights night 晚数 几晚 晚",
        "phone mobile telephone cell 电话 手机 联系电话 手机号",
        "order 订单 订单号 单号",
        "tracking parcel waybill 快递 运单 运单号 快递单号 物流单号",
        "email mail 邮箱 邮件",
        "amount refund price 金额 价格",
    )
)
# What the beginning and the end of something are called, in a slot's name and beside its value.
_FROM = re.compile(
    r"\b(?:from|start|begin|depart|departure|leave|leaving|check.?in|pick.?up|since|after)|从|自|起|出发|开始|入住|取车|离开"
)
_TO = re.compile(
    r"\b(?:to|until|till|til|end|arrive|arrival|arriving|return|back|check.?out|drop.?off|before|by)\b|到|至|止"
    r"|抵达|结束|退房|离店|还车|返回|回来|回程"
)
_KINDS = {
    "phone": r"\b(?:phone|mobile|cell|tel|telephone|call|reach me|contact|whatsapp)\b|电话|手机|联系方式|号码",
    "email": r"\be-?mail\b|邮箱|邮件",
    "id": r"\b(?:number|no|id|code|order|reference|ref|tracking|#)\b|单号|编号|订单|号码|号是",
    "money": r"\b(?:pay|paid|cost|price|amount|refund|budget)\b|金额|价格|退款|付了|花了|预算",
    "number": r"\b(?:people|persons?|guests?|pax|of us|adults?|items?|pieces?|nights?|quantity|party of)\b"
    r"|[个位件份人台本瓶盒]|数量",
    "date": r"\b(?:on|date)\b|日期",
    "time": r"\b(?:at|time)\b|时间",
}
_KIND = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}


@lru_cache(maxsize=512)
def words(slot: Slot) -> frozenset[str]:
    """The words by which a slot is called, from its label and its name, and others for the same thing."""
    own = _words((slot.label, slot.name.replace("_", " "))) - (_COMMON - {"order"}) - _COMMON_HAN
    return own.union(*(row for row in _ALIKE if own & row))


@lru_cache(maxsize=512)
def prompted(slot: Slot) -> frozenset[str]:
    """Words of the question with which a slot is asked for."""
    return _words((slot.prompt,)) - _COMMON - _COMMON_HAN


def _words(texts: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in texts:
        plain = letters.plain(text)
        found.update(_LATIN.findall(plain))
        for run in _HAN.findall(plain):
            found.add(run)
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(found)


def beside(slot: Slot, rivals: Sequence[Slot], before: str, after: str) -> int:
    """How much the words before and after a value speak for a slot (0: not at all). `rivals`: other slots of its kind, whose
    words tell nothing."""
    others = frozenset[str]().union(*(words(rival) | prompted(rival) for rival in rivals))
    own = words(slot) - others
    near, behind = before[-BEFORE:], after[:AFTER]
    score = OWN * (_has(own, near)) + (OWN - 1) * (_has(own, behind))
    if rivals:
        score += _has(prompted(slot) - others, near) + _side(slot, near, behind)
    elif pattern := _KIND.get(slot.kind):
        score += SHARED if pattern.search(near) or (slot.kind == "number" and pattern.match(behind.lstrip())) else 0
    return score


def _has(own: frozenset[str], text: str) -> int:
    said = set(_LATIN.findall(text))
    return int(any(word in said if word.isascii() else word in text for word in own))


def _side(slot: Slot, near: str, behind: str) -> int:
    """From and to: told by the last such word before the value, else by one right after it."""
    called = f"{slot.name.replace('_', ' ')} {slot.label}".lower()
    begins, ends = bool(_FROM.search(called)), bool(_TO.search(called))
    if begins == ends:
        return 0
    mine, other = (_FROM, _TO) if begins else (_TO, _FROM)
    here, there = _last(mine, near), _last(other, near)
    score = 3 if here > there else -2 if there > here else 0
    if found := mine.match(behind.lstrip()):
        score += 3 if len(found[0]) > 1 else 1
    return score


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)
