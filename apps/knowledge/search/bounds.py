"""The bounds of an entry's probability whatever its rank: what is named, the kind of thing that is asked for and what is denied
have to be met, an announcement holds no answer, and who asks word for word gets what they ask for."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from apps.knowledge.models import Passage
from apps.knowledge.passages import deeds, glossary, measures, names, polarity, tokens
from apps.knowledge.search import aspects, evidence
from apps.knowledge.search.candidates import Candidate
from apps.knowledge.search.fusion import Floats
from apps.llm import languages

# The most that an answer is worth that is not about what the question names, tells nothing of the kind that it asks for, or is
# about the very thing that it denies.
UNMET = 0.5
TURNED = 0.3  # about the very thing that is denied: others that may be right go before it
IN_ORDER = 0.01  # of what is beyond that, so that the more probable of two such answers stays ahead
ANNOUNCED = 0.02  # the most that a section is worth which only announces others
WORD_FOR_WORD, LESS = 0.95, 0.9  # what an answer to this very question, or a section of this name, and all else is worth
_ANNOUNCEMENT = re.compile(
    r"\b(?:this (?:page|article|guide|section|document)|below|the following|in what follows)\b"
    "|下面|以下|下文|本文|本页|本篇|这篇|这一页|本章|本指南",
    re.IGNORECASE,
)
_FACT = re.compile(r"\d|[一二两三四五六七八九十百半][天年月元个次小]")
LONGEST_ANNOUNCEMENT = 300  # characters
TOUCHED = 1 / 3  # of what is asked about a named thing that an answer's words hold at least
_FORM_WORDS_ZH = """
    多少 怎么 什么 可以 能不 不能 有没 没有 是不 不是 几个 哪个 哪种 一个 这个 那个 请问 你们 我们 一下 为什 么样
"""
_FORM_ZH = frozenset(_FORM_WORDS_ZH.split())


def bounded(question: str, rows: Sequence[Candidate], certain: Floats, *, absent: NDArray[np.bool_] | bool = False) -> Floats:
    """`certain`: how probable it is that each row answers the question; `absent`: they are about a thing that none names."""
    unsure = (doubted(question, rows) | absent) & (certain > UNMET)
    within = np.where(unsure, UNMET - IN_ORDER * (1 - certain), certain)
    within = np.where(_turned(question, rows), within.clip(max=TURNED), within)
    within = np.where([_announces(row) for row in rows], within.clip(max=ANNOUNCED), within)
    said = np.array(_said(question, rows))
    return np.where(said, WORD_FOR_WORD, within.clip(max=LESS)) if said.any() else within


def doubted(question: str, rows: Sequence[Candidate]) -> NDArray[np.bool_]:
    """True for rows of an entry that does not meet what is named, asked for or denied."""
    each = zip(_unmet(question, rows), _untold(question, rows), _undone(question, rows), _turned(question, rows), strict=True)
    return np.array([any(reasons) for reasons in each], np.bool_)


def _unmet(question: str, rows: Sequence[Candidate]) -> list[bool]:
    """True for rows of an entry that is not about what the question names."""
    asked = names.of(question, names.known(question, [row.text for row in rows]))
    if not asked.words and not asked.models:
        return [False] * len(rows)
    rest = _asked_about(question, asked)
    own = languages.found(question)
    abroad = glossary.named(question, languages.other(own)) if own else []
    return _of_entries(
        rows, lambda held: not (names.are_met(asked, held) and (_is_touched(rest, held) or _is_named(abroad, held)))
    )


def _untold(question: str, rows: Sequence[Candidate]) -> list[bool]:
    """True for rows of an entry that tells nothing of the kind that is asked for: no sum of money, no weight, no street."""
    wanted = measures.asked(question)
    if wanted is None:
        return [False] * len(rows)
    price = measures.asks_plain_price(question)
    told = {
        evidence.key(row)
        for row in rows
        if row.kind != Passage.Kind.QUESTION
        and (measures.tells_plain_price(row.text) if price else measures.tells(row.text, wanted))
    }
    return [evidence.key(row) not in told for row in rows]


def _undone(question: str, rows: Sequence[Candidate]) -> list[bool]:
    """True for rows of an entry that never speaks of the deed that the question asks about (能退吗)."""
    deed = deeds.asked(question)
    if not deed:
        return [False] * len(rows)
    return _of_entries(rows, lambda held: languages.found(" ".join(held)) != "en" and not deeds.are_told(deed, held))


def _turned(question: str, rows: Sequence[Candidate]) -> list[bool]:
    """True for rows of a Q&A about the very thing that the question denies: “not worn”, 没激活. (A section is about both.)"""
    if not polarity.denied(question):
        return [False] * len(rows)
    turned = _of_entries(rows, lambda held: polarity.is_turned(question, held))
    return [found and row.kind != Passage.Kind.SECTION for row, found in zip(rows, turned, strict=True)]


def _of_entries(rows: Sequence[Candidate], holds: Callable[[Sequence[str]], bool]) -> list[bool]:
    """For each row whether this holds of its entry's headings and texts."""
    texts: defaultdict[Hashable, list[str]] = defaultdict(list)
    for row in rows:
        texts[evidence.key(row)] += row.heading, row.text
    found = {key: holds(held) for key, held in texts.items()}
    return [found[evidence.key(row)] for row in rows]


def _asked_about(question: str, asked: names.Names) -> frozenset[str]:
    """The part of a question about the things that it names: its other words, of Chinese ones pairs."""
    named = {term for name in (*asked.words, *asked.words.values()) for term in tokens.terms(name)}
    named |= {term for stem, other in asked.models for term in tokens.terms(f"{stem} {other}")}
    said = {term for term in tokens.terms(question) if len(term) > 1 or not tokens.is_han(term)}
    return frozenset(said - named - aspects.FORM - _FORM_ZH)


def _is_touched(rest: frozenset[str], texts: Sequence[str]) -> bool:
    """Whether an entry about the named thing speaks of what is asked about it at all."""
    if not rest:
        return True
    held = {term for text in texts for term in tokens.terms(text)}
    chinese = any(tokens.is_han(term[0]) for term in rest)  # most pairs there cross the border of words
    return bool(rest & held) if chinese else len(rest & held) >= TOUCHED * len(rest)


def _is_named(things: Sequence[glossary.Names], texts: Sequence[str]) -> bool:
    """Whether an entry names one of these things, which the question names in the other language."""
    held = {term for text in texts for term in tokens.terms(text)}
    return any(held.issuperset(tokens.terms(name)) for names_there in things for name in names_there)


def _announces(row: Candidate) -> bool:
    """Whether a section says what is to come and holds no fact: it has the words of every heading and answers nothing."""
    if row.kind != Passage.Kind.SECTION or len(row.text) > LONGEST_ANNOUNCEMENT or "\n" in row.text.strip():
        return False
    return bool(_ANNOUNCEMENT.search(row.text)) and not _FACT.search(row.text)


def _said(question: str, rows: Sequence[Candidate]) -> list[bool]:
    """True for rows that are the question word for word, or a section that is called so."""
    asked = _letters(question)
    called = [row.heading if row.kind == Passage.Kind.SECTION else row.text for row in rows]
    return [row.kind != Passage.Kind.ANSWER and _letters(name) == asked != "" for row, name in zip(rows, called, strict=True)]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
