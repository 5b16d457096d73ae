"""Text → the terms of the lexical index.

Chinese becomes characters, pairs of characters and words of three or more (dictionary segmentation disagrees with itself on
short questions, "退" / "退货", so pairs carry most of the weight); Latin words are lower-cased and lightly stemmed; codes
such as SF1234567890 or E-0417 stay whole and count in their parts too. Figures for these choices: docs/search.md.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import rjieba

LONGEST_TERM = 64
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:['’._-][^\W_{HAN}]+)*")
_HAN_START = re.compile(rf"[{HAN}]")
_ACCENT = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_MARK = re.compile("[\u0300-\u036f]")
_JOINT = re.compile(r"['’._-]")


def terms(text: str) -> list[str]:
    """All terms of a text in order, repeats included."""
    found: list[str] = []
    for run in _RUN.findall(_spelt(text)):
        found.extend(_chinese(run) if _HAN_START.match(run) else _latin(run))
    return found


def runs(plain: str) -> Iterator[re.Match[str]]:
    """Where the runs of one script stand in a text that is spelt already."""
    return _RUN.finditer(plain)


def words(text: str) -> list[str]:
    """The words of a text in order, in lower case: Chinese ones by the dictionary."""
    runs = _RUN.findall(_spelt(text))
    return [word for run in runs for word in (rjieba.cut(run) if _HAN_START.match(run) else [run])]


def _spelt(text: str) -> str:
    """The text in lower case and usual width, without accents: résumé is resume."""
    plain = unicodedata.normalize("NFKC", text)[: 2 * len(text) + 100].lower()  # one character may stand for eighteen (U+FDFA)
    if not _ACCENT.search(plain):
        return plain
    return unicodedata.normalize("NFC", _MARK.sub("", unicodedata.normalize("NFD", plain)))


def counts(text: str) -> Counter[str]:
    return Counter(terms(text))


def is_han(char: str) -> bool:
    return _HAN_START.match(char) is not None


def han_share(text: str) -> float:
    """Share of Han characters among the letters of a text: tells Chinese from English."""
    letters = [char for char in text if char.isalpha()]
    return sum(1 for char in letters if is_han(char)) / len(letters) if letters else 0.0


def language_of(text: str) -> str:
    return "zh-hans" if han_share(text) > 0.3 else "en"


def _chinese(run: str) -> list[str]:
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    words = [word for word in rjieba.cut_for_search(run) if 3 <= len(word) <= LONGEST_TERM]
    return [*run, *pairs, *words]


def _latin(run: str) -> list[str]:
    if "'" in run or "’" in run:
        run = _JOINT.split(run)[0]  # don't → don, customer's → customer
    parts = _JOINT.split(run)
    whole = [_stem(run)] if len(parts) == 1 else [run, *(_stem(part) for part in parts)]
    return [term[:LONGEST_TERM] for term in whole]


def _stem(word: str) -> str:
    """A light stemmer: plurals, -ed, -ing and a last e. It must only bring forms of one word together, not be right."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    word = _singular(word)
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word and len(base) >= 3:
            doubled = base[-1] == base[-2] and base[-1] not in "lsz"
            return (base[:-1] if doubled else base).rstrip("e")
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and word[-3] in "sxzh":
        return word[:-2]
    if word.endswith("s") and word[-2] not in "su":
        return word[:-1]
    return word
