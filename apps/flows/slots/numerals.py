"""Numbers as people write and say them, in digits, Chinese and English words: where they stand and how much they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_FORMAL = {
    "壹": "一",
    "贰": "二",
    "叁": "三",
    "肆": "四",
    "伍": "五",
    "陆": "六",
    "柒": "七",
    "捌": "八",
    "玖": "九",
    "拾": "十",
}
_FORMAL |= {"佰": "百", "仟": "千", "萬": "万", "俩": "两", "仨": "三", "幺": "一"}
_TENS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_USUAL = str.maketrans(_FORMAL | {"廿": "二十"[0]})

_NOT_ONE = frozenset("起下些直样般会定共切旦边面")  # after 一 in words that count nothing
HAN = "[零〇一二两三四五六七八九十百千万亿廿壹贰叁肆伍陆柒捌玖拾佰仟俩仨]"
_TO_TWELVE = "zero one two three four five six seven eight nine ten eleven twelve"
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TIMES_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: at for at, word in enumerate(f"{_TO_TWELVE} {_TEENS}".split())}
_TY = {word: at * 10 for at, word in enumerate(_TIMES_TEN.split(), 2)}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "grand": 1000}
_WORD = "|".join(sorted((*_UNITS, *_TY, *_LARGE), key=len, reverse=True))
ENGLISH = rf"(?:a (?=hundred|thousand|million))?(?:{_WORD})(?:(?:-| | and )(?:{_WORD})){{0,8}}"
ARABIC = r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?"

_NUMBER = re.compile(
    rf"(?P<sign>(?<![\w)])[-−]|负)?"
    rf"(?:(?P<digits>{ARABIC})(?:(?P<group>[千万亿]|百万)(?P<rest>\d(?!\d))?|(?P<k>k|m)(?![a-z]))?(?P<half>半)?"
    rf"|(?P<han>{HAN}{{1,24}}(?:点[零〇一二三四五六七八九]{{1,6}})?(?P<hanhalf>半)?|半)"
    rf"|\b(?P<words>{ENGLISH}|half a dozen|a dozen|dozen|a couple|couple)\b)"
)
_PERCENT = re.compile(rf"百分之({HAN}{{1,8}}|{ARABIC})")


@dataclass(frozen=True)
class Number:
    amount: float | int
    start: int
    end: int


def numbers(text: str) -> Iterator[Number]:
    """All numbers in a text as of `letters.plain`, in order."""
    at = 0
    while match := _NUMBER.search(text, at):
        at = max(match.end(), at + 1)
        percent = _PERCENT.match(text, match.start())
        if percent and (amount := number(percent[1])) is not None:
            at = percent.end()
            yield Number(amount, percent.start(), at)
            continue
        if not _stands_alone(text, match):
            continue
        amount = _amount(match)
        if amount is not None:
            yield Number(amount, match.start(), match.end())


def number(text: str) -> float | int | None:
    """The amount of a text that is a number and nothing else, as of `letters.plain`."""
    match = _NUMBER.fullmatch(text.strip())
    return _amount(match) if match else None


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """A number is no part of a code (A1234), of a date or of a word."""
    if match["han"]:
        return not (match["han"][0] in "百千万亿" or (match["han"] == "一" and text[match.end() : match.end() + 1] in _NOT_ONE))
    if not match["digits"]:
        return True
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    latin = before.isascii() and (before.isalnum() or (before in "_.#" and before != ""))
    if latin and before:
        return False
    return not (after.isascii() and (after.isdigit() or after == "_" or _in_code(text, match.end())))


def _in_code(text: str, at: int) -> bool:
    return bool(re.compile(r"[a-z]*\d").match(text, at)) and text[at : at + 1].isalpha()


def _amount(match: re.Match[str]) -> float | int | None:
    amount: float | None
    if match["digits"]:
        size = {"千": 1000, "百万": 1_000_000, **_GROUPS}.get(match["group"] or "", 1) * {"k": 1000, "m": 1_000_000}.get(
            match["k"] or "", 1
        )
        amount = (
            float(match["digits"].replace(",", "")) * size
            + int(match["rest"] or 0) * size / 10
            + (size / 2 if match["half"] else 0)
        )
    elif match["han"]:
        amount = chinese(match["han"])
    else:
        amount = english(match["words"])
    if amount is None:
        return None
    amount = -amount if match["sign"] else amount
    return int(amount) if amount == int(amount) else round(amount, 6)


def chinese(text: str) -> float | None:
    """三千五 = 3500, 两万三 = 23000, 一百零五 = 105, 三点五 = 3.5, 两个半 is not read, 二零二六 = 2026; None for no number."""
    text = text.replace("廿", "二十").translate(_USUAL)
    if text == "半":
        return 0.5
    half = 0.5 if text.endswith("半") else 0.0
    whole, _dot, part = text.removesuffix("半").partition("点")
    amount = _whole(whole)
    if amount is None or (half and amount >= 100):
        return None
    if part:
        amount += float("0." + "".join(str(_DIGITS[char]) for char in part))
    return amount + half


def _whole(text: str) -> float | None:
    if not text:
        return None
    if all(char in _DIGITS for char in text):
        return float("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = last = 0
    for char in text:
        if char in _DIGITS:
            digit, last = _DIGITS[char], (1 if char in "零〇" else last)
        elif char in _TENS:
            section += (digit or (1 if char == "十" else 0)) * _TENS[char]
            digit, last = 0, _TENS[char]
        else:
            total = (total + section + digit) * _GROUPS[char] if char == "亿" else total + (section + digit) * _GROUPS[char]
            section, digit, last = 0, 0, _GROUPS[char]
    # 三千五 is 3500, 两万三 is 23000; but 十五 is 15, 一百零五 105.
    return float(total + section + (digit * last // 10 if last >= 100 else digit))


def english(text: str) -> float | None:
    """twenty five = 25, a hundred and five = 105, two thousand = 2000; None for words that are no number together."""
    if "dozen" in text:
        return 6.0 if text.startswith("half") else 12.0
    if "couple" in text:
        return 2.0
    total = current = 0
    for word in re.split(r"[- ]+", text):
        if word in ("a", "and"):
            current = current or (1 if word == "a" else 0)
        elif word in _LARGE:
            current = (current or 1) * _LARGE[word]
            if _LARGE[word] > 100:
                total, current = total + current, 0
        else:
            current += _UNITS.get(word, 0) + _TY.get(word, 0)
    return float(total + current)
