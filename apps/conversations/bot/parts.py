"""A message that asks two or three things, as so many questions. What asks nothing belongs to the question after it."""

import re
from collections.abc import Sequence

from apps.conversations.bot import wording
from apps.llm import characters

MOST = 3
LAST = 2  # sentences of a story that may be its question
LONGEST = 300  # characters; who writes more tells a story
STORY = 100  # characters from which a message may be more than its question
SHORTEST, SHORTEST_ZH = 8, 4  # characters of a question
_END = re.compile(r"[?？!！;；。\n]+\s*|[.](?=\s)\s*|[,，]\s*|\s+(?:and|also|plus)\s+(?=\S)", re.IGNORECASE)
_SENTENCE = re.compile(r"[^?？!！。\n.]+(?:[.](?!\s)[^?？!！。\n.]+)*[?？!！。.]*")
_LEAD = re.compile(r"^(?:and|also|plus|oh|ok|so|then|but|另外|还有|然后|对了|以及|再问一下|请问)[\s,，、:：]*", re.IGNORECASE)
_MARK = re.compile("[?？]+")
_ASKS = re.compile(
    r"^(?:how|what|when|where|which|who|why|do|does|did|is|are|was|can|could|will|would|should|may|whats|hows)\b", re.IGNORECASE
)
_ASKS_ZH = re.compile(
    "吗|么|呢|多[少久大高重长远宽厚深]|几|怎么|怎样|如何|什么|啥|哪|谁|能不能|可不可以|有没有|是不是|要不要|[能可有行要].{0,8}不$"
)


def of(message: str) -> list[str]:
    """The questions of a message, two or three of them, or the message itself."""
    if len(message) > LONGEST:
        return [message]
    found: list[str] = []
    before = ""
    for piece in filter(None, map(str.strip, _END.split(message))):
        said = _LEAD.sub("", piece)
        if _asks(said):
            found.append(f"{before} {said}".strip())
            before = ""
        else:
            before = f"{before} {piece}".strip()
    if not 1 < len(found) <= MOST:
        return [message]
    return [*found[:-1], f"{found[-1]} {before}".strip()]


def are_marked(message: str, questions: Sequence[str]) -> bool:
    """Whether each of its questions has a question mark: then it is a question by itself for certain."""
    return len(_MARK.findall(message)) >= len(questions)


def gist(message: str) -> str:
    """The point of a long story: its last sentences that ask something, or its last one; "" for a short message."""
    if len(message) <= STORY:
        return ""
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(message) if sentence.strip()]
    asking = [sentence for sentence in sentences if sentence[-1] in "?？" or _asks(_LEAD.sub("", sentence))]
    return " ".join((asking or sentences)[-LAST:])


def _asks(piece: str) -> bool:
    if wording.is_chinese(piece):
        return len(piece) >= SHORTEST_ZH and bool(_ASKS_ZH.search(characters.like(piece)))
    return len(piece) >= SHORTEST and bool(_ASKS.match(piece))
