"""Courtesies: what people say to be polite, or to see whether somebody is there, which needs no knowledge; and the bot's small
sentences.

A message is a courtesy when it holds nothing but phrases of the lists below; one word more, and it asks or tells something.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from apps.conversations.bot import wording
from apps.llm import languages

# By kind, the one that decides first.
_ENGLISH = {
    "unclear": "(?:(?:that'?s|that is|it's|this is) )?not (?:really )?what i (?:meant?|asked|wanted)(?: for| about)?"
    "|(?:that|this) (?:doesn't|does not|didn't|did not) (?:answer|help)(?: (?:my question|me|at all))*"
    "|you (?:don't|do not|didn't|did not) (?:understand|get)(?: me| it| my question)?",
    "bot": "are you (?:a |an )?(?:ro)?bot|are you (?:a )?(?:real|human|ai)(?: person)?|(?:who|what) are you"
    "|what is your name|am i talking to a (?:ro)?bot|(?:is this|are you) a (?:real )?(?:person|human)",
    "bye": "(?:good ?)?bye+(?: ?bye)?|see (?:you|ya|u)(?: later| soon| tomorrow)?|cya(?: later)?|cheerio|take care"
    "|good ?night|gn|ttyl|talk (?:to you )?later"
    "|have a (?:very )?(?:nice|good|great|lovely) (?:day|one|evening|weekend|night|time)",
    "thanks": "thank (?:you|u|ya)|thanks+|th?n?x+|tks|ty|tysm|cheers"
    "|(?:much |really )?appreciated?(?: it| that| (?:your|the) help)?"
    "|for (?:(?:all|your|the|this|that|ur|quick|fast|kind|prompt) )*"
    "(?:help|time|answers?|reply|replies|response|support|info|information|assistance|service|patience)"
    "|for helping(?: me)?(?: out)?|that helps"
    "|(?:that|this|it|you) (?:was|were|is|are) (?:very |really |so |super )?helpful|that helped(?: me)?(?: a lot)?"
    "|(?:that is|that's|thats) (?:all|it)(?: i needed)?|nothing(?: else)?|all good|i am good|i'm good|im good"
    "|no worries|no problem|ta|tyvm|much obliged|(?:that|this) will be all",
    "how": "how (?:are|r) (?:you|u|ya)(?: doing)?(?: today)?|how(?: is|'s|s) (?:it|everything) going|how do you do"
    "|how have you been|what(?: is|'s|s) up|sup|nice to meet you|you ok(?:ay)?",
    "here": "(?:are )?(?:you|u) there|test(?:ing)?(?: test)?(?:(?: 1 2 3)| 123)?|ping|hello world",
    "hello": "h[ae]l+o+w?|hi+(?:ya)?|he+y+a?|yo|howdy|greetings|good (?:morning|afternoon|evening|day)|morning",
    "ok": "o+k+(?:ay|ey|ie)?(?: dokey)?|never ?mind|nvm|forget (?:it|that|about it)|gotcha|nah"
    "|(?:i will|i'll|will) try(?: (?:it|that))?"
    "|kk?|alright|all right|fine|got it|i (?:see|understand)|understood|sure(?: thing)?"
    "|good to know|ye[sa]h?|yep|yup|yes|no|nope|cool|great|good|nice|perfect|awesome|excellent|wonderful|amazing|super|lovely"
    "|brilliant|fantastic|noted|right|makes sense|sounds good|will do|oh|ah+|h+m+|m+h?m+|wow|lol|rofl"
    "|lmao|(?:ha)+h?|(?:he)+h?|that is fine|that's fine",
}
_ENGLISH_FILL = (
    "a lot|a bunch|a million|a ton|so much|very much|for now|so|very|much|many|really|again|there|everyone|all|team|guys"
    "|folks|sir|madam|dear|friend|mate|man|buddy|and|then|well|just|you|too|also|bot|to|my|i|now"
)
_CHINESE = {
    "bot": "[你您](?:是|是不是)(?:个)?(?:机器人|真人|人|ai|智能客服)[吗么嘛]?|是机器人[吗么]|[你您]是谁"
    "|[你您]叫(?:什么|啥)(?:名字)?",
    "unclear": "不是的?这个意思|不是(?:问|说)?(?:这个|这样)|问的不是这个|答非所问"
    "|[你您](?:没|不)(?:听|看|搞|理解)?(?:懂|明白)(?:我?(?:说的|的意思|的问题)?)",
    "bye": "再见|拜拜?|886?|回头见|下次见|回[聊见]|晚安|没(?:有)?(?:事|问题|别的)?了|不(?:用|需要)了|先?(?:就)?这样(?:吧)?",
    "thanks": ""
    "(?:非常|十分|多|太|真的?|很|万分)?(?:感谢|谢谢|谢)(?:你|您|大家)?(?:的)?(?:耐心|细心|热心)?(?:帮助|帮忙|解答|回复|支持)?(?:了|啦)?"
    "|(?:你|您)?(?:真是)?(?:辛苦|麻烦|劳烦)(?:了|啦|你了?|您了?)|3q|thx|thanks|不客气",
    "how": "[你您](?:还)?好吗|最近(?:好吗|怎么样|如何)|吃了吗|[你您]好不好",
    "here": "(?:[你您]|有客服)?在(?:吗|么|不在?|嘛)|测试(?:一下)?|试(?:一)?试|试一下|test",
    "hello": "[你您]们?好|大家好|哈[喽罗啰]|嗨|早(?:上好|安)?|[上中下]午好|晚上好|亲+|hello|hi",
    "ok": "算了(?:吧)?|不问了|我再(?:想想|看看)"
    "|好(?:的|吧|滴|哒|嘞|了)?|行(?:吧|的)?|可以(?:的|了)?|嗯+|恩+|哦+|噢+|喔+|啊+|呃+|额+|唔+"
    "|(?:我)?(?:知道|明白|了解|懂|清楚|收到|看到)(?:了)?|ok|没(?:问题|关系|事)|不错|太好了|真好"
    "|(?:真|很|太)?(?:棒|赞|厉害|牛)(?:了)?|解决了|搞定了|是的?|对(?:对|的)*|哈+|呵+|嘻+|嘿+|23+|6{2,}|笑死",
}
_CHINESE_FILL = "[你您]们|[呀啊啦哈哦噢呢了的哟喔嘛吧亲您你我那]"
_NOISE = re.compile(r"[^\w']+|_")
_APART = re.compile(r"(?<=[a-z])'(?![a-z])|(?<![a-z])'")
_NO = re.compile(
    r"(?=.*\b(?:no+|nope|nah|not|none|neither|wrong|wasn't|isn't)\b)"
    r"(?:(?:no+|nope|nah|sorry|really|wrong|neither|none|either|any|of|these|those|above|both|them|thanks?|thank you|it|that"
    r"|this|it's|that's|was|is|wasn't|isn't|not|the|right|one|answer|what|i|meant?|asked|for|my|question)(?:\s+|$))+"
)
_NO_CHINESE = re.compile(
    "(?:(?:[这那两三几]?[个些条]|以上|上面)?都?(?:不是|不对|没有)(?:这个|这些|这|我?要?问?的|的|啊|呀|哦)*+|不[啊呀哦]?|谢谢)+"
)
_HEADING = re.compile(r"\A\*\*[^*\n]++\*\*\n\n")
_UPSET = re.compile("[😠😡🤬👎😤😞😢😭😩😫🙁☹💔😒🙄😕😖]")


def _kinds(by_kind: dict[str, str], fill: str, edge: str) -> "re.Pattern[str]":
    """Each kind as a group of its name."""
    named = "|".join(f"(?P<{kind}>{edge}(?:{phrases}){edge})" for kind, phrases in by_kind.items())
    return re.compile(f"{named}|{edge}(?:{fill}){edge}")


_SAID = _kinds(_ENGLISH, _ENGLISH_FILL, r"\b"), _kinds(_CHINESE, _CHINESE_FILL, "")
_ORDER = list(_ENGLISH)
LONGEST = 120  # characters; a longer message says more


def reply(text: str, language: str, bot: str) -> str | None:
    """The polite answer to a mere courtesy, or None for anything that asks or tells something."""
    kind = kind_of(text)
    if kind is None:
        return None
    with translation.override(language):
        return {
            "bot": lambda: _("I'm %s's assistant, a bot. If you would rather talk to a person, just say so.") % bot,
            "bye": lambda: _("Goodbye. Come back any time."),
            "thanks": lambda: _("You're welcome. Is there anything else?"),
            "how": lambda: _("I'm a bot and always fine, thank you. What can I help you with?"),
            "here": lambda: _("Yes, I'm here. What can I help you with?"),
            "hello": lambda: _("Hello. I'm %s's assistant, a bot. What can I help you with?") % bot,
            "ok": lambda: _("All right. Is there anything else I can help you with?"),
            "unclear": lambda: _(
                "Tell me in a few words what it is about, or just say that you would like to talk to a person."
            ),
        }[kind]()


@functools.lru_cache(512)
def kind_of(text: str) -> str | None:
    """The courtesy that a whole message is; None for none. Signs alone are `ok`, or `unclear` when they sound upset."""
    if not text.strip() or len(text) > LONGEST:
        return None
    said = _APART.sub(" ", _NOISE.sub(" ", wording.simple(text))).strip()
    if not said:
        return _of_signs(text)
    chinese = wording.is_chinese(said)
    found = set[str]()
    for pattern, spoken in zip(_SAID, (said, said.replace(" ", "")), strict=True):
        kinds: set[str] = {match.lastgroup for match in pattern.finditer(spoken) if match.lastgroup}
        if kinds and not pattern.sub("", spoken).strip():
            return min(kinds, key=_ORDER.index)
        found |= kinds
    if chinese and found:  # “hello 在吗”, “ok 谢谢”
        rest = _SAID[1].sub("", _SAID[0].sub("", said).replace(" ", ""))
        return None if rest.strip() else min(found, key=_ORDER.index)
    return None


def declines(text: str) -> bool:
    """Whether a whole message says no to “Was it this?”."""
    if len(text) > LONGEST:
        return False
    said = _APART.sub(" ", _NOISE.sub(" ", wording.simple(text))).strip()
    return bool(_NO.fullmatch(said) or (_NO_CHINESE.fullmatch(said.replace(" ", "")) and said != "谢谢"))


def _of_signs(text: str) -> str | None:
    if _UPSET.search(text):
        return "unclear"
    return "ok" if any(unicodedata.category(sign) == "So" for sign in text) else "unclear"


def unknown(language: str) -> str:
    with translation.override(language):
        return _("I couldn't find an answer to that.")


def beyond(language: str, bot: str) -> str:
    """To what is out of the bot's scope."""
    with translation.override(language):
        return _("I can only help with questions about %s. What would you like to know?") % bot


