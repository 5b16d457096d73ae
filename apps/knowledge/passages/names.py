"""Names: products, places, people. What is about another bearer of a name, or about nobody of that name, is no sure answer.

In English a name is what the tenant's texts mostly write with a capital letter inside sentences (“the Ridgeline 2”, “to
Alaska”), and what a customer writes so. A number after it is part of it, and in Chinese a number or Latin letters after two
characters are (“听澜 2”, “青屿 5 Pro”), unless a measure follows (“99 元”).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from apps.knowledge.passages import glossary, tokens

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*|\d+(?:[.,]\d+)*")
_CAPITAL = re.compile(r"(?<=[a-z0-9,;)] )(?:[A-Z][a-z]{2,})(?![\w'’-])")
_CAPITALS = re.compile(r"(?<=[a-z0-9,;)] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*(?![\w'’-])")
_LATIN = re.compile(r"[A-Za-z]+(?:[-.][A-Za-z]+)*\d*")
_LABEL = re.compile(r"\*\*[^*\n]+\*\*|「[^」\n]*」")  # what stands on a button is no name
_MEASURE = (
    "元|块|毛|天|年|月|日|号|小时|分|秒|个|次|件|台|张|期|寸|英寸|米|楼|层|点|岁|倍|%|份|部|条|周|折|人|位|GB|W|V|G|kg|cm|mm"
)
_MODEL = re.compile(rf"([\u3400-\u9fff]{{2}}) ?([A-Za-z]+|\d{{1,4}}(?![\d.])(?! ?(?:{_MEASURE})))")
_DATES = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
    november december christmas thanksgiving english chinese
"""
_CALENDAR = frozenset(_DATES.split())


@dataclass(frozen=True)
class Names:
    """The names of a question: in English each with the number after it ("" for none); in Chinese as (two characters, rest)."""

    words: Mapping[str, str]
    models: frozenset[tuple[str, str]]


def known(question: str, texts: Sequence[str]) -> frozenset[str]:
    """The words of a question that these texts write as English names, in lower case."""
    said = {word.lower() for word in _WORD.findall(unicodedata.normalize("NFKC", question))} - _CALENDAR
    capital = Counter[str]()
    plain = [_LABEL.sub(" ", text) for text in texts] if said else []
    for text in plain:
        capital.update(said & {word.lower() for word in _CAPITAL.findall(text)})
    small = Counter[str]()
    for text in plain if capital else ():  # few questions hold a name, and all words are many
        small.update(capital.keys() & set(_WORD.findall(text)))
    return frozenset(word for word, count in capital.items() if count >= small[word])


def of(question: str, names: frozenset[str]) -> Names:
    """The names in a question; `names` are known. A word that a customer begins with a capital inside a sentence is one."""
    said = unicodedata.normalize("NFKC", question)
    written = {word.lower() for word in _CAPITAL.findall(said)} - _CALENDAR
    if written and not re.search(r"\b[a-z]{2,}", said):  # Every Word Begins With One
        written = set()
    words = _WORD.findall(said)
    found = {}
    for word, after in pairwise([*words, ""]):
        if word.lower() in names or word.lower() in written:
            found[word.lower()] = after if after.isdigit() else ""
    return Names(found, frozenset(_models(said)))


def written(text: str) -> list[str]:
    """The names that a text writes, whoever else does: English ones with capitals inside sentences, of several words too; in
    Chinese Latin words, and nouns before a number or Latin letters (听澜 2) that are no things of shops."""
    if not any(map(tokens.is_han, text)):
        runs = _CAPITALS.findall(_LABEL.sub(" ", text))
        return list(dict.fromkeys(run for run in runs if not _CALENDAR.issuperset(run.lower().split())))
    plain = unicodedata.normalize("NFKC", text)
    nouns = {word for word, kind in rjieba.tag(plain) if kind.startswith("n")}
    stems = [stem for stem, _rest in _MODEL.findall(plain) if stem in nouns and not glossary.named(stem, "en")]
    return list(dict.fromkeys([*stems, *_LATIN.findall(plain)]))


def are_met(asked: Names, texts: Iterable[str]) -> bool:
    """Whether these texts, of one entry, are about what is named: each name stands there, with the number that is asked."""
    said = unicodedata.normalize("NFKC", "\n".join(texts))
    words = [word.lower() for word in _WORD.findall(said)]
    for name, number in asked.words.items():
        after = {second for first, second in pairwise([*words, ""]) if first == name}
        numbers = {each for each in after if each.isdigit()}
        if not after or (number and numbers and number not in numbers):
            return False
    held = _models(said)
    stems = {stem for stem, _rest in held}
    return all(model in held for model in asked.models if model[0] in stems)


def _models(text: str) -> set[tuple[str, str]]:
    return {(stem, rest.lower()) for stem, rest in _MODEL.findall(text)}
