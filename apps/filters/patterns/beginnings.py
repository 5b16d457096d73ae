"""The beginnings of a pattern: a pattern for all that could still become one of its matches.

A stream is held back from where the text that came so far may be the beginning of a match: “(a|bc)d” has the beginnings
(nothing), “a”, “ad”, “b”, “bc” and “bcd”. RE2's syntax is read as far as its structure goes (sequences, alternatives, groups,
repetition); what stands for one character is taken over as it is.

The beginnings of a sequence xy are those of x, and x with those of y; of an alternative x|y those of both; of x* any number of
x with those of x (J. A. Brzozowski, “Derivatives of Regular Expressions”, 1964, the set of strings by which the derivative is
not empty).
"""

import re
from typing import NamedTuple

# One character, or a place between two, as RE2 writes it.
_CLASS = r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
_ATOM = re.compile(
    rf"\\(?:[pP](?:\{{[^}}]*\}}|.)|x\{{[^}}]*\}}|x[0-9A-Fa-f]{{2}}|[0-7]{{1,3}}|.)|{_CLASS}|[^|()*+?\\\[]", re.DOTALL
)
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?:P?<\w+>|(?P<flags>[a-zA-Z]*(?:-[a-zA-Z]+)?)(?P<close>[:)])))?")
_TIMES = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
_NOWHERE = re.compile(r"\\[bBAz]|[\^$]")
_BRACE = {"{": r"\{", "}": r"\}"}  # as characters
DEEPEST = 50  # groups within groups


class Unreadable(ValueError):
    """The pattern is not of a form that is known here."""


class Piece(NamedTuple):
    """A part of a pattern. `begun`: its beginnings."""

    whole: str
    begun: str


def of(pattern: str) -> str:
    """A pattern for the beginnings of this one's matches, nothing and the whole among them. Raises Unreadable."""
    reader = _Reader(pattern)
    piece = reader.alternatives(0)
    if reader.at < len(pattern):
        raise Unreadable(pattern)
    return piece.begun


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0

    def alternatives(self, depth: int) -> Piece:
        found = [self._sequence(depth)]
        while self._taken("|"):
            found.append(self._sequence(depth))
        return _either(found)

    def _sequence(self, depth: int) -> Piece:
        pieces = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            pieces += self._repeated(depth)
        return _after_another(pieces)

    def _repeated(self, depth: int) -> list[Piece]:
        """The next pieces; only the last of some that were quoted is repeated."""
        *before, piece = self._pieces(depth)
        while times := _TIMES.match(self.pattern, self.at):
            self.at = times.end()
            piece = _repeated(piece, times[0])
        return [*before, piece]

    def _pieces(self, depth: int) -> list[Piece]:
        if quoted := _QUOTED.match(self.pattern, self.at):
            self.at = quoted.end()
            return [_one(re.escape(char)) for char in quoted[1]] or [Piece("", "")]
        if group := _GROUP.match(self.pattern, self.at):
            self.at = group.end()
            return [self._group(group, depth + 1)]
        atom = _ATOM.match(self.pattern, self.at)
        if atom is None:
            raise Unreadable(self.pattern)
        self.at = atom.end()
        return [Piece(atom[0], "") if _NOWHERE.fullmatch(atom[0]) else _one(_BRACE.get(atom[0], atom[0]))]

    def _group(self, group: re.Match[str], depth: int) -> Piece:
        if depth > DEEPEST:
            raise Unreadable(self.pattern)
        if group["close"] == ")":  # flags from here on
            return Piece(group[0], "")
        inside = self.alternatives(depth)
        if not self._taken(")"):
            raise Unreadable(self.pattern)
        flags = f"?{group['flags'] or ''}:"
        return Piece(f"({flags}{inside.whole})", f"({flags}{inside.begun})")

    def _taken(self, sign: str) -> bool:
        found = self.pattern.startswith(sign, self.at)
        self.at += found
        return found


def _one(atom: str) -> Piece:
    return Piece(atom, f"{atom}?")


def _either(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    return Piece(*("|".join(part) for part in zip(*pieces, strict=True)))


def _after_another(pieces: list[Piece]) -> Piece:
    begun = ""
    for piece in reversed(pieces):
        further = f"{piece.whole}{begun}"
        begun = f"(?:{piece.begun}|{further})" if piece.begun else further
    return Piece("".join(piece.whole for piece in pieces), begun)


def _repeated(piece: Piece, times: str) -> Piece:
    """Any number of the whole that may stand before the last one, and the beginnings of that."""
    whole = f"(?:{piece.whole})"
    return Piece(f"{whole}{times}", f"{whole}{_before(times.rstrip('?') or '?')}(?:{piece.begun})")


def _before(times: str) -> str:
    most = {"?": "1", "*": "", "+": ""}.get(times, times.strip("{}").rpartition(",")[2])
    return f"{{0,{max(int(most) - 1, 0)}}}" if most else "*"
