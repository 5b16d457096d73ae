"""Support: how far a passage answers what a follow-up newly asks, by its own words and the kind of answer that it expects."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from apps.conversations.bot import expected, wording
from apps.conversations.bot.expected import Kind
from apps.conversations.bot.guard import STOP
from apps.knowledge.passages import excerpt, tokens
from apps.knowledge.search.search import Hit
from apps.llm import characters

SHARE = 0.5  # of a follow-up's own terms that a passage must hold, for it to be about what they ask
SHARE_WITH_KIND = 1 / 3  # where it also holds the kind of answer that is expected
LONGEST = 400  # characters; more is a story of its own
THIN = 1  # words of a question that may be too few to say what it is about
# What a follow-up is put together with and what says nothing of its own.
_FORM_WORDS = """
    那 这 这个 那个 那么 它 它们 呢 吗 么 嘛 的 了 吧 呀 啊 我 我们 你 你们 您 请 问 请问 多少 多久 多长 时间 几 怎么 怎样 什么
    哪 哪个 哪些 谁 可以 能 能不能 要 是 是不是 有 有没有 没 没有 不 还 还有 也 就 都 会 在 和 跟 给 把 被 得 去
    到 来 如果 的话 一下 大概 具体 钱 多少钱 弄 行 行不行 一个 要是 都行 算
    about long much many take get need want thing one ok okay far whats hows there here come new
"""
_FORM = frozenset(_FORM_WORDS.split()) | STOP


class Fit(IntEnum):
    """How a passage meets a follow-up."""

    NOT = 0
    KIND = 1  # it holds the kind of answer that is expected
    SOME = 2  # and some of the words
    MOST = 3  # and most of them


@dataclass(frozen=True)
class Asked:
    """The newly asked: `words` of its own that say something, the `terms` of these, the Chinese
    `single` characters of these and beside them, and the kind of answer that its form expects."""

    words: int
    terms: frozenset[str]
    single: frozenset[str]
    kind: Kind | None

    @property
    def is_bare(self) -> bool:
        """Whether it names nothing (“how much?”, “在哪弄”): alone it asks about everything."""
        return not self.words

    @property
    def is_thin(self) -> bool:
        return self.words <= THIN

    def fit(self, hit: Hit) -> Fit:
        text = characters.like(hit.text)
        if self.kind and not self.kind.is_in(text):
            return Fit.KIND if self.kind.may_be_in(text) else Fit.NOT
        if self.is_bare:
            met = bool(self.single) and self.single <= _held(hit)
            return Fit.MOST if met else Fit.KIND if self.kind else Fit.NOT
        share = self.share(_held(hit))
        if share > SHARE:
            return Fit.MOST
        if share >= (SHARE_WITH_KIND if self.kind else SHARE):
            return Fit.SOME
        return Fit.KIND if self.kind else Fit.NOT

    def is_held_by(self, hit: Hit) -> bool:
        """Whether a passage has all its own words."""
        return self.terms <= _held(hit)

    def share(self, held: frozenset[str]) -> float:
        """The share of its terms among those `held`, 0..1."""
        return len(self.terms & held) / len(self.terms) if self.terms else 0.0

    def part_of(self, answer: str) -> str:
        """The sentence, item or row of an answer that it asks for; "" when it does not tell."""
        kind = self.kind
        fits = None if kind is None else kind.is_in if kind.is_in(characters.like(answer)) else kind.may_be_in
        return excerpt.part(self.terms | self.single, answer, fits)

    def is_met_by(self, part: str) -> bool:
        """Whether a part holds the kind of answer that is expected and half of the words; else more than half of them."""
        said = characters.like(part)
        share = self.share(frozenset(tokens.terms(said)))
        return share >= SHARE and self.kind.is_in(said) if self.kind else share > SHARE


def _bare(word: str) -> str:
    """A Chinese word of two characters without the one of them that says nothing (“能换”, “那钱”)."""
    if len(word) != 2 or not tokens.is_han(word):
        return word
    left = [character for character in word if character not in _FORM]
    return left[0] if len(left) == 1 else word


def _held(hit: Hit) -> frozenset[str]:
    return frozenset(tokens.terms(characters.like(f"{hit.title} {hit.question} {hit.heading} {hit.text}")))


@lru_cache(512)
def asked(question: str) -> Asked:
    said = characters.like(wording.ends(question, LONGEST)).strip().removeprefix("那么").removeprefix("那")
    words = {_bare(word) for word in tokens.words(expected.without_form(said))} - _FORM
    single = {word for word in words if len(word) == 1 and tokens.is_han(word)}
    own = words - single or (single if len(single) > 1 else set())
    every = frozenset(single).union(*(filter(tokens.is_han, word) for word in own))
    terms = frozenset(term for word in own for term in tokens.terms(word) if len(term) > 1 or term == word)
    return Asked(len(own), terms, every, expected.of(said))