def unknown_parts(language: str, questions: Sequence[str]) -> str:
    """Below the answers to the other questions of a message."""
    with translation.override(language):
        named = _("”, “").join(questions)
        return _("I couldn't find an answer to “%s”. You can ask for a person if you need one.") % named


def unknown_code(language: str, code: str) -> str:
    with translation.override(language):
        return _("I don't know the code %s.") % code.upper()


@functools.cache
def above(language: str) -> str:
    """Instead of the same answer twice in a row."""
    with translation.override(language):
        return _(
            "My last answer is all I know about this. If it does not help, just say that you would like to talk to a person."
        )


def wordless(language: str) -> str:
    """A message of files alone."""
    with translation.override(language):
        return _("I can't look into files. Tell me in words what it is about, or ask for a person, who can see them.")


def added(language: str) -> str:
    with translation.override(language):
        return _("I've added this to your message for the team.")


@functools.cache
def doubt(language: str) -> str:
    """The question below an answer that is not sure, above the choices."""
    with translation.override(language):
        return _("Was it this?")


def not_this(language: str) -> str:
    """After a “no” to the doubt."""
    with translation.override(language):
        return _("Sorry. Then I have no answer to that.")


def person(language: str) -> tuple[str, str]:
    """The choice of a person: what stands on its button, and what pressing it says."""
    with translation.override(language):
        return _("Talk to a person"), _("I would like to talk to a person.")


