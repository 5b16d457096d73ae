"""The kind of answer that a question expects, told by its form: money, a time, a number, a place.

“How much?” is answered by a sentence that holds an amount, whatever else it says; one without an amount is no answer to it.
"""

import re
from dataclasses import dataclass

LONGEST = 400  # characters of a question that are read

_UNIT = r"(?:business |working )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)|nights?|weekends?"
_UNIT_ZH = "分钟|秒|小时|天|个?工作日|个?星期|周|个?月|年|日"
_DURATION = (
    rf"\d[ -]?(?:{_UNIT})\b|\b(?:same|next) (?:business )?day\b|on the spot|that day|at once|right away|never expire|for life"
    rf"|[\d半一两三]\s?(?:{_UNIT_ZH})|当天|次日|马上|立即|即时|随时"
)
_MOMENT = (
    r"\d ?[ap]\.?m\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b|\b(?:when|until|once|as soon as)\b|\d[:：]\d\d|\d月|[前后]"
)


@dataclass(frozen=True)
class Kind:
    """`asks`: how a question asks for it; `holds`: what stands in an answer that gives it; `none`: what says that there is none
    (“free”), which may be meant of something else."""

    name: str
    asks: "re.Pattern[str]"
    holds: "re.Pattern[str]"
    none: "re.Pattern[str] | None" = None

    def is_in(self, text: str) -> bool:
        return bool(self.holds.search(text))

    def may_be_in(self, text: str) -> bool:
        return self.is_in(text) or bool(self.none and self.none.search(text))


def _kind(name: str, asks: str, holds: str, none: str = "") -> Kind:
    return Kind(name, *(re.compile(form, re.IGNORECASE) for form in (asks, holds, none) if form))


# In the order in which they are tried.
KINDS = (
    _kind(
        "duration",
        rf"\bhow (?:long|fast|quick(?:ly)?|soon|far(?= ahead| in advance))\b|\bhow many (?:{_UNIT})\b"
        f"|多久|多长时间|[几多少](?:个)?(?:{_UNIT_ZH})",
        _DURATION,
    ),
    _kind("time", r"\b(?:when|what time|until when)\b|什么时候|啥时候|何时|几点", f"{_DURATION}|{_MOMENT}"),
    _kind(
        "money",
        r"\bhow much(?! (?!(?:is|are|was|does|do|did|would|will|for|to|it|that|this|extra)\b)\w)|\bwhat(?:'s| is| does| do)\b.*"
        r"\b(?:cost|price|fee|charge)\b|\b(?:costs?|prices?|fees?|expensive)\b|\b(?:is|are) (?:it|that|this|they) free\b"
        "|多少钱|要钱|花钱|收费|费用|多贵|价钱|价格|免费吗|几块|算多少|便宜多少|抵多少",
        r"[$€£¥]\s?\d|\d\s?(?:元|块|dollars?)|\d ?%",
        r"\bfree\b|\bno (?:extra )?(?:cost|charge)|免费|包邮|免息|不收",
    ),
    _kind(
        "times",
        r"\bhow (?:often|many times)\b|[几多少]次",
        r"\b(?:once|twice|times|each|every)\b|[\d一两三四五六每各]\s?次",
    ),
    _kind(
        "number",
        r"\bhow (?:many|often|big|heavy)\b|\b(?:minimum|maximum|limit)\b|几[次个张件台人楼]|多少[次个张件台人]|最[低少多高]",
        r"\d|\b(?:one|two|three|once|twice|each|every)\b|[一两三四五六每][次个张件台人单]",
    ),
    _kind(
        "place",
        r"\bwhere\b|在哪|哪里|哪儿|去哪|上哪",
        r"「|\*\*|\w@\w|\b(?:stores?|checkout|online|warehouse)\b|门店|体验店|商品页|页面",
    ),
)


def of(question: str) -> Kind | None:
    """The first kind whose form a question has; None where its form tells nothing (“and the deposit?”, “is it waterproof?”)."""
    said = question[:LONGEST].replace("’", "'")
    return next((kind for kind in KINDS if kind.asks.search(said)), None)


def without_form(question: str) -> str:
    """The question without the words that only tell the kind of its answer."""
    kind = of(question)
    return kind.asks.sub(" ", question[:LONGEST].replace("’", "'")) if kind else question
