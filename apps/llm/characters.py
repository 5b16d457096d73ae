"""Characters: traditional Chinese ones as simplified ones and the other way round, and full-width letters as usual ones."""

from collections.abc import Iterable
from functools import cache

LOOKED_AT = 2_000  # characters of texts that tell which script they are in
# Letters, digits, the space and what stands in codes and addresses. Chinese punctuation stays full-width.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "！（），：；？～"} | {0x3000: 0x20}


def usual(text: str) -> str:
    """The text with full-width letters, digits and signs as usual ones."""
    return text.translate(_WIDE)


def like(text: str, others: Iterable[str] = ()) -> str:
    """The text in simplified characters; in traditional ones where these others are."""
    sample = "".join(others)[:LOOKED_AT]
    return text.translate(traditional() if _is_traditional(sample) else simplified())


def _is_traditional(text: str) -> bool:
    return _changed(text, simplified()) > _changed(text, traditional())


def _changed(text: str, table: dict[int, str]) -> int:
    return sum(ord(char) in table for char in text)


@cache
def simplified() -> dict[int, str]:
    """Traditional characters → simplified ones, one for one (for `str.translate`): by OpenCC's tables, which are read once."""
    return _table("t2s")


@cache
def traditional() -> dict[int, str]:
    """Simplified characters → traditional ones, likewise. (Where one stands for several, the most usual of them.)"""
    return _table("s2t")


def _table(name: str) -> dict[int, str]:
    from opencc import OpenCC

    convert = OpenCC(name).convert
    table = {}
    for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFB00)):
        plain = convert(chr(code))
        if plain != chr(code) and len(plain) == 1:
            table[code] = plain
    return table
