"""Free text that is meant for a slot: the whole answer where it alone was asked for, or what stands after the slot's name."""

import re
from collections.abc import Sequence
from functools import lru_cache

from apps.flows.definition.definition import Slot
from apps.flows.slots import letters
from apps.flows.slots.yes_no import answer

LONGEST = 2_000  # characters of an answer that is kept
_LEAD = re.compile(
    r"\s*(?:(?:hi|hello|hey|ok|okay|sure|well|yes|yeah|so|um|er|please|你好|您好|好的?|嗯|那|哦|是的)[\s,.!。、]{1,4})*"
    r"(?:(?:it's|it is|that's|that would be|it would be|this is|就是|它是|是)[\s:]{0,3}(?=\S))?",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"(?:[\s,.!。、~]{1,4}(?:please|thanks|thank you|thx|cheers|谢谢(?:你|您|啦|了)?|多谢|麻烦了|拜托了?))*[\s,.!。、~]*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"\bname\b|姓名|名字|称呼|联系人|收件人|收货人")
_ADDRESS = re.compile(r"\baddress\b|地址|住址")
_NAME_LEAD = re.compile(
    r"\s*(?:my (?:full )?name(?: is|'s|:)?|the name is|name:|i'?m|i am|call me|this is|我的?名字[是叫]|我叫|我是|叫我|我姓"
    r"|本人|姓名[是:]?|免贵姓)\s*",
    re.IGNORECASE,
)
_ADDRESS_LEAD = re.compile(
    r"\s*(?:(?:please )?(?:send|ship|deliver) (?:it|them|this)? ?to|i live (?:at|in|on)|my address(?: is|:)?"
    r"|(?:请|麻烦)?(?:帮我)?[寄送发]到|我?住在?|我的地址[是:]?|地址[是:]?)\s*",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?\s*$|[吗呢么]\s*[?。.!]?\s*$|^\s*(?:what|how|when|where|why|who|which|can|could|is|are|do|does|did|will|would|should|may)\b"
    r"|^(?:请问|怎么|怎样|如何|为什么|为何|什么时候|多久|多少|几时|哪里|哪个|能不能|可不可以|是不是|有没有)"
)
_WANTS_QUESTION = re.compile(
    r"question|enquiry|inquiry|ask|message|comment|feedback|describe|description|detail|problem|issue|问题|咨询|留言"
    r"|描述|说明|内容|反馈|建议|详情|情况|原因|备注"
)
_CLAUSE = re.compile(r"[,;，；\n。]")


def is_question(text: str) -> bool:
    """The text asks something and nothing else."""
    return bool(_QUESTION.search(letters.plain(text).strip()))


def whole(slot: Slot, text: str, others: Sequence[tuple[int, int]]) -> str:
    """An answer to the question for this slot alone, without courtesies and without the clauses in which other slots' values
    stand (`others`: their spans). "" where the text asks, or only says yes or no."""
    called = f"{slot.name} {slot.label} {slot.prompt}".lower()
    plain = letters.plain(text)
    if answer(plain) is not None or (is_question(text) and not _WANTS_QUESTION.search(called)):
        return ""
    said = _without(text[: len(plain)], others).strip()
    start = _LEAD.match(said)
    said = said[start.end() :] if start else said
    for named, lead in ((_NAME, _NAME_LEAD), (_ADDRESS, _ADDRESS_LEAD)):
        if named.search(called) and (match := lead.match(said)):
            said = said[match.end() :]
    if match := _cue(slot).match(letters.plain(said)):
        said = said[match.end() :]
    return _TRAIL.sub("", said[:LONGEST]).strip(" \t\n,;:，；：")


def _without(text: str, others: Sequence[tuple[int, int]]) -> str:
    """The text but for the clauses after its first in which a span stands."""
    kept, at = [], 0
    edges = [*(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    for end in edges:
        if not any(start < end and at < stop for start, stop in others):
            kept.append(text[at:end])
        at = end
    return "".join(kept)


@lru_cache(maxsize=512)
def _cue(slot: Slot) -> re.Pattern[str]:
    """“name is”, “地址是”, “address:”, by the slot's own words."""
    names = dict.fromkeys(letters.plain(name).strip() for name in (slot.label, slot.name, slot.name.replace("_", " ")))
    if _NAME.search(" ".join(names)):
        names |= dict.fromkeys(("full name", "name", "姓名", "名字", "收货人", "联系人"))
    if _ADDRESS.search(" ".join(names)):
        names |= dict.fromkeys(("address", "收货地址", "地址"))
    called = "|".join(re.escape(name) for name in names if name)
    return re.compile(
        rf"(?:(?:my|the|our|your|我的?|它的)\s?)?(?:{called})\s{{0,3}}(?:is\b|are\b|'s\b|:|=|是|为|叫做?|写)\s{{0,3}}"
    )


def named(slot: Slot, text: str) -> tuple[str, int, int] | None:
    """(value, start, end) of what stands after the slot's own name, up to the end of its clause."""
    plain = letters.plain(text)
    called = f"{slot.name} {slot.label}".lower()
    match = _cue(slot).search(plain)
    if not match and _NAME.search(called):
        match = re.compile(r"\bmy (?:full )?name(?: is|'s|:)\s{0,3}|我叫|我的?名字[是叫]").search(plain)
    if not match:
        return None
    rest = plain[match.end() :]
    end = re.search(r"[,;。!?\n]|\. |\band (?=my\b|the\b|i\b)|\.$| (?=my |我的)", rest)
    stop = match.end() + (end.start() if end else len(rest))
    value = text[match.end() : stop].strip()
    if not value or len(value) > LONGEST or plain[stop : stop + 1] == "?":
        return None
    return value, match.end(), stop
