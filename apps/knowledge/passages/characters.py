"""Traditional Chinese characters as simplified ones."""

from functools import cache


@cache
def simplified() -> dict[int, str]:
    """Traditional characters → simplified ones, one for one (for `str.translate`): by OpenCC's tables, which are read once."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    table = {}
    for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFB00)):
        plain = convert(chr(code))
        if plain != chr(code) and len(plain) == 1:
            table[code] = plain
    return table
