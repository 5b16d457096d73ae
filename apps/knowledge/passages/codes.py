"""Codes: error numbers, models, parts (E-0417, GX1000, SF 1234567890). Written with or without signs and spaces, they are one.

Another code is no near miss but something else: a passage about E-0417 says nothing on E-0471, however alike the rest is.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

_RUN = re.compile(r"(?<![a-z0-9])[a-z0-9]+(?:[._/-][a-z0-9]+)*(?![a-z0-9])")
_PIECE = re.compile(r"[a-z]+|\d+")
_APART = re.compile(r"(?<![a-z0-9])([a-z]{1,3})[ \u3000]{1,2}(\d{2,})(?![\d.,]*\d|[a-z])")
# Two words and a number that are no code: “in 30 days”, “usd 20”.
_WORDS = """
    a i in to of on at is by or no nr us uk am pm my we me it as an so do go if up be he vs usd eur rmb cny gbp cad yen the and
    for you are was has had not but all any can get got buy one two ten per day max min pay its ago off out old new how
"""
_NO_CODE = frozenset(_WORDS.split())
_ASKED_WORDS = """
    what does do mean means meaning is are the this that s it error code err fault failure message warning alarm number says
    say shows show showing display displays displayed i get got getting have my a an of for help how to fix why with on screen
    and me please pls problem issue about tell machine device model unit can you explain
"""
_ASKED = frozenset(_ASKED_WORDS.split())
_ASKED_ZH = re.compile(
    "错误|故障|代码|报错|告警|报警|型号|编号|什么|意思|怎么办|怎么|如何|解决|处理|含义|原因|显示|出现|提示|请问"
    "|机器|屏幕|设备|一直|代表|为什么"
    "|[码是啥的了吗呢啊我这那个有报出在上为：，。？！、]"
)
_HAN = re.compile("[\u3400-\u9fff]")
_CALLED = re.compile(
    r"(?:code|error|err|fault|model|错误码?|故障码?|代码|报错|型号|编号)[^\w\n]{0,3}(?:number|no|is|code|是|为"
    r"|代码|码)?[^\w\n]{0,3}"
    r"(\d{2,8})(?!\w)"
)
LONGEST = 64


def of(text: str) -> list[str]:
    """The codes in a text, plain and joined (`e0417`): letters and two digits or more, or a number that is called a code."""
    plain = _plain(text)
    found = [code for code in map(joined, _RUN.findall(plain)) if _is_code(code)]
    found += [letters + digits for letters, digits in _APART.findall(plain) if _is_apart(letters, digits)]
    found += _CALLED.findall(plain)
    return list(dict.fromkeys(found))


def terms(text: str) -> Counter[str]:
    """The terms a text is found by besides `tokens.terms`: codes joined, and split where letters and digits meet."""
    return Counter(term for _run, spelt in _spellings(text) for term in spelt)


def other_spellings(question: str, known: Callable[[str], bool]) -> set[str]:
    """The same of a question, where nobody writes a code as it does: `known` tells which terms there are."""
    return {term for run, spelt in _spellings(question) if not known(run) for term in spelt}


def _spellings(text: str) -> Iterator[tuple[str, list[str]]]:
    """(a run as it is written, its other spellings)"""
    plain = _plain(text)
    for run in _RUN.findall(plain):
        code = joined(run)
        if len(code) <= LONGEST and not code.isalpha() and not code.isdigit():
            yield run, [code] if code != run else _PIECE.findall(run)
    for letters, digits in _APART.findall(plain):
        if letters not in _NO_CODE:
            yield f"{letters} {digits}", [letters + digits]


def is_about_another(asked: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether these texts name codes of the asked ones' kind and none of those that are asked."""
    wanted = list(asked)
    held = {code for text in texts for code in of(text)} if wanted else set()
    if not held or any(_same(code, other) for code in wanted for other in held):
        return False
    return any(_alike(code, other) for code in wanted for other in held)


def is_all(question: str) -> bool:
    """Whether a question asks after its codes and nothing else: “error E-0471?”, “E0471 是什么意思”."""
    rest = _plain(question)
    for pattern in (_CALLED, _APART, _RUN):
        rest = pattern.sub(lambda run: "" if of(run[0]) else run[0], rest)
    words = _PIECE.findall(_ASKED_ZH.sub("", rest))
    return not _HAN.search(_ASKED_ZH.sub("", rest)) and _ASKED.issuperset(words)


def unmet(asked: Sequence[str], texts: Iterable[str]) -> list[str]:
    """The codes that none of the texts names."""
    held = {code for text in texts for code in of(text)} if asked else set()
    return [code for code in asked if not any(_same(code, other) for other in held)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)[: 2 * len(text) + 100].lower()


def joined(run: str) -> str:
    """e-0417 → e0417"""
    return re.sub(r"[._/-]", "", run)


def _is_code(code: str) -> bool:
    return code[0].isalpha() and sum(map(str.isdigit, code)) >= 2 and len(code) <= LONGEST


def _is_apart(letters: str, digits: str) -> bool:
    return letters not in _NO_CODE and (digits[0] == "0" or (len(letters) < 3 and len(digits) > 2))


def _same(one: str, other: str) -> bool:
    """`0417` is E-0417: people leave the letters out."""
    return one == other or (one.isdigit() and _digits(other) == one) or (other.isdigit() and _digits(one) == other)


def _alike(one: str, other: str) -> bool:
    """Whether two codes are of one kind: the same letters before about as many digits, or none. (covid-19 is covid-2019.)"""
    if one.isdigit() or other.isdigit():
        return True
    return _letters(one) == _letters(other) and abs(len(one) - len(other)) < 2


def _digits(code: str) -> str:
    return code.lstrip("abcdefghijklmnopqrstuvwxyz")


def _letters(code: str) -> str:
    return code[: len(code) - len(_digits(code))]
