"""Recall: earlier messages, as far as they help to read what is said now."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.conversations.bot import courtesy, wish, wording
from apps.conversations.bot.guard import STOP
from apps.knowledge.passages import tokens
from apps.knowledge.search.search import Hit
from apps.llm import languages

SUPPORT = 0.5  # of a follow-up's own terms that a passage must hold, for it to be about what they ask
FEW = 4  # of what is found together that may be meant
LONGEST_FOLLOW_UP = 400  # characters; more is a story of its own
SHORT, SHORT_ZH = 3, 5  # words, or Chinese characters, of a question that hardly says what it is about
_LEANS = re.compile(
    r"^(?:and|but|so|or|ok(?:ay)? (?:and|so)|what about|how about)\b|\b(?:it|its|they|them|their|those|these)\b"
)
_LEANS_ZH = re.compile("^那|它|呢[?？]?$|这个|那个")
SAME_ANSWER = 0.9  # likeness of letters from which two answers are one
# What a follow-up is put together with and what says nothing of its own.
_FORM_WORDS = """
    那 这 这个 那个 呢 吗 么 嘛 的 了 吧 呀 啊 我 你 您 请 问 请问 多少 怎么 什么 可以 能 要 是 有 不 还 也 就 会 在 和 跟
"""
_FORM = frozenset(_FORM_WORDS.split())


@dataclass(frozen=True)
class Line:
    """One message of the transcript."""

    author: str
    text: str


def language(transcript: Sequence[Line], *, default: str) -> str:
    """The customer's: of their newest message that has one. A code, a name or a sign has none."""
    said = (languages.found(line.text) for line in reversed(transcript) if line.author == "visitor")
    return next((spoken for spoken in said if spoken), default)


def question_before(transcript: Sequence[Line]) -> str:
    """The question before the last one, courtesies left out; "" when this conversation has none."""
    asked = [line.text for line in transcript if line.author == "visitor"][:-1]
    return next((text for text in reversed(asked) if text.strip() and courtesy.kind_of(text) is None), "")


def last_answer(transcript: Sequence[Line]) -> str:
    """The bot's last answer to a question. Replies to courtesies, and those that point to its last answer, are passed over."""
    polite = False
    said = ""
    for line in transcript:
        if line.author == "visitor":
            polite = courtesy.kind_of(line.text) is not None
        elif not polite and not is_pointing(line):
            said = courtesy.bare(line.text) if line.author == "bot" else ""
    return said


def pointed_back(transcript: Sequence[Line]) -> bool:
    """Whether the bot's last words were that it said all it knows."""
    return next((is_pointing(line) for line in reversed(transcript) if line.author != "visitor"), False)


def is_pointing(line: Line) -> bool:
    return line.author == "bot" and line.text in {courtesy.above(spoken) for spoken in languages.ALL}


def asks_again(question: str, transcript: Sequence[Line]) -> bool:
    """Whether the customer says the very same as before: then they want to read it again."""
    before = question_before(transcript)
    one, other = (wording.compact(wording.plain(text)) for text in (question, before))
    return bool(before) and (one == other or (min(len(one), len(other)) > 3 and wish.is_same(one, other)))


def is_same_answer(answer: str, said: str) -> bool:
    """Whether `answer` was just given, word for word or nearly so; `said` as of `last_answer`."""
    return bool(said) and (courtesy.bare(answer) == said or wording.likeness(courtesy.bare(answer), said) >= SAME_ANSWER)


def supported(question: str, hits: Iterable[Hit], transcript: Sequence[Line]) -> list[Hit]:
    """The hits of the question before that the new words ask for too, and that were not just said."""
    new = _terms(wording.ends(question, LONGEST_FOLLOW_UP))
    said = last_answer(transcript)
    likely = [hit for hit in list(hits)[:FEW] if new and _share(new, hit) >= SUPPORT]
    return [hit for hit in likely if not is_same_answer(hit.text, said)]


def leans(question: str) -> bool:
    """Whether a question, by its form, may be about what was talked of before: it is short, begins with “and”, or says “it”."""
    said = wording.simple(question).strip()
    if wording.is_chinese(said):
        return len(wording.compact(said)) <= SHORT_ZH or bool(_LEANS_ZH.search(said))
    return len(said.split()) <= SHORT or bool(_LEANS.search(said))


def merged(hits: Sequence[Hit], others: Sequence[Hit]) -> list[Hit]:
    """Each entry once, with its better score, the best first."""
    best: dict[int, Hit] = {}
    for hit in sorted((*hits, *others), key=lambda hit: -hit.score):
        if not any(hit.passage == held.passage or (hit.kind == "qa" and hit.article == held.article) for held in best.values()):
            best[hit.passage] = hit
    return list(best.values())


def _share(new: frozenset[str], hit: Hit) -> float:
    return len(new & _terms(f"{hit.title} {hit.question} {hit.heading} {hit.text}")) / len(new)


def _terms(text: str) -> frozenset[str]:
    """Terms that say something: no stop words, of Chinese pairs and longer words alone."""
    found = frozenset(tokens.terms(text)) - STOP - _FORM
    return frozenset(term for term in found if len(term) > 1 or not tokens.is_han(term))
