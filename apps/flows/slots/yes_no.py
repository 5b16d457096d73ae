"""Yes or no, as a whole answer or at the beginning of one."""

import re
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters
from apps.flows.slots.kind import Found, Kind, invalid

_END = r"[\s,.!。、~;:)…👍👌🙏😊]{0,8}"
_POLITE = (
    r"(?:please|pls|plz|thanks|thank you|thx|ty|sir|madam|mate|谢谢(?:你|您|啦|了)?|多谢|麻烦(?:你|您)?了?|感谢|亲"
    r"|哈|呀|啊|的|吧|呢|啦|了|哦|喔|噢|嘛|哒|滴)"
)
_YES_WORDS = (
    r"(?:yes|yeah|yea|yep|yup|ya|yh|y|ye|yess+|sure(?: thing)?|of course|certainly|absolutely|definitely"
    r"|ok(?:ay)?|okey|k|kk|alright|all right"
    r"|correct|right|exactly|indeed|affirmative|fine|perfect|great|good|sounds good|looks good|go ahead"
    r"|go for it|do it|please do|confirm(?:ed)?"
    r"|i (?:do|am|did|have|would|confirm|agree|think so|guess so)|it (?:is|does)|that(?:'s| is|s) (?:right"
    r"|correct|it|fine|good|ok(?:ay)?|true|the one|me)"
    r"|that works|works for me|yes i (?:do|am|did|have|would)|true|you got it|agreed?|why not|no problem"
    r"|with pleasure|yes it is"
    r"|是|是的|是啊|是呀|是滴|对|对的|对啊|对呀|没错|不错|正确|好|好的|好啊|好呀|好滴|好嘞|好哒|行|行啊|可以|可以的|当然|当然可以|确认|确定|同意|嗯|嗯嗯|恩|恩恩|哦了"
    r"|没问题|没毛病|ok的|要|要的|需要|需要的|想|想要|愿意|有|有的|是这样|就是这样|就是这个|就这个|就这样|那就这样|就这样吧|用|必须的|成|中|得|妥|可|yes的|接受|满意)"
)
_NO_WORDS = (
    r"(?:no|nope|nah|na|n|nay|not really|not at all|no way|never|negative|no thanks?|no thank you|not yet"
    r"|i don'?t think so|i (?:don'?t|do not|didn'?t|did not|am not|haven'?t)"
    r"|i'm not|it(?:'s| is) not|it isn'?t|it doesn'?t|that(?:'s| is) not (?:right|correct|it|true)|that(?:'s"
    r"| is) (?:wrong|incorrect)|not (?:correct|right|this one|that one|now|that|this)"
    r"|wrong|incorrect|false|i disagree|disagree|i'd rather not|rather not|don'?t|do not|please don'?t"
    r"|no it(?:'s| is) not|no it isn'?t|no i (?:don'?t|didn'?t|haven'?t|do not)"
    r"|不|不是|不是的|不对|不对的|不行|不可以|不要|不用|不用了|不需要|不了|不必|不必了|不想|不想要|不同意|不确认|否|没有|没(?!错|问题|毛病)|没有的|没呢|错|错了|错的|有误|不正确|不成|不能|不好|别|不太对"
    r"|不愿意|不接受|不满意|都不是|不是这个|不是这样|当然不|暂时不用|暂时不需要|先不用|先不要|不是吧|并不是|才不是|没用过|从没)"
)
_YES = re.compile(rf"{_YES_WORDS}(?:{_END}(?:{_YES_WORDS}|{_POLITE})){{0,4}}{_END}")
_NO = re.compile(rf"{_NO_WORDS}(?:{_END}(?:{_NO_WORDS}|{_POLITE})){{0,4}}{_END}")
_FIRST = re.compile(rf"(?P<word>(?P<yes>{_YES_WORDS})|(?P<no>{_NO_WORDS}))(?:{_POLITE})?(?=[,.!。、;:—-]|  |$)")
_LATIN_FIRST = re.compile(
    r"(?P<word>(?P<yes>yes|yeah|yep|yup|sure|ok|okay)|(?P<no>no|nope|nah))(?= (?:please|thanks|thank|i\b|it\b"
    r"|that|the\b|we\b|my\b|not\b|this\b|you\b|just\b|go\b|\d))"
)
_BUT = re.compile(r"\b(?:but|however|unless|only if|if|except|wait|depends)\b|但|不过|可是|只是|如果|要是|除非|就是|然而")
_ASKS = re.compile(
    r"[?吗么呢]\s*$|^\s*(?:what|how|when|where|why|who|which|can|could|is|are|do|does|did|will|would)\b|多久|多少|怎么"
    r"|什么|几天|为什么|能不能|可不可以|是不是"
)
LONGEST = 200  # characters of what may begin with yes or no


class YesNo(Kind):
    """True or False."""

    name = "yes_no"
    rank = 8

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        said = letters.plain(text)
        if (whole := answer(said)) is not None:
            start = len(said) - len(said.lstrip())
            return [Found(whole, start, len(said.rstrip()), sure=False)]
        if found := first(said):
            return [Found(found[0], found[1], found[2], sure=False)]
        return []

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        return "" if isinstance(value, bool) else invalid(slot, _("Please answer yes or no."))

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        with translation.override(language or translation.get_language()):
            return _("yes") if value else _("no")


def answer(said: str) -> bool | None:
    """Whether a text as of `letters.plain` is a yes (True) or a no (False) and nothing else."""
    short = said.strip()[:80]
    if not short or len(said.strip()) > 80:
        return None
    if _NO.fullmatch(short):
        return False
    return True if _YES.fullmatch(short) else None


def first(said: str) -> tuple[bool, int, int] | None:
    """(yes or no, start, end) of an answer that begins with it and goes on: “不是，是12345678”, “yes, the blue one”.

    A yes with a but, or with a question after it, is none.
    """
    start = len(said) - len(said.lstrip())
    if len(said) > LONGEST:
        return None
    match = _FIRST.match(said, start) or _LATIN_FIRST.match(said, start)
    if not match:
        return None
    rest = said[match.end() :]
    if match["yes"] and (_BUT.search(rest) or _ASKS.search(rest.strip(" ,.!;:"))):
        return None
    return bool(match["yes"]), start, match.end("word")
