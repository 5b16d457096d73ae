"""The need that a customer brings to a person: all that they said since they were last served, and what the bot said to it.

They were served by a colleague's message, or by an answer from the knowledge; not by one that they marked as wrong, nor by one
after which they asked for a person at once, and which stands in the need as what was not enough. An answer that they got while
they waited for a person serves what it answered, and nothing before that.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from apps.conversations.bot import courtesy, wording
from apps.conversations.bot.wish import is_wanted
from apps.conversations.models import Conversation, Event
from apps.conversations.wire import events

LOOKED_AT = 80  # events, the newest
MOST, LONGEST = 20, 1_000  # messages, and characters of one
LONGEST_LINE = 500
SHORT = 40  # characters, without spaces, of a wish for a person that says nothing else
_CONTACT = re.compile(r"\s*(?:[^\s@]+@[^\s@]+\.[^\s@]+|\+?[\d\s().-]{7,20})\s*")
_NUMBER = re.compile(r"\d{3,}")
_TROUBLE = re.compile(
    r"\b(?:never|not|n't|wrong|broken|damaged|missing|late|lost|refund|cancel|help|problem|urgent|charged)\b|n't\b"
    r"|没|不|坏|错|丢|少|慢|退|取消|投诉|问题|扣|急",
    re.IGNORECASE,
)
_UPSET = re.compile(
    r"\b(?:angry|furious|unacceptable|ridiculous|disgust\w*|outrag\w*|terrible|awful|horrible|worst|scam|fed up|disappointed"
    r"|complain\w*|complaint)\b|生气|气死|气愤|愤怒|太差|差劲|垃圾|骗子|欺骗|投诉|无语|恶心|失望|受不了|忍无可忍|什么态度",
    re.IGNORECASE,
)


class Why(StrEnum):
    """The reason why what the bot said was not enough."""

    MARKED = "marked_wrong"
    PERSON = "person_wanted"


@dataclass(frozen=True)
class Need:
    """`asked`: the message that tells it best. `messages`: all that tell of it, oldest first, without courtesies, addresses and
    wishes for a person; `files`: names of what came with them.
    `said`: the bot's answer that was not enough, and `why`. `upset`: they sound so."""

    asked: str
    messages: Sequence[str] = ()
    files: Sequence[str] = ()
    said: str = ""
    why: str = ""
    upset: bool = False

    def in_flow(self) -> "Need":
        """No more of it than the wish that began a flow: the rest fills its slots, some of which are masked."""
        return replace(self, asked=next(filter(_is_need, self.messages), self.asked), messages=())

    def stored(self) -> dict[str, Any]:
        """For a handover's summary; what is empty is left out."""
        facts = {**vars(self), "messages": list(self.messages), "files": list(self.files)}
        return {name: value for name, value in facts.items() if value}


def told(conversation: Conversation, summary: Mapping[str, Any], asked: str = "") -> dict[str, Any]:
    """A handover's summary with the need as it is now; `asked`: the customer's own words for it, where they gave some."""
    found = of(conversation)
    found = found.in_flow() if "flow" in summary or conversation.is_in_flow else found
    others = {name: value for name, value in summary.items() if name == "asked" or name not in Need.__dataclass_fields__}
    return {**others, **found.stored(), **({"asked": asked} if asked else {})}


def of(conversation: Conversation) -> Need:
    newest = conversation.events.filter(kind__in=(Event.Kind.MESSAGE, Event.Kind.RATED)).order_by("-seq")[:LOOKED_AT]
    marks = {event.body.get("of"): event.body.get("score") for event in reversed(newest) if event.kind == Event.Kind.RATED}
    messages = [event for event in newest if event.kind == Event.Kind.MESSAGE]
    mine, answer, why = _unserved(messages, marks)
    if not mine:  # all was served; their last words are what they come back to
        mine = next(([event] for event in messages if event.author == Event.Author.VISITOR), [])
    texts = [events.words(event.body).strip()[:LONGEST] for event in mine]
    files = [str(file["name"]) for event in mine for file in event.body.get("attachments", ())]
    said = str(answer.body.get("text", ""))[:LONGEST] if answer else ""
    needs = [text for text in texts if _is_need(text)] or [text for text in texts if text][-1:]
    return Need(_best(needs), needs[-MOST:], files, said, why, any(map(_UPSET.search, texts)))


def _unserved(newest: Sequence[Event], marks: dict[Any, Any]) -> tuple[list[Event], Event | None, str]:
    """→ the customer's messages that nobody has served, oldest first; the bot's answer that was not enough, and why."""
    mine: list[Event] = []
    answer, why = None, ""
    served: set[int] = set()
    for event in newest:
        if event.author == Event.Author.VISITOR:
            mine += [event] if event.seq not in served else []
        elif event.body.get("meanwhile"):
            served |= set(event.body["meanwhile"]) if marks.get(event.seq) != -1 else set()
        elif event.author == Event.Author.AGENT:
            if mine:
                break
        elif event.body.get("sources") and not event.body.get("buttons"):  # with buttons it was only asked whether it is meant
            wrong = marks.get(event.seq) == -1
            if not wrong and (answer or any(_is_need(str(said.body.get("text", ""))) for said in mine)):
                break
            if answer is None:
                answer, why = event, Why.MARKED if wrong else Why.PERSON
    return mine[::-1], answer, why


def _is_need(text: str) -> bool:
    """Whether a message says more than that a person is wanted, a courtesy, or where to answer to."""
    if not text.strip() or courtesy.kind_of(text) or _CONTACT.fullmatch(text):
        return False
    return not (is_wanted(text) and len(wording.compact(text)) < SHORT)


def _best(needs: Sequence[str]) -> str:
    """The one that tells most: of trouble, with numbers, in many words. The first of those that tell as much."""
    return max(needs, key=_told, default="")[:LONGEST_LINE]


def _told(text: str) -> float:
    words = len(set(wording.compact(text))) / 2 if wording.is_chinese(text) else len(set(text.lower().split()))
    return min(words, 15) + 6 * bool(_TROUBLE.search(text)) + 4 * bool(_NUMBER.search(text))
