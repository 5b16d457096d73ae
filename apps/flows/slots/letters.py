"""Texts made plain letter for letter, so that what is found in them stands at the same place in what was said."""

import re
from functools import cache

from apps.llm import characters

MOST = 10_000  # characters that are read of a message

_SIGNS = str.maketrans(
    {"’": "'", "‘": "'", "：": ":", "，": ",", "；": ";", "？": "?", "！": "!", "（": "(", "）": ")", "～": "~"}
)
_SPOKEN = {"幺": "1", "〇": "0", "零": "0", **{char: str(at) for at, char in enumerate("一二三四五六七八九", 1)}}
_DICTATED = re.compile("[幺〇零一二三四五六七八九]{6,}")


def plain(text: str) -> str:
    """The text's beginning in lower case, full-width and traditional letters as usual ones, of the same length as that."""
    return _lower(text[:MOST].translate(_usual()))


def exact(text: str) -> str:
    """Likewise with capitals as they were said."""
    return text[:MOST].translate(_usual())


def digits(text: str) -> str:
    """Digits that were dictated in Chinese as digits: 一三八零零… is 1380 0…"""
    return _DICTATED.sub(lambda run: "".join(_SPOKEN[char] for char in run[0]), text)


@cache
def _usual() -> dict[int, str]:
    wide = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
    return characters.simplified() | wide | {code: str(sign) for code, sign in _SIGNS.items()}


def _lower(text: str) -> str:
    small = text.lower()
    return small if len(small) == len(text) else "".join(_lowered(char) for char in text)


def _lowered(char: str) -> str:
    small = char.lower()
    return small if len(small) == 1 else char
