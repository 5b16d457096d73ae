"""Does a message ask something? A wish in the form of a question (“can you cancel it?”) is a wish."""

import re

from apps.flows.understanding.forms import HOW, form

_POLITE = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please)\W+)*(?:(?:can|could|would|will)\s+(?:you|we)\b"
    r"|(?:can|could|may)\s+i\s+(?:get|have|book|make|schedule|reserve|change|see|speak|talk)\b)"
    r"(?!.*\b(?:tell|explain|say|how|what|why)\b)"
    r"|(?:能不能|能否|可以|可不可以|能|麻烦|请)(?:帮|给|替|为)我.{0,60}[吗嘛么]?\W*$",
    re.I,
)
_ASKS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|and|but|so|ok|also)\W+)*"
    r"(?:how|what|when|where|why|who|which|whose|is|are|was|were|do|does|did|can|could|will|would|should|may|has|have)\b"
    r"|怎么|如何|什么|谁|([\u4e00-\u9fff])不\1|是.{1,12}还是|哪|几|多少|多久|多长|为何|为啥|是不是|能不能|可不可以|有没有|可以.{0,20}吗|[吗呢么嘛]\W*$|(?:能|可以|会|应该|是).{1,40}吧\W*$",
    re.I,
)
_REQUEST = re.compile(r"帮(?:我|忙)|麻烦|给我|替我|(?:查|看|办|开|约|登记)一?下")
_MINE = re.compile(r"\b(?:my|our)\b|我(?:们|家)?的|我(?:买|订|下)的", re.I)
LONGEST = 500


def is_question(text: str) -> bool:
    text = text.strip()[:LONGEST]
    if _POLITE.search(text) or _REQUEST.search(text):
        return False
    return text.endswith(("?", "？")) or bool(_ASKS.search(text))


def is_own(text: str) -> bool:
    """Whether it asks about the speaker's own things (“where is my order?”)."""
    return _MINE.search(text[:LONGEST]) is not None


def asks_how(text: str) -> bool:
    """Whether it asks how something is done, so that doing it may be offered."""
    asked, _wished, _own = form(text[:LONGEST])
    return asked == HOW
