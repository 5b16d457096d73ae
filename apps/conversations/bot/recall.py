"""Recall: earlier messages, as far as they help to read what is said now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.conversations.bot import courtesy, follow_up, wish, wording
from apps.conversations.bot.guard import STOP
from apps.knowledge.passages import characters, excerpt, tokens
from apps.knowledge.search.search import Hit
from apps.llm import languages

SUPPORT = 0.5  # of a follow-up's own terms that a passage must hold, for it to be about what they ask
FEW = 4  # of what is found together that may be meant
LONGEST_FOLLOW_UP = 400  # characters; more is a story of its own
PART = 8  # characters from which what was said may be told from an answer as a part of it
SAME_ANSWER = 0.9  # likeness of letters from which two answers are one
# What a follow-up is put together with and what says nothing of its own.
_FORM_WORDS = """
    那 这 这个 那个 那么 它 它们 呢 吗 么 嘛 的 了 吧 呀 啊 我 我们 你 你们 您 请 问 请问 多少 多久 多长 时间 几 怎么 怎样 什么
    哪 哪个 哪些 谁 可以 能 能不能 要 是 是不是 有 有没有 没 没有 不 还 还有 也 就 都 会 在 和 跟 给 把 被 得 去
    到 来 如果 的话 一下 大概 具体 钱 多少钱
    about long much many take get need want thing one ok okay
"""
_FORM = frozenset(_FORM_WORDS.split()) | STOP


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


def contexts(transcript: Sequence[Line]) -> list[str]:
    """Questions that the last one may hang on, the nearest first: the one before it, together with the one that this hangs on;
    and the last that stood on its own feet and was surely answered. None when the customer left what was talked of."""
    talk = _of_this_topic(transcript)
    if not talk:
        return []
    nearest = talk[0][0]
    standing = next((asked for asked, _ in talk if not follow_up.leans(asked)), "")
    if standing and standing != nearest and follow_up.leans(nearest):
        nearest = f"{standing} {nearest}"
    sure = next((asked for asked, said in talk[1:] if not follow_up.leans(asked) and courtesy.is_sure(said)), "")
    return [nearest, sure] if sure and sure not in nearest else [nearest]


def begins(transcript: Sequence[Line]) -> bool:
    """Whether nothing was said before that could change the answer; courtesies do not."""
    return not contexts(transcript) and not last_answer(transcript)


def _of_this_topic(transcript: Sequence[Line]) -> list[tuple[str, str]]:
    """The questions before, each with the bot's answer to it, the newest first, as far as none left what was talked of."""
    found: list[tuple[str, str]] = []
    said = ""
    if not transcript or follow_up.leaves(transcript[-1].text):
        return found
    for line in reversed(transcript[:-1]):
        if line.author != "visitor":
            said = line.text
            continue
        if line.text.strip() and courtesy.kind_of(line.text) is None:
            found.append((follow_up.own(line.text), said))
        if follow_up.leaves(line.text):
            break
    return found


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
    """Whether `answer` was just given, word for word or nearly so, or a part of it was; `said` as of `last_answer`."""
    given = courtesy.bare(answer)
    part = len(said) >= PART and said in given
    return bool(said) and (part or given == said or wording.likeness(given, said) >= SAME_ANSWER)


def supported(question: str, hits: Iterable[Hit], transcript: Sequence[Line]) -> list[Hit]:
    """The hits of the question before that the new words ask for too. What was just said stays when a part of it answers."""
    new = content(wording.ends(question, LONGEST_FOLLOW_UP))
    said = last_answer(transcript)
    likely = [hit for hit in list(hits)[:FEW] if new and _share(new, hit) >= SUPPORT]
    return [hit for hit in likely if not is_same_answer(hit.text, said) or part_of(question, hit.text)]


def unsaid(hits: Sequence[Hit], transcript: Sequence[Line]) -> list[Hit]:
    """The hits that were not just said."""
    said = last_answer(transcript)
    return [hit for hit in hits if not is_same_answer(hit.text, said)]


def part_of(question: str, answer: str) -> str:
    """The sentence, item or row of an answer that a follow-up asks for; "" when it does not tell."""
    return excerpt.part(content(wording.ends(question, LONGEST_FOLLOW_UP)), answer)


def merged(hits: Sequence[Hit], others: Sequence[Hit]) -> list[Hit]:
    """Each entry once, with its better score, the best first."""
    best: dict[int, Hit] = {}
    for hit in sorted((*hits, *others), key=lambda hit: -hit.score):
        if not any(hit.passage == held.passage or (hit.kind == "qa" and hit.article == held.article) for held in best.values()):
            best[hit.passage] = hit
    return list(best.values())


def _share(new: frozenset[str], hit: Hit) -> float:
    return len(new & _terms(f"{hit.title} {hit.question} {hit.heading} {hit.text}")) / len(new)


def content(text: str) -> frozenset[str]:
    """The terms of a question that say something: neither stop words nor its form, of Chinese words of two and more. Where it
    has no such words (“how long?”), its form is all there is."""
    words = (word for word in tokens.words(characters.like(text)) if word not in _FORM)
    found = frozenset(term for word in words if len(word) > 1 or not tokens.is_han(word) for term in tokens.terms(word))
    return found or frozenset(term for term in _terms(text) - STOP if len(term) > 1 or not tokens.is_han(term))


def _terms(text: str) -> frozenset[str]:
    return frozenset(tokens.terms(characters.like(text)))
