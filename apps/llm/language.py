"""Which of the product's languages a text is in, by script."""

import re

ALL = ("en", "zh-hans")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
LETTER = re.compile(r"[^\W\d_]")


def of(text: str, default: str = "en") -> str:
    """`zh-hans` when at least a fifth of the letters are Han, `en` for other letters, `default` where there are none."""
    letters = LETTER.findall(text)
    if not letters:
        return default
    return "zh-hans" if sum(1 for letter in letters if HAN.match(letter)) * 5 >= len(letters) else "en"
