"""Detects, by script, which of the product's languages a text is in."""

import re

ALL = ("en", "zh-hans")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PART = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<kana>[\u3040-\u30ff]+)|(?P<other>[^\s{_HAN}\u3040-\u30ff]+)")
_WORD = re.compile(r"[^\W\d_]{2,}|\b[aiAI]\b")
_ADDRESS = re.compile(r"https?://|www\.|[^@]@[^@]")
_DIGIT = re.compile(r"\d")
_CAPITALS = re.compile(r"\W*[^\W\d_a-z]{1,6}\W*")
_NAME = re.compile(r"[a-z]\W?[A-Z]")
LONGEST = 2_000  # characters that are looked at
SHOUTED = 3  # words of capitals that are a sentence


def found(text: str) -> str | None:
    """`zh-hans` when Chinese words (two characters are one) are more than half as many as others, `en` for other letters; None
    where there is nothing but what people copy rather than say: codes, numbers, names, addresses, signs."""
    words = chinese = shouted = 0.0
    for part in _PART.finditer(text[:LONGEST]):
        said = part[0]
        match part.lastgroup:
            case "han":
                chinese += max(len(said) / 2, 1)
            case "kana":
                words += len(said)
            case _ if _DIGIT.search(said) or _NAME.search(said) or _ADDRESS.search(said):
                continue
            case _ if _CAPITALS.fullmatch(said) and said.upper() != said.lower():
                shouted += 1
            case _:
                words += len(_WORD.findall(said))
    if shouted >= SHOUTED and not chinese:
        words += shouted
    if not words and not chinese:
        return None
    return "zh-hans" if 2 * chinese > words else "en"


def of(text: str, default: str = "en") -> str:
    """The language of a text, `default` where it has none."""
    return found(text) or default


def other(language: str) -> str:
    """The other one of the product's two."""
    return next(each for each in ALL if each != language)