@functools.cache
def foreign(language: str) -> str:
    """Before a passage in the other language than the customer's."""
    with translation.override(language):
        return _("I know this only in Chinese:") if language == "en" else _("I know this only in English:")


@functools.cache
def in_translation(language: str) -> str:
    """Before such a passage that a model has translated."""
    with translation.override(language):
        return (
            _("I know this only in Chinese. Translated:") if language == "en" else _("I know this only in English. Translated:")
        )


def absent(language: str, things: Sequence[str]) -> str:
    """Before the nearest passage, where none speaks of the thing that is asked about."""
    with translation.override(language):
        named = _("”, “").join(things)
        return _("Nothing that I know mentions “%s”. The nearest to it:") % named


@functools.cache
def _absence(language: str) -> re.Pattern[str]:
    before, after = (re.escape(part) for part in absent(language, ["\n"]).split("\n"))
    return re.compile(rf"\A{before}[^\n]*?{after}\s*")


def is_sure(text: str) -> bool:
    """Whether it is an answer that the customer was not asked about."""
    doubts = (doubt(language) for language in languages.ALL)
    return bool(text) and not text.rstrip().endswith(tuple(doubts))


def without_frame(text: str) -> str:
    """An answer without what stands before and below it, the question or heading in bold too."""
    plain = text.strip()
    for language in languages.ALL:
        plain = (
            plain.removeprefix(foreign(language)).removeprefix(in_translation(language)).removesuffix(doubt(language)).strip()
        )
        plain = _absence(language).sub("", plain)
    return _HEADING.sub("", plain)


def heading(text: str) -> str:
    """The question or heading in bold that stands above an answer; "" for none."""
    found = _HEADING.match(text.strip())
    return found[0].strip("*\n") if found else ""


def bare(text: str) -> str:
    """The answer of `without_frame` on one line."""
    return " ".join(without_frame(text).split())


def failed(language: str) -> str:
    with translation.override(language):
        return _("Something went wrong on our side while I was answering.")
