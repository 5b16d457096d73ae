"""Pinyin, and Chinese characters that are not those meant but sound so, as the words that the tenant writes."""

from collections.abc import Container, Sequence

import rjieba

from apps.knowledge.search import vocabulary
from apps.knowledge.spelling import english, lattice, pieces, sounds
from apps.knowledge.spelling.lattice import Edge
from apps.knowledge.spelling.pieces import Piece, Read

LONGEST = 120  # letters of pinyin, or Chinese characters, in a row
HALF = 0.5  # of the characters of a stretch
LONE = 5  # letters of a word that is pinyin among English ones
# Words that every question may have: to read them into it helps no search.
_FORM_WORDS = """
    可能 可以 不能 能不 不可 怎么 什么 这个 那个 哪个 一个 我们 你们 他们 没有 有没 不是 是不 不会 还是 如果 的话 就是 一下 请问
    时候 现在 已经 自己 因为 所以 但是
"""
_FORM = frozenset(_FORM_WORDS.split())


def heard(
    said: str, found: Sequence[Piece], unknown: Sequence[Piece], known: Container[str], revision: int, written: int
) -> Read:
    """Stretches of Chinese characters and pinyin, as the tenant writes what sounds so. `known`: the terms that are;
    `written`: how many characters the tenant's passages have in all."""
    spoken = {piece.span() for piece in _spoken(unknown, found)}
    doubtful = spoken | {piece.span() for piece in unknown if pieces.is_chinese(piece)}
    read: Read = {}
    stretch: list[Piece] = []
    for piece in [*found, None]:
        if piece and not pieces.is_chinese(piece) and piece.span() not in spoken:
            continue
        if stretch and (piece is None or said[stretch[-1].end() : piece.start()].strip()):
            if doubtful.intersection(each.span() for each in stretch):
                read |= _stretch(stretch, known, revision, written)
            stretch = []
        if piece:
            stretch.append(piece)
    return read


def _spoken(unknown: Sequence[Piece], found: Sequence[Piece]) -> list[Piece]:
    """The words that are pinyin: all unknown ones where none is anything else, and not all of them are English; otherwise
    those that are no English word and longer than one syllable."""
    able = [piece for piece in unknown if sounds.is_pinyin(piece[0].lower())]
    foreign = [piece for piece in able if not english.frequency(piece[0].lower())]
    latin = [piece for piece in found if not pieces.is_chinese(piece)]
    if foreign and all(sounds.is_pinyin(piece[0].lower()) for piece in latin):
        return able
    return [piece for piece in foreign if len(piece[0]) >= LONE]


def _stretch(stretch: Sequence[Piece], known: Container[str], revision: int, written: int) -> Read:
    edges: list[Edge] = []
    at = 0
    for piece in stretch:
        edges += _typed(piece[0], at, known) if pieces.is_chinese(piece) else lattice.spoken(piece[0].lower(), at)
        at += len(piece[0])
    way = lattice.likeliest(edges, at, revision, written) if at <= LONGEST else []
    return _accepted(stretch, way, revision) if way else {}


def _typed(run: str, at: int, known: Container[str]) -> list[Edge]:
    doubted = _doubted(run, known)
    edges: list[Edge] = []
    for place, char in enumerate(run):
        edges += lattice.alike(char, at + place) if place in doubted else [Edge(at + place, at + place + 1, char)]
    return edges


def _doubted(run: str, known: Container[str]) -> set[int]:
    """The characters beside which the tenant never writes their neighbour, those of a word of the dictionary left out."""
    unheld = {place for place, pair in enumerate(pieces.pairs(run)) if pair not in known}
    return (unheld | {place + 1 for place in unheld}) - _in_words(run)


def _in_words(run: str) -> set[int]:
    """The places of a run that are parts of words of two and more characters, by the dictionary alone."""
    places: set[int] = set()
    at = 0
    for word in rjieba.cut(run, False):
        if len(word) > 1 and word not in _FORM and rjieba.has_word(word):
            places |= set(range(at, at + len(word)))
        at += len(word)
    return places


def _accepted(stretch: Sequence[Piece], way: Sequence[Edge], revision: int) -> Read:
    """The part of what was heard that the tenant writes: pinyin where half of the characters stand beside a neighbour that they
    have there too, otherwise the words of which all do; of characters that were changed those that became part of a word."""
    written = "".join(edge.char for edge in way)
    held = vocabulary.held(pieces.pairs(written), revision)
    beside = {place for at, pair in enumerate(pieces.pairs(written)) if pair in held for place in (at, at + 1)}
    worded = _in_words(written) & beside
    mostly = len(beside) >= HALF * len(written)
    read: Read = {}
    at = 0
    for piece in stretch:
        of = [place for place, edge in enumerate(way) if at <= edge.start < at + len(piece[0])]
        at += len(piece[0])
        if pieces.is_chinese(piece):
            chars = zip(of, piece[0], strict=True)
            read[piece.span()] = "".join(written[place] if place in worded else char for place, char in chars)
        elif mostly or beside.issuperset(of):
            read[piece.span()] = "".join(written[place] for place in of)
    return read
