"""Free text that is meant for a slot: the whole answer where it alone was asked for, or what stands after the slot's name."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from apps.flows.definition.definition import Slot
from apps.flows.slots import letters, names, places
from apps.flows.slots.yes_no import answer

LONGEST = 2_000  # characters of an answer that is kept
Span = tuple[int, int]

# Courtesies before and after what is meant, as of `letters.plain`.
_LEAD = re.compile(
    r"(?:(?:hi|hello|hey|ok|okay|sure|well|yes|yeah|so|um|er|please|你好|您好|好的?|嗯|那|哦|是的)[\s,.!。、]{1,4}){0,4}"
    r"(?:(?:it's|it is|that's|that would be|it would be|this is|就是|它是|是)[\s:]{0,3}(?=\S))?"
)
_TRAIL = re.compile(
    r"(?:[\s,.!。、~]{1,4}(?:please|thanks|thank you|thx|cheers|谢谢(?:你|您|啦|了)?|多谢|麻烦了|拜托了?)){0,3}"
    r"[\s,.!。、~;:]{0,9}$"
)
_ADDRESS = re.compile(r"\baddress\b|地址|住址")
_NAME_LEAD = re.compile(
    r"\s*(?:(?:my (?:full )?name(?: is|'s|:)?|the name is|name:|i'?m|i am|call me|this is|under)\s|我的?名字[是叫]|我叫|我是"
    r"|叫我|我姓|本人|姓名[是:]?|免贵姓)\s{0,3}"
)
_ADDRESS_LEAD = re.compile(
    r"\s*(?:(?:please )?(?:send|ship|deliver) (?:it|them|this)? ?to\b|i live (?:at|in|on)\b|my address(?: is|:)?"
    r"|(?:请|麻烦)?(?:帮我)?[寄送发]到|我?住在?|我的地址[是:]?|地址[是:]?)\s{0,3}"
)
_QUESTION = re.compile(
    r"\?\s*$|[吗呢么]\s*[?。.!]?\s*$|^\s*(?:what|how|when|where|why|who|which|can|could|is|are|do|does|did|will|would|should|may)\b"
    r"|^(?:请问|怎么|怎样|如何|为什么|为何|什么时候|多久|多少|几时|哪里|哪个|能不能|可不可以|是不是|有没有)"
)
# After a slot's name these ask for it: “电话是多少”.
_ASKS = re.compile(r"(?:在?什么|啥|多少|几|在?哪|谁|怎|咋|what|which|where|when|how)")
# Slots for which a question is an answer.
_OPEN = re.compile(
    r"question|enquiry|inquiry|ask|message|comment|feedback|describe|description|detail|problem|issue|问题|咨询|留言|描述|说明|内容"
    r"|反馈|建议|详情|情况|原因|备注"
)
_REQUEST = re.compile(
    r"\b(?:can|could|may|might) (?:i|we|you)\b|\bwould (?:it|you|that)\b|\b(?:do|have) you (?:have|got)\b"
    r"|\b(?:how|what) about\b"
    r"|\bis (?:it|that|there)\b.{0,40}\b(?:possible|ok|okay|free|available|table|way)\b|能不能|可不可以|可以.{0,30}[吗么]"
    r"|能.{0,30}[吗么]|帮我|给我|推荐|我(?:想|要|打算|准备)(?!知道|问|了解|咨询|请教|查)|想找|行吗|行不行|好吗|怎么样\s*\??$|方便吗|还有.{0,20}[吗么没]"
)
_HAN = re.compile("[\u3400-\u9fff]")
SHORT = 8  # words, and twice as many Chinese characters, of a short answer
_CLAUSE = re.compile(r"[,;，；\n。]")
_STOP = re.compile(r"[,;。!?\n]|\. |\band (?=my\b|the\b|i\b)|\.$| (?=my |我的)")


def is_question(text: str) -> bool:
    """The text asks something."""
    return bool(_QUESTION.search(letters.plain(text).strip()))


def is_request(text: str) -> bool:
    """The text asks for something to be done, and so may say for what; not one that asks which of two it should be."""
    plain = letters.plain(text)
    return bool(_REQUEST.search(plain)) and "还是" not in plain


def is_short(text: str) -> bool:
    """The text is an answer rather than a story."""
    plain = letters.plain(text)
    return len(plain.split()) <= SHORT and len(plain) <= (2 if _HAN.search(plain) else 6) * SHORT


def read(
    slots: Sequence[Slot], text: str, asked: Collection[str], others: Sequence[Span], firm: Sequence[Span]
) -> dict[str, Span]:
    """Where the values of text slots stand. `others`: spans of what other slots have got; `firm`: those of them that are no
    part of a sentence, as a phone number."""
    wanted = {slot.name for slot in slots} & set(asked)
    found: dict[str, Span] = {}
    told = names.said(text) if any(names.part(slot) for slot in slots) else None
    for slot in sorted(slots, key=lambda slot: slot.name not in asked):
        which = names.part(slot)
        span = _after_its_name(slot, text) or (names.of(which, text, *told) if told and which else None)
        span = span or places.said(slot, slots, text, [*others, *found.values()], slot.name in asked)
        if not span and slot.name in asked and len(wanted) == len(set(asked)) and _one_answer(slots, wanted):
            apart = others if which or _ADDRESS.search(f"{slot.name} {slot.label}".lower()) else firm
            whole = _whole(slot, text, apart)
            if whole and which and not names.is_like_one(text[slice(*whole)]):
                continue
            parted = names.of(which, text, *whole) if which and whole else whole
            span = parted or (whole if len(wanted) == 1 or which == names.FIRST else None)
        if span:
            found[slot.name] = span
    return found


def _one_answer(slots: Sequence[Slot], wanted: Collection[str]) -> bool:
    """One slot alone was asked for, or the parts of one name."""
    return len(wanted) == 1 or all(names.part(slot) in (names.FIRST, names.LAST) for slot in slots if slot.name in wanted)


def _whole(slot: Slot, text: str, others: Sequence[Span]) -> Span | None:
    """The answer to the question for this slot, without courtesies and without the clauses in which other slots' values stand.
    None where the text asks, or only says yes or no."""
    called = f"{slot.name} {slot.label} {slot.prompt}".lower()
    plain = letters.plain(text)
    if answer(plain) is not None or (is_question(text) and not _OPEN.search(called)):
        return None
    start, end = _own_clauses(plain, others)
    start += len(plain[start:end]) - len(plain[start:end].lstrip())
    leads = [
        _LEAD,
        *([_NAME_LEAD] if names.part(slot) else []),
        *([_ADDRESS_LEAD] if _ADDRESS.search(called) else []),
        _cue(slot),
    ]
    for lead in leads:
        match = lead.match(plain, start, end)
        if match and match.end() < end:
            start = match.end()
    end = min(end, start + LONGEST)
    trail = _TRAIL.search(plain, max(start, end - 60), end)
    end = trail.start() if trail else end
    return _stripped(plain, start, end)


def _stripped(text: str, start: int, end: int) -> Span | None:
    edges = " \t\r\n,;:"
    while start < end and text[start] in edges:
        start += 1
    while start < end and text[end - 1] in edges:
        end -= 1
    return (start, end) if start < end else None


def _own_clauses(text: str, others: Sequence[Span]) -> Span:
    """The longest row of clauses in which no other slot's value stands."""
    best, start = (0, 0), 0
    at = 0
    for end in [*(match.end() for match in _CLAUSE.finditer(text)), len(text)]:
        if any(begin < end and at < stop for begin, stop in others):
            start = end
        elif end - start > best[1] - best[0]:
            best = (start, end)
        at = end
    return best


