"""How people really type, made plain before rules read it: letters, traditional characters, slips of the finger."""

import re
import unicodedata

# Traditional → simplified, as far as the words of `person` need it.
_SIMPLE = str.maketrans(
    "轉電話專員請幫聽機別換個們經務誰來給發說對責導從這實動處無點為過還讓聯係繫線聯絡總領問題師傅應復覆回後麼嗎與談講懂會沒煩貴愛將",
    "转电话专员请帮听机别换个们经务谁来给发说对责导从这实动处无点为过还让联系系线联络总领问题师傅应复复回后么吗与谈讲懂会没烦贵爱将",
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z']+")
_GAPS = re.compile(r"[\s\W_]+")
_SHORT = {"w/": "with ", " 2 ": " to ", "’": "'", " u ": " you ", " ur ": " your "}
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


def plain(text: str) -> str:
    """Lower case, full-width and traditional letters as usual ones, one space between words, slips in key words put right."""
    said = unicodedata.normalize("NFKC", text).lower().translate(_SIMPLE)
    said = re.sub(r"\s+", " ", f" {said} ")
    for short, long in _SHORT.items():
        said = said.replace(short, long)
    return _LATIN.sub(lambda word: _put_right(word[0]), said).strip()


def words(said: str) -> str:
    """Latin words with single spaces between them and nothing else; `said` is plain."""
    return " ".join(_LATIN.findall(said))


def compact(said: str) -> str:
    """Without spaces, signs and emoji, as Chinese is read; `said` is plain."""
    return _GAPS.sub("", said)


def is_chinese(said: str) -> bool:
    return bool(_HAN.search(said))


def _put_right(word: str) -> str:
    if len(word) < 5 or word in _OTHER:
        return word
    return next((key for key in _KEYWORDS if word[0] in key[:2] and _one_slip(word, key)), word)


def _one_slip(word: str, key: str) -> bool:
    """At most one letter too many, missing, wrong, or two neighbours swapped (Damerau 1964)."""
    if word == key or abs(len(word) - len(key)) > 1:
        return False
    at = next((place for place, (a, b) in enumerate(zip(word, key, strict=False)) if a != b), min(len(word), len(key)))
    rest, wanted = word[at:], key[at:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return swapped or rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]
