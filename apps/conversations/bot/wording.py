"""Makes plain how people really type, before rules read it: letters, traditional characters, slips of the finger."""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from apps.llm import characters

LONGEST_QUESTION = 2_000
MOST = 10_000  # characters that rules read of a message; one of them may stand for eighteen (U+FDFA)

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z']+")
_GAPS = re.compile(r"[\s\W_]+")
_SHORT = {"w/": "with ", " 2 ": " to ", " u ": " you ", " ur ": " your "}
# Words that a slip must not hide.
_KEYWORDS = (
    "human",
    "agent",
    "person",
    "operator",
    "manager",
    "someone",
    "somebody",
    "assistant",
    "supervisor",
    "representative",
)
_OTHER = {"humane", "argent", "parson", "manger", "humus", "agents", "humans", "persons", "operators", "managers", "operate"}


def simple(text: str) -> str:
    """Lower case, full-width and traditional letters as usual ones."""
    plain = ends(unicodedata.normalize("NFKC", text), MOST).lower().replace("’", "'")
    return plain.translate(characters.simplified()) if is_chinese(plain) else plain


def plain(text: str) -> str:
    """The text of `simple` with one space between words, and slips in key words put right."""
    said = simple(text)
    said = re.sub(r"\s+", " ", f" {said} ")
    for short, long in _SHORT.items():
        said = said.replace(short, long)
    return _LATIN.sub(lambda word: _put_right(word[0]), said).strip()


def ends(text: str, most: int) -> str:
    """A text of at most `most` characters and a line's end: of a longer one its beginning and its end."""
    return text if len(text) <= most else f"{text[: most // 2]}\n{text[-(most // 2) :]}"


def question(messages: Sequence[str]) -> str:
    """Several messages in a row, oldest first, as one question."""
    return ends("\n".join(messages), LONGEST_QUESTION)


def words(said: str) -> str:
    """Latin words with single spaces between them and nothing else; `said` is plain."""
    return " ".join(_LATIN.findall(said))


def compact(said: str) -> str:
    """The text without spaces, signs and emoji, as Chinese is read; `said` is plain."""
    return _GAPS.sub("", said)


def likeness(one: str, other: str) -> float:
    """0..1: how many letters both have beside, or nearly beside, the same ones (Dice's coefficient). In linear time, where a
    comparison by longest common parts takes the cube of the length."""
    first, second = _neighbours(one), _neighbours(other)
    whole = first.total() + second.total()
    return 2 * (first & second).total() / whole if whole else float(one == other)


def _neighbours(text: str) -> Counter[tuple[str, str]]:
    """Pairs of letters at a distance of one and of two, so that two letters swapped or one missed change little."""
    return Counter(itertools.chain(itertools.pairwise(text), zip(text, text[2:], strict=False)))


def is_chinese(said: str) -> bool:
    return bool(_HAN.search(said))


def _put_right(word: str) -> str:
    if len(word) < 5 or word in _OTHER:
        return word
    return next((key for key in _KEYWORDS if word[0] in key[:2] and _one_slip(word, key)), word)


def _one_slip(word: str, key: str) -> bool:
    """Whether two differ by at most one letter too many, missing, wrong, or two neighbours swapped (Damerau 1964)."""
    if word == key or abs(len(word) - len(key)) > 1:
        return False
    at = next((place for place, (a, b) in enumerate(zip(word, key, strict=False)) if a != b), min(len(word), len(key)))
    rest, wanted = word[at:], key[at:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return swapped or rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]
