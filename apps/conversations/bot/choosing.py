"""Choosing in words: “the second one” said to “Was it this?” means what the second button says.

The buttons are counted as they stand, below the answer that is shown; “that one” is this answer. “The last one” is the last of
the questions, not the person below them. A message of more words than these says something of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from apps.conversations.bot import courtesy, wording
from apps.conversations.bot.guard import STOP
from apps.conversations.bot.recall import Line
from apps.knowledge.passages import tokens

LONGEST = 80  # characters; a longer message tells more than a choice
_PLACES = {
    "first": 1, "1st": 1, "1": 1, "one": 1, "former": 1, "top": 1, "一": 1, "前": 1,
    "second": 2, "2nd": 2, "2": 2, "two": 2, "二": 2,
    "third": 3, "3rd": 3, "3": 3, "three": 3, "三": 3,
    "last": -1, "latter": -1, "bottom": -1, "后": -1, "下": -1,
    "other": 0, "另": 0,
}  # fmt: skip
_LEAD = (
    r"(?:(?:yes|yeah|yep|ok|okay|no|nope|sorry|hmm|oh|it'?s|it is|it was|i'?ll take"
    r"|i (?:mean|meant|want|choose|pick|take|asked for)|give me|go with|make it|maybe|actually|and|(?:what|how) about)\s+)*+"
)
_TAIL = r"(?:\s+(?:please|pls|thanks|thank you|then|i think|i guess|on the list|of them|of those|of these))*"
_THING = r"(?:one|option|answer|button|choice|of (?:them|those|these))"
_PLACE = re.compile(
    rf"{_LEAD}(?:the )?(?:"
    rf"(?P<place>first|second|third|1st|2nd|3rd|last|latter|former|top|bottom|other)(?: {_THING})?"
    rf"|(?:{_THING} )?(?:number |no |nr )(?P<number>one|two|three|[123])|{_THING} (?P<named>two|three|[123])|(?P<bare>[123])"
    rf"){_TAIL}"
)
_LEAD_ZH = "(?:不是(?=是|我)|不(?=第)|对|是|就是?|嗯|哦|应该|可能|我?(?:想要|想问|要|选|说的?是?|指的?是?|问的?是?))*+"
_TAIL_ZH = "(?:的|吧|啊|呀|哈|呢|谢谢)*"
_ITEM_ZH = "(?:问题|选项|按钮|答案)"
_PLACE_ZH = re.compile(
    rf"(?!.*最后一?个问题){_LEAD_ZH}(?:第(?P<place>[一二三123])[个条项种]?(?:那个)?|(?P<bare>[一二三123])号?"
    r"|(?:(?P<side>[前后])[面边]?|(?P<below>下)[面边])(?:那一|那|一)?[个条者]|最(?P<last>后)面?(?:那一|那|一)?[个条]"
    r"|(?P<other>另)外?(?:那一|那|一)?[个条]"
    rf"){_ITEM_ZH}?{_TAIL_ZH}"
)
_SHOWN = re.compile(
    rf"{_LEAD}(?:(?:that|this)(?: one)?(?: (?:is|was) (?:it|the one|right))?|(?:it|that|this) (?:is|was) (?:it|this|that)"
    rf"|(?:that|this)'?s (?:it|the one|right)|exactly(?: (?:that|this)(?: one)?)?){_TAIL}"
)
_SHOWN_ZH = re.compile(rf"(?:对的?|是的?|嗯|没错)*+(?:就?是|要)?(?:的就是)?[这那]一?个(?:问题|答案)?{_TAIL_ZH}")
_ABOUT = re.compile(rf"{_LEAD}the (?:one (?:about|on|with|for) (?P<after>.+?)|(?P<before>.+?) one){_TAIL}")
_ABOUT_ZH = re.compile(rf"{_LEAD_ZH}(?:关于)?(?P<about>.+?)(?:的?那一?个|的?那一?条|的那种){_ITEM_ZH}?{_TAIL_ZH}")
_SIGNS = re.compile(r"[^\w'#]+|_")


def chosen(text: str, offered: Line) -> str:
    """The words of the button that a message chooses, “yes” for what is shown above them; "" for a message of its own."""
    if not offered.choices or len(text) > LONGEST:
        return ""
    said = _SIGNS.sub(" ", wording.simple(text)).replace("#", "number ").strip()
    if wording.is_chinese(said):
        return _chosen_zh(said.replace(" ", ""), offered.choices)
    if found := _PLACE.fullmatch(said):
        return _at(next(filter(None, found.groups())), offered.choices)
    if _SHOWN.fullmatch(said):
        return "" if courtesy.kind_of(text) else "yes"
    about = _ABOUT.fullmatch(said)
    return _about(about["after"] or about["before"], offered.choices) if about else ""


def read(transcript: Sequence[Line]) -> list[Line]:
    """The transcript with every choice as if its button had been pressed."""
    lines: list[Line] = []
    for line in transcript:
        if line.author == "visitor" and lines and (meant := chosen(line.text, lines[-1])):
            line = replace(line, text=meant)
        lines.append(line)
    return lines


def _chosen_zh(said: str, choices: Sequence[str]) -> str:
    if found := _PLACE_ZH.fullmatch(said):
        return _at(next(filter(None, found.groups())), choices)
    if _SHOWN_ZH.fullmatch(said):
        return "是的"
    about = _ABOUT_ZH.fullmatch(said)
    return _about(about["about"], choices) if about else ""


def _at(name: str, choices: Sequence[str]) -> str:
    place, questions = _PLACES[name], choices[:-1]
    if place > 0:
        return choices[place - 1] if place <= len(choices) else ""
    if place < 0:
        return questions[-1] if questions else ""
    return questions[0] if len(questions) == 1 else ""


def _about(words: str, choices: Sequence[str]) -> str:
    """The only question that holds all of these words."""
    terms = set(tokens.terms(words)) - STOP
    held = [each for each in choices[:-1] if terms and terms <= set(tokens.terms(each))]
    return held[0] if len(held) == 1 else ""
