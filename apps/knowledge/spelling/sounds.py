"""The sounds of Chinese characters: pinyin without tones, and which sounds are taken for one another."""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from apps.knowledge.spelling import wheels

LONGEST = 6  # letters of a syllable
_TONES = frozenset("\u0304\u0301\u030c\u0300")
_NO_SYLLABLES = frozenset(("m", "n", "ng", "hng", "o", "ei", "lo", "yo"))
# Heard alike in much of the south, and typed so.
_INITIALS = {"zh": "z", "z": "zh", "ch": "c", "c": "ch", "sh": "s", "s": "sh", "l": "n", "n": "l"}
_FINALS = {"ing": "in", "in": "ing", "eng": "en", "en": "eng", "ang": "an", "an": "ang"}


def of(char: str) -> tuple[str, ...]:
    """The sounds of a character, the usual one first; none for a rare one."""
    return _table()[0].get(char, ())


def characters(sound: str) -> str:
    return _table()[1].get(sound, "")


def near(sound: str) -> Iterator[str]:
    """Sounds that are taken for this one: zh for z, l for n, in for ing."""
    initial = next((start for start in (sound[:2], sound[:1]) if start in _INITIALS), "")
    ending = next((end for end in (sound[-3:], sound[-2:]) if end in _FINALS), "")
    others = [_INITIALS[initial] + sound[len(initial) :]] if initial else []
    others += [sound.removesuffix(ending) + _FINALS[ending]] if ending else []
    return (other for other in others if other in _table()[1])


def syllables(word: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every stretch of a Latin word that is a syllable, where syllables lead to it from the beginning."""
    reached = {0}
    for start in range(len(word)):
        if start not in reached:
            continue
        for end in range(start + 1, min(start + LONGEST, len(word)) + 1):
            if word[start:end] in _table()[1]:
                reached.add(end)
                yield start, end


def is_pinyin(word: str) -> bool:
    """Whether syllables follow one another in it from its beginning to its end."""
    return any(end == len(word) for _start, end in syllables(word))


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The sounds of each usual simplified character (those of GB 2312), and the characters of each sound: 2 MB.

    pypinyin itself is not imported: its words and phrases, which are no use here, take 57 MB and most of a second."""
    read: dict[str, str] = json.loads(wheels.table("pypinyin", "pinyin_dict.json").read_bytes())
    spoken: dict[str, tuple[str, ...]] = {}
    written: defaultdict[str, list[str]] = defaultdict(list)
    for number, said in read.items():
        char = chr(int(number))
        if not char.encode("gb2312", "ignore"):
            continue
        spoken[char] = tuple(dict.fromkeys(_toneless(sound) for sound in said.split(",")))
        for sound in spoken[char]:
            if sound not in _NO_SYLLABLES:
                written[sound].append(char)
    return spoken, {sound: "".join(chars) for sound, chars in written.items()}


def _toneless(sound: str) -> str:
    letters = "".join(char for char in unicodedata.normalize("NFD", sound) if char not in _TONES)
    return unicodedata.normalize("NFC", letters).replace("ü", "v")
