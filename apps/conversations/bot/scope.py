"""Scope: what no company's knowledge answers, told by its form: being told to drop its rules, the weather, jokes and verses.

It is asked only of a message for which nothing sure was found, so that a weather station answers about the weather.
"""

import re

from apps.conversations.bot import wording

LONGEST = 300  # characters
_RULES = re.compile(
    r"\b(?:ignore|forget|disregard|bypass|override|break) (?:\w+ ){0,2}?"
    r"(?:your|all|any|every|previous|prior|above|earlier|system|safety|those|these) (?:\w+ ){0,3}?"
    r"(?:rules?|instructions?|prompts?|guidelines|programming|restrictions|training)\b"
    r"|\b(?:system|initial|hidden|secret) (?:prompt|instructions?)\b|\byour (?:prompt|instructions)\b"
    r"|^\W*(?:please )?(?:pretend|act) (?:to be|as|like)\b|\byou are now an?\b|\bjail ?break|\bdeveloper mode\b"
)
_RULES_ZH = re.compile(
    "(?:忽略|无视|忘记|忘掉|跳过|绕过|不要管|别管|违反)[^，。]{0,8}(?:规则|指令|提示|设定|限制|要求|规定|说明)"
    "|系统提示词?|提示词|(?:你现在是|假装你?是|扮演)"
)
_TALK = re.compile(
    r"(?:(?:and|so|ok|hey|hi|hello|please|can you|could you|will you|would you)\W+)*+"
    r"(?:(?:what|how)(?:'?s| is| will)? ?(?:the )?weather\b.*|(?:what is |what's )?the (?:weather|forecast)\b.*"
    r"|(?:is|will) it (?:going to |gonna )?(?:be )?(?:rain|snow|sunny|raining|snowing)\b.*|weather(?: forecast)?(?: \w+){0,3}"
    r"|(?:tell|write|sing|read|give|make|compose) (?:me |us )?(?:a |an |another |some )?(?:\w+ )?"
    r"(?:joke|jokes|poem|story|song|haiku|rap|riddle|essay)s?\b.*"
    r"|what(?:'?s| is) \d+ ?(?:[-+*x×/÷]|plus|minus|times) ?\d+\W*|\d+ ?[-+*x×/÷] ?\d+ ?=?\W*"
    r"|what(?:'?s| is) the (?:capital|president|population) of\b.*|who (?:won|is the president)\b.*)"
)
_WHEN = "(?:今天|明天|后天|现在|这周|周末|今晚|明早|最近)"
_TALK_ZH = re.compile(
    f"(?:请问|那|你好)*(?:{_WHEN}?.{{0,6}}(?:天气|气温)(?:怎么?样|如何|好吗|好不好|预报|多少度)?[呢啊呀吗]?"
    f"|.{{0,4}}{_WHEN}.{{0,6}}(?:会|要)?(?:不会|不要)?下[雨雪](?:吗|不|么|没|嘛)?"
    "|(?:你|能|可以|会|给我|帮我|不)*+(?:讲|说|写|唱|来|作)(?:一?[个首段篇])?.{0,4}?(?:笑话|故事|首?诗|歌|作文|段子)(?:吗|吧|呗|听听)?"
    r"|\d+[-+*x×/÷加减乘除]\d+(?:等于|=)?(?:几|多少)?|.{0,6}根号.{1,4}(?:等于|是)(?:几|多少)"
    ")"
)


def is_beyond(message: str) -> bool:
    """Whether it wants of the bot what is nobody's business here."""
    if len(message) > LONGEST:
        return False
    said = wording.simple(message).strip()
    if wording.is_chinese(said):
        plain = wording.compact(said)
        return bool(_RULES_ZH.search(said) or _TALK_ZH.fullmatch(plain))
    return bool(_RULES.search(said) or _TALK.fullmatch(said))
