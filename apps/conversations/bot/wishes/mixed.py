"""A wish for a person in Chinese and English at once: “I want to talk to a human 谢谢”, “我要找human”, “connect me to 客服”."""

import re

from apps.conversations.bot import wording
from apps.conversations.bot.wishes import chinese, english

_HAN_RUN = re.compile("[\u3400-\u9fff]+")
_LATIN_RUN = re.compile("[a-z']+(?: [a-z']+)*")
# Han words that say nothing of their own within English, and those that name whom an English sentence wishes for.
_SILENT = re.compile(
    "(?:一个|一位|个|位|你们的?|你们|您们的?|的|真的?|请|谢谢|多谢|麻烦|你好|您好|好的|我|想|要|能|可以|吗|呢"
    "|啊|吧|帮我|帮忙|了|快|马上|亲)+"
)
_PEOPLE = {
    "人工客服": "human",
    "人工": "human",
    "真人": "human",
    "客服": "human",
    "活人": "human",
    "经理": "manager",
    "主管": "manager",
}
# English words that name whom a Chinese sentence wishes for, and those that say nothing of their own within it.
_PERSON = re.compile(
    r"(?<![a-z])(?:(?:a|an|the|real|live|human|customer|support|service) )*(?:human|agent|operator"
    r"|representative|rep|live person|real person)s?(?![a-z])"
)
_FILL = re.compile(
    r"(?<![a-z])(?:please|pls|plz|thanks|thank you|thx|ok|okay|hi|hello|hey|now|asap|an?|the|to"
    r"|with)(?![a-z])"
)


def is_wish(said: str) -> bool:
    """`said` as of `wording.plain`, with Chinese in it."""
    if not _LATIN_RUN.search(said):
        return False
    return _in_english(said) or chinese.is_wish(wording.compact(_FILL.sub("", _PERSON.sub("人工", said))))


def _in_english(said: str) -> bool:
    """Chinese words between the English ones are left out, translated or end what is read together."""
    parts = [english.BREAK]
    asks = False
    last = 0
    for run in _HAN_RUN.finditer(said):
        parts.append(wording.words(said[last : run.start()]))
        word = _PEOPLE.get(run[0]) or _PEOPLE.get(_SILENT.sub("", run[0]), "")
        if not word and not _SILENT.fullmatch(run[0]):
            word, asks = english.BREAK, True
        parts.append(word)
        last = run.end()
    parts.append(wording.words(said[last:]))
    spoken = " ".join(" ".join(parts).split()).strip(f" {english.BREAK}") if not asks else " ".join(" ".join(parts).split())
    return english.is_wish(spoken)