@lru_cache(maxsize=512)
def _cue(slot: Slot) -> re.Pattern[str]:
    """“name is”, “地址是”, “address:”, by the slot's own words."""
    called = dict.fromkeys(letters.plain(name).strip() for name in (slot.label, slot.name, slot.name.replace("_", " ")))
    if names.part(slot) == names.FULL:
        called |= dict.fromkeys(("full name", "name", "姓名", "名字", "收货人", "联系人"))
    if _ADDRESS.search(" ".join(called)):
        called |= dict.fromkeys(("address", "收货地址", "地址"))
    mark = "?" if names.part(slot) in (names.FIRST, names.LAST) else ""
    words = "|".join(re.escape(name) for name in called if name)
    return re.compile(
        rf"(?<![a-z])(?:(?:my|the|our|your|我的?|它的)\s?)?(?:{words})\s{{0,3}}(?:is\b|are\b|'s\b|:|=|是这样的?:?|是|为|叫做?|写){mark}\s{{0,3}}"
    )


def _after_its_name(slot: Slot, text: str) -> Span | None:
    """The text after the slot's own name, up to the end of its clause."""
    plain = letters.plain(text)
    match = _cue(slot).search(plain)
    if not match:
        return None
    end = _STOP.search(plain, match.end())
    stop = end.start() if end else len(plain)
    if _ASKS.match(plain, match.end()) and not _OPEN.search(f"{slot.name} {slot.label} {slot.prompt}".lower()):
        return None
    if stop - match.end() > LONGEST or plain[stop : stop + 1] == "?":
        return None
    return _stripped(plain, match.end(), stop)
