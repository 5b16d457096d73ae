"""Words that stand beside a value and tell which slot it is for."""

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from apps.flows.definition.definition import Slot
from apps.flows.slots import letters

BEFORE, AFTER, FAR = 24, 10, 48  # characters that are looked at beside a value
OWN, SHARED = 3, 1  # how much a slot's own word tells, and a word of its kind
DENIED = 20  # how much it tells that a value is said not to be meant

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
        "people persons person guests guest party pax adults passengers travellers travelers seats us"
        " 人数 几人 几位 个人 位客人 位 人",
        "quantity items item pieces piece units 数量 件数 几件 件 个 份 盒 瓶 台",
        "nights night 晚数 几晚 晚",
        "stay days 天数 几天 住几天",
        "phone mobile telephone cell 电话 手机 联系电话 手机号",
        "order 订单 订单号 单号",
        "tracking parcel waybill 快递 运单 运单号 快递单号 物流单号",
        "email mail 邮箱 邮件",
        "amount refund price 金额 价格",
    )
)
# The beginning and the end of something: what a slot of it is called, and what stands beside its value.
_BEGINS = re.compile(
    r"\b(?:from|start|begin|depart|departure|leave|leaving|check.?in|pick.?up|since|earliest)\b|从|自|起始|出发|开始|入住|取车|离开"
)
_ENDS = re.compile(
    r"\b(?:to|until|till|end|arrive|arrival|return|back|check.?out|drop.?off|deadline|latest)\b|到|至|止|抵达|结束|退房|离店|还车|返回"
    r"|回来|回程"
)
_FROM = re.compile(
    r"(?:\b(?:from|since|between|after|starting|beginning)(?: from| on| at)?|从|自|由)\s?(?:the |about |around )?$"
    r"|\b(?:depart|leav(?:e|ing)|check.?in|pick.?up|starts?|begins?)\b|出发|开始|入住|取车"
)
_TO = re.compile(
    r"(?:\b(?:to|until|till?|through|thru|by|before|ending)|到|至)\s?(?:the |about |around )?$"
    r"|^\s?(?:-|–|—|~|and|和)\s?(?:the )?$"
    r"|\b(?:arriv(?:e|al|ing)|return(?:ing)?|back|check.?out|drop.?off|ends?)\b|抵达|结束|退房|离店|还车|返回|回来|回程"
)
_AFTER_FROM = re.compile(r"\s?(?:开始|出发|入住|取车|起|离开)")
_AFTER_TO = re.compile(r"\s?(?:到达|抵达|结束|退房|离店|还车|返回|回来|回程|为止|止|之?前)")
_DENIED = re.compile(
    r"(?:\b(?:not|isn't|wasn't|instead of|rather than|don't want)|不是|而不是|不要|不在|不想要?)"
    r"\s?(?:for |on |at |the |from |in |在|要){0,2}$"
)
_CHANGED = re.compile(
    r"\b(?:change|move|switch|reschedule|make|push|bring)\b.{0,36}\b(?:to|it)\s?(?:for |on |at |the )?$"
    r"|(?:改[到成为]|换[到成]|挪到|推迟到|提前到|应该是|而是|,是|actually it's)\s?$"
)
# Before a number of people.
_PARTY = re.compile(
    r"(?:\b(?:(?<!looking )for|of|are|we're|be|seats?|seating|about|around|bring|total|with|just|only|least|most)|一共|总共|共"
    r"|我们|预订|订)\s?(?:a |us )?$"
)
# After a number that counts nothing else: not “for 8 inch”, “for one time”, “about 20%”.
_NOTHING_COUNTED = re.compile(
    r"\s{0,2}(?:$|[,.!?;)]|(?:people|persons?|guests?|of us|at|on|for|in|to|and|or|by|please|thanks|tomorrow|tonight|today|this"
    r"|next|under|from|instead|now|total|altogether|inside|outside|if|is|was|will|would|with|plus|around|about)\b|[\u3400-\u9fff])"
)
_YEAR = re.compile(r"\d{4}")
_COUNTING = frozenset(("people", "人数"))
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
    own = own.union(*(row for row in _ALIKE if own & row))
    one = {word.removesuffix("s") for word in own if len(word) > 3 and word.isascii() and not word.endswith("ss")}
    return own | one | {f"{word}s" for word in one}


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


def beside(slot: Slot, rivals: Sequence[Slot], far: str, before: str, value: str, after: str) -> int:
    """How much a value's own words, and those before and after it, speak for a slot (0: not at all). `rivals`: other
    slots of its kind, whose words tell nothing. `far`: all the text before it, `before` that since the last value."""
    others = frozenset[str]().union(*(words(rival) | prompted(rival) for rival in rivals))
    own = words(slot) - others
    near, behind = before[-BEFORE:], after[:AFTER]
    score = OWN * (_has(own, near) or _has(own, value)) + (OWN - 1) * _has({word for word in own if len(word) > 1}, behind)
    if rivals:
        score += _has(prompted(slot) - others, near) + _side(slot, near, behind)
    elif pattern := _KIND.get(slot.kind):
        score += SHARED if pattern.search(near) else 0
    score += _instead(far[-FAR:])
    party = slot.kind == "number" and len(value) < 20 and not _YEAR.search(value) and bool(_COUNTING & own)
    if party and _PARTY.search(near) and _NOTHING_COUNTED.match(after):
        score += OWN - 1
    return score


def _instead(before: str) -> int:
    """A value that is changed to is meant, and one that is said not to be so is not."""
    return -DENIED if _DENIED.search(before) else int(bool(_CHANGED.search(before)))


def _has(own: Set[str], text: str) -> int:
    said = set(_LATIN.findall(text))
    return int(any(word in said if word.isascii() else word in text for word in own))


@lru_cache(maxsize=512)
def side(slot: Slot) -> str:
    """Whether a slot is the beginning ("from") or the end ("to") of something, by its name; "" for neither."""
    called = f"{slot.name.replace('_', ' ')} {slot.label}".lower()
    begins, ends = bool(_BEGINS.search(called)), bool(_ENDS.search(called))
    return "" if begins == ends else "from" if begins else "to"


def _side(slot: Slot, near: str, behind: str) -> int:
    """From and to: told by the last such word before the value, or by one right after it."""
    which = side(slot)
    if not which:
        return 0
    here, there = _last(_FROM, near), _last(_TO, near)
    right = here > there if which == "from" else there > here
    score = 3 if right else -2 if here != there else 0
    return score + 3 * bool((_AFTER_FROM if which == "from" else _AFTER_TO).match(behind))


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)
