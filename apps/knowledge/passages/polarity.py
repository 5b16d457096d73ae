"""Polarity: what a question denies (“not worn”, 没激活), where an entry speaks of the very same as being so."""

import re
import unicodedata
from collections.abc import Iterable

from apps.knowledge.passages import tokens

_DENIED = re.compile(
    r"(?:\b(?:not|never|without|cannot|lost|missing|forgot)|n't)"
    r"(?: (?:been|be|have|had|yet|ever|even|the|a|an|any|my|your))* ([a-z]{3,})"
    r"|\b(?:no|zero) ([a-z]{3,})"
    r"|\bun(worn|used|opened|washed|worked|paid|confirmed|activated|registered|tagged|damaged|boxed|packed|shipped)\b"
)
_DENIED_ZH = re.compile("(?:没有|没|未|不是|尚未|无|丢了|忘了)(?:[过被再给用]|经过)?([\u3400-\u9fff]{2})")
# Words that deny the same: what has never been outside was not used outdoors.
_ALIKE = (("outside", "outdoors"), ("worn", "used"), ("opened", "unboxed", "unpacked"), ("damaged", "broken"))
_BEFORE = 2  # characters of Chinese between a denial and what it denies


def denied(text: str) -> frozenset[str]:
    """The terms that a text denies, as `tokens.terms` has them: of Chinese ones pairs."""
    plain = unicodedata.normalize("NFKC", text)[: 2 * len(text) + 100].lower().replace("’", "'").replace("有没有", "有")
    english = (next(filter(None, found)) for found in _DENIED.findall(plain))
    alike = {one for word in english for one in next((words for words in _ALIKE if word in words), (word,))}
    return frozenset(term for word in alike for term in tokens.terms(word)) | frozenset(_DENIED_ZH.findall(plain))


def is_turned(question: str, texts: Iterable[str]) -> bool:
    """Whether something that a question denies is said of these texts, and in none of them denied as well."""
    asked = denied(question)
    if not asked:
        return False
    held = list(texts)
    said = {term for text in held for term in tokens.terms(text)}
    return bool(asked & said - {term for text in held for term in denied(text)})
