"""Places, and other things with a name of their own: where one is said, and on which side of a way."""

import re
from collections.abc import Iterator, Sequence

from apps.flows.definition.definition import Slot
from apps.flows.slots import letters

FROM, TO, IN, AT = "from", "to", "in", "at"
Span = tuple[int, int]

_PLACE = re.compile(
    r"\b(?:city|town|place|location|area|where|whereabouts|destination|origin|airport|station|region|country|neighbou?rhood)\b"
    r"|城市|地点|目的地|出发地|起点|终点|始发地|车站|机场|地区|区域"
)
_THING = re.compile(
    r"\b(?:restaurant|hotel|shop|store|branch|venue|property|company|theat(?:er|re)|cinema|building|clinic|salon)\b"
)
_CALLED = re.compile(r"\bplace name\b")
_FROM = re.compile(r"\b(?:from|origin|depart(?:ure|ing)?|pick ?up|starting)\b|出发|起点|始发|上车")
_TO = re.compile(r"\b(?:to|destination|arrival|arriving|drop ?off)\b|目的|终点|到达|下车")
_ADDRESS = re.compile(r"\baddress\b|地址")
_WORD = r"[A-Z][A-Za-z.'’&-]{0,24}"
_NAME = re.compile(
    rf"(?:[Tt]he )?(?P<name>{_WORD}(?: (?:(?:of|de|del|la|le) )?(?:{_WORD}|\d{{1,4}}\b)){{0,4}}(?:, {_WORD}(?: {_WORD})?)?)"
)
_BEFORE = {
    FROM: re.compile(r"\b(?:from|out of|leav(?:e|ing)|depart(?:ing)?)\s(?:the )?$", re.IGNORECASE),
    TO: re.compile(r"\b(?:to|into|towards?|reach|visit(?:ing)?|destination is)\s(?:the )?$", re.IGNORECASE),
    IN: re.compile(r"\b(?:in|near|around|within|inside|outside)\s(?:the )?$", re.IGNORECASE),
    AT: re.compile(r"\b(?:at|called|named|visit(?:ing)?|try|property|restaurant|hotel)\s(?:the )?$", re.IGNORECASE),
}
_NO_NAME = re.compile(
    r"(?:I|I'[a-z]+|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August"
    r"|September|October|November|December|Today|Tomorrow|AM|PM|OK|Okay|English|Chinese)\b"
)
_HAN_FROM = re.compile(
    "(?:从|由)(?P<name>[^,。!?;\\s从由]{2,30}?)(?:出发|(?:坐|打|乘|叫|开)[\u3400-\u9fff]{0,5}?[到去至]|到|去|至|前往)"
)
_HAN_TO = re.compile(
    "(?:到|去|至|前往)(?P<name>[^,。!?;\\s到去]{2,30}?)(?=的|[,。!?;\\s]|$|吃|玩|看|怎么|要多|需要|坐|乘|打车)"
)


def side(slot: Slot) -> str:
    """The side of the name that a slot wants: FROM, TO, IN for a place, AT for a thing with a name; "" for anything else."""
    called = f"{slot.name.replace('_', ' ')} {slot.label}".lower()
    if slot.kind != "text" or _ADDRESS.search(called):
        return ""
    if _PLACE.search(called) and not _CALLED.search(called):
        begins, ends = bool(_FROM.search(called)), bool(_TO.search(called))
        return IN if begins == ends else FROM if begins else TO
    return AT if _THING.search(called) or _CALLED.search(called) else ""


def said(slot: Slot, slots: Sequence[Slot], text: str, others: Sequence[Span], asked: bool) -> Span | None:
    """Where a message says the place that this slot wants. Where it alone was asked for, any name may be it."""
    which = side(slot)
    if not which:
        return None
    plain = letters.plain(text)
    named = [span for span in _named(letters.exact(text)) if _is_free(span, others)]
    if (there := _in_han(which, plain)) and _is_free(there, others):
        return there
    rivals = {side(other) for other in slots if other.name != slot.name} - {""}
    ways = (which,) if rivals else {IN: (IN, AT, TO), AT: (AT, TO)}.get(which, (which,))
    for way in ways:
        for start, end in named:
            if _BEFORE[way].search(plain, max(0, start - 24), start):
                return start, end
    inside = [span for span in named if span[0] > 0] if asked else []
    return inside[0] if len(inside) == 1 else None


def _in_han(which: str, text: str) -> Span | None:
    """“从A到B”."""
    begin = _HAN_FROM.search(text)
    if which == FROM:
        return begin.span("name") if begin else None
    end = _HAN_TO.search(text, begin.end("name") if begin else 0) if which == TO else None
    return end.span("name") if end else None


def _is_free(span: Span, others: Sequence[Span]) -> bool:
    return not any(begin < span[1] and span[0] < end for begin, end in others)


def _named(text: str) -> Iterator[Span]:
    for match in _NAME.finditer(text):
        start, end = match.span("name")
        while end > start and text[end - 1] in ".'’&-":
            end -= 1
        if not _NO_NAME.match(text, start):
            yield start, end
