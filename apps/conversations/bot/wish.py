"""Whether a customer asks for a person, in Chinese or English, in any usual wording.

One message is judged by rules and not by a model: this wish is answered before everything else, must work when all else
fails, and must be explainable. Three messages in a row may be weaker: a word that such a wish hardly does without, or a
meaning near to one that is known. How well that works is measured by tests/conversations/test_wishes.py.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.conversations.bot import wording
from apps.conversations.bot.wishes import chinese, english, mixed, others
from apps.llm.embeddings import Vectors, by_id, embedder

TIMES = 3
LONGEST = 2_000  # characters of a message that are compared with another
NEAR = 0.5  # cosine to a known wish from which a message sounds like one (test_wishes prints what it costs)
SAME = 0.8  # likeness of letters (`wording.likeness`) from which two messages are the same question
MOST_LINES = 12  # at a message's beginning and at its end that are read one by one; it is read as a whole too
LONGEST_HINT = 200  # characters at a message's beginning and at its end in which a weak sign counts

_NUMBER = re.compile(r"\d+")

# Words that a wish for a person, however worded, hardly does without. One alone proves nothing, three in a row do.
_HINT = re.compile(
    r"人工(?!费|智能|草|革)|真人|活人|客服|坐席|座席|人员|找[个位]人|有没有人|有人[吗在么啊]|机器人|人跟我|人来|人呢|经理|主管|领导|负责人|专员|人话"
    r"|打(?:个|一个)?电话给我|给我打|回个?电|转(?=一?下|$|吧|人|接|过去|客)"
    r"|\b(?:humans?|agents?|operators?|representatives?|reps?|staff|bot|robot|chatbot|manager|supervisor|boss|colleagues?|live\schat"
    r"|call\sme|support\s(?:team|person)|customer\s(?:service|care)|kefu|rengong|anyone|anybody)\b"
    r"|\b(?:a|real|to|with|any|some|actual|have|need|want|get|is\sthere|me)\s(?:real\s|actual\s|live\s)?(?:person|people|someone|somebody)\b"
)
# What such a wish means, for wordings that hold no such word.
_KNOWN = (
    "I want to talk to a human", "let me speak with a real person", "connect me to an agent", "can I get through to anyone",
    "get me your manager", "stop the automated replies", "this bot is useless", "please call me back", "is anybody there",
    "transfer me", "you don't understand me, get someone else", "I want a human to help me", "customer service please",
    "我要转人工", "我想和真人说话", "叫你们经理来", "有没有人", "不要机器人", "请给我打电话", "换个人来", "听不懂人话",
    "转一下", "找客服", "让负责人联系我",
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """Why a person is called: `how` is said, insisted or repeated; `scores` are the last messages' likeness to known wishes."""

    how: str
    scores: Sequence[float] = ()


def wish(question: str, said: Sequence[str]) -> Wish | None:
    """The wish in `question`, or in what the customer has `said` of late, oldest first, the question's lines at the end."""
    if is_wanted(question):
        return Wish("said")
    last = [text for text in said if text.strip()][-TIMES:]
    if len(last) < TIMES:
        return None
    if all(_hints(text) for text in last):
        return Wish("insisted")
    if not _hints(last[-1]) and likeness(last[-1:])[0] < NEAR:  # nearly always, and a third of the work
        return None
    scores = likeness(last)
    if all(score >= NEAR or _hints(text) for score, text in zip(scores, last, strict=True)):
        return Wish("insisted", scores)
    return None


def is_wanted(text: str) -> bool:
    """Several messages in a row come as lines: each may be the wish."""
    lines = [line for line in text.splitlines() if line.strip()]
    return _is_wish(text) or any(_is_wish(line) for line in {*lines[:MOST_LINES], *lines[-MOST_LINES:]} - {text})


def is_repeated(said: Sequence[str]) -> bool:
    """Whether the customer's last messages are one and the same question: what the bot said to it did not help. Of a long one
    the beginning and the end count, as everywhere in a turn."""
    last = [wording.compact(wording.plain(wording.ends(text, LONGEST))) for text in said[-TIMES:]]
    if len(last) < TIMES or min(map(len, last)) < 4:
        return False
    return all(is_same(text, last[-1]) for text in last[:-1])


def is_same(text: str, other: str) -> bool:
    """Whether two messages, compact, ask the same: nearly the same letters, and the very same numbers."""
    return wording.likeness(text, other) >= SAME and _NUMBER.findall(text) == _NUMBER.findall(other)


def sounds_like(text: str) -> bool:
    """A weak sign, worth something only three times in a row."""
    return _hints(text) or likeness([text])[0] >= NEAR


def likeness(texts: Sequence[str]) -> list[float]:
    """Each message's nearness in meaning to the nearest known wish, a cosine."""
    near = embedder().embed_quick([wording.ends(text, 2 * LONGEST_HINT) for text in texts]) @ _known(embedder().model_id).T
    return [round(float(score), 3) for score in near.max(axis=1)]


@functools.cache
def _known(model_id: str) -> Vectors:
    return np.asarray(by_id(model_id).embed_quick(_KNOWN))


def _hints(text: str) -> bool:
    return bool(_HINT.search(wording.plain(wording.ends(text, 2 * LONGEST_HINT))))


def _is_wish(text: str) -> bool:
    """Applies the rules of every language, always: people mix them, and one word of another is no reason not to hear."""
    said = wording.plain(text)
    if wording.is_chinese(said):
        return chinese.is_wish(wording.compact(said)) or mixed.is_wish(said) or others.is_wish(text)
    return english.is_wish(wording.words(said)) or others.is_wish(text)
