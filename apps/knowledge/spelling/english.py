"""How often English uses a word, so that one which a tenant merely does not use is not taken for a slip."""

from functools import lru_cache

from apps.knowledge.spelling import wheels

MOST = 30_000  # the most frequent words that are known, 3 MB; a customer's rarer one is a slip more often than meant
ORDINARY = 12_000  # the most frequent ones, which customers do mean
_LIST = "frequency_dictionary_en_82_765.txt"  # in the wheel of symspellpy: "word count" a line, from Google's book n-grams


def frequency(word: str) -> int:
    """How often a word in lower case stands in those books; 0 for a rare one, and for none."""
    return _frequencies().get(word, 0)


def is_ordinary(word: str) -> bool:
    return frequency(word) >= _least_ordinary()


@lru_cache(maxsize=1)
def _least_ordinary() -> int:
    return sorted(_frequencies().values(), reverse=True)[ORDINARY]


@lru_cache(maxsize=1)
def _frequencies() -> dict[str, int]:
    lines = wheels.table("symspellpy", _LIST).read_text("utf-8-sig").splitlines()[:MOST]
    return {word: int(count) for word, count in (line.split() for line in lines)}
