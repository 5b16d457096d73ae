"""Whether a customer asks for a person, in Chinese or English, in any usual wording.

Rules and not a model: this wish is answered before everything else, must work when all else fails, and must be explainable.
"""

import re
from collections.abc import Sequence

_WHO_ZH = r"(?:人工|真人|活人|客服(?:人员|小姐姐|专员|代表)?|工作人员)"
_WHO_EN = (
    r"(?:(?:real|live|actual|human)\s+)*"
    r"(?:person|human(?:\s+being)?|agent|representative|rep|operator|advisor|adviser|someone(?:\s+real)?|somebody|people|staff)"
)
_WHOLE = re.compile(
    rf"(?:(?:我?(?:要|想|找|转|叫|给我|帮我|请|麻烦)*)(?:转|接|找|换|要)?(?:一?[个下位])?{_WHO_ZH}(?:客服|服务|吧|呀|啊|谢谢|呢|吗)*"
    rf"|(?:a\s+|an\s+|the\s+)?{_WHO_EN}(?:\s*,?\s*(?:please|now|pls|plz|asap))*"
    r"|(?:live\s+)?(?:chat|support)\s+(?:agent|person)|customer\s+(?:service|support)\s+(?:agent|rep(?:resentative)?|person))"
)
_WITHIN = re.compile(
    r"(?:转|接|找|换|要|叫|联系|连线|跟|和|与)(?:一?[个下位])?(?:人工|真人|活人)"
    r"|(?:转|换|叫|找)(?:一?[个下位])?(?:客服|工作人员)"
    r"|人工(?:客服|服务|坐席|座席|在吗)|(?:不要|不想(?:要|跟|和)?|别(?:跟|和)?)(?:我)?(?:用|给|让)?机器人"
    rf"|\b(?:talk|speak|chat|connect(?:ed)?|transfer(?:red)?|put|pass|hand|switch|escalate|get)\s+(?:me\s+|this\s+|us\s+)?"
    rf"(?:over\s+|through\s+)?(?:to|with|me)?\s*(?:a\s+|an\s+|the\s+|your\s+|some\s+)?{_WHO_EN}\b"
    rf"|\b(?:want|need|like|give\s+me|get\s+me|is\s+there)\s+(?:to\s+have\s+)?(?:a\s+|an\s+)?"
    r"(?:real|live|actual|human)\s+(?:person|agent|human|being|operator|representative|rep|support)\b"
    r"|\b(?:want|need|give\s+me|get\s+me)\s+(?:a\s+|an\s+)(?:human|agent|person|representative|operator)\b"
    r"|\bnot\s+(?:a\s+|the\s+)?(?:ro)?bot\b"
)
_TRIM = re.compile(r"^[\s\W_]+|[\s\W_]+$")


# Words that a wish for a person, however worded, hardly does without. One alone proves nothing, three in a row do.
_HINT = re.compile(
    r"人工|真人|活人|客服|坐席|座席|人员|找[个位]?人|有人|机器人|人跟我|人来"
    r"|\b(?:humans?|persons?|people|agents?|operators?|representatives?|reps?|someone|somebody|anyone|anybody|staff|bot|robot"
    r"|manager|supervisor|live\s+chat)\b"
)
TIMES = 3


def is_wanted(text: str) -> bool:
    """Several messages in a row come as lines: each may be the wish."""
    return _is_wish(text) or any(_is_wish(line) for line in text.splitlines())


def is_insisted_on(said: Sequence[str]) -> bool:
    """Whether the customer's last messages all sound like the same wish, in words the rules above do not know."""
    last = said[-TIMES:]
    return len(last) == TIMES and all(_HINT.search(text.lower()) for text in last)


def _is_wish(text: str) -> bool:
    said = _TRIM.sub("", re.sub(r"\s+", " ", text.lower()))
    return bool(_WHOLE.fullmatch(said) or _WITHIN.search(said))
