"""Pieces: the parts of a question that may be put right, and what they are read as."""

import re
from itertools import pairwise

from apps.knowledge.passages import tokens

Piece = re.Match[str]  # a run of Chinese characters, or a word in other letters
Read = dict[tuple[int, int], str]  # what stands in the question from … to …, and as what it is read

_HAN = "\u4e00-\u9fff"
_PIECE = re.compile(rf"[{_HAN}]+|[^\W\d_{_HAN}]+")
# What is copied rather than typed: whatever holds a digit, an address, a path; with an apostrophe it is no plain word.
_APART = rf"\s{_HAN}，。？！、；："
_KEPT = re.compile(rf"[^{_APART}]*[\d@/\\_'’&#+.](?=\w)[^{_APART}]*|\w*\d\w*")
_INSIDE = re.compile(r"[\w,;，；)]\s*$")


def of(said: str) -> list[Piece]:
    """The runs of Chinese characters and the Latin words that may be wrong: neither parts of codes nor names."""
    kept = [found.span() for found in _KEPT.finditer(said)]
    capitals = not re.search(r"\b[a-z]{2,}", said)  # Every Word Begins With One, or all are written so
    found = []
    for piece in _PIECE.finditer(said):
        inside = any(start < piece.end() and piece.start() < end for start, end in kept)
        named = not capitals and piece[0] != piece[0].lower() and not _begins(said, piece)
        if not inside and not named:
            found.append(piece)
    return found


def is_chinese(piece: Piece) -> bool:
    return tokens.is_han(piece[0][0])


def terms(piece: Piece) -> list[str]:
    return terms_of(piece[0])


def terms_of(text: str) -> list[str]:
    """The terms by which a piece is known: pairs of Chinese characters, a word's stem."""
    return pairs(text) if tokens.is_han(text[0]) else tokens.terms(text)


def pairs(run: str) -> list[str]:
    return [one + other for one, other in pairwise(run)]


def replaced(said: str, read: Read) -> str:
    """The question as it is read. Spaces between Chinese words that were pinyin fall away."""
    parts: list[str] = []
    last = 0
    for (start, end), meant in sorted(read.items()):
        between = said[last:start]
        if parts and not between.strip() and tokens.is_han(parts[-1][-1]) and tokens.is_han(meant[0]):
            between = ""
        parts += filter(None, (between, meant))
        last = end
    return "".join([*parts, said[last:]])


def _begins(said: str, piece: Piece) -> bool:
    """Whether a word opens a sentence: then its first letter says nothing."""
    return piece[0][1:] == piece[0][1:].lower() and not _INSIDE.search(said[: piece.start()])
