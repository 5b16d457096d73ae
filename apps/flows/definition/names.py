"""The names that stand in a condition, and the condition as CEL can read it: CEL knows ASCII names alone, people give theirs in
any language."""

import re
from dataclasses import dataclass

# Between literals and comments: names. A literal may be raw (r"…"), and stand in three quotes.
_PARTS = re.compile(
    r"""(?P<literal>\b[rRbB]{0,2}(?:'''(?:\\.|[^\\])*?'''|\"""(?:\\.|[^\\])*?\"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")"""
    r"""|'''(?:\\.|[^\\])*?'''|\"""(?:\\.|[^\\])*?\"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")"""
    r"|(?P<comment>//[^\n]*)|(?P<number>\b\d[\w.]*)|(?P<name>[^\W\d]\w*)",
    re.DOTALL,
)
WORDS = frozenset({"true", "false", "null", "in", "default", "intent", "language", "now"})
# Names that CEL keeps for itself, but that a slot may have.
_RESERVED = "as break const continue else for function if import let loop namespace package return var void while"
_TYPES = "bool bytes double duration dyn int list map null_type string timestamp type uint"
_KEPT = frozenset((*_RESERVED.split(), *_TYPES.split()))
_SOUND = re.compile(r"[^\W\d]\w{0,63}")
_CALLED = re.compile(r"\s*\(")


@dataclass(frozen=True)
class Aliased:
    """`source`: the condition with names that CEL can read. `names`: those that were written, in order."""

    source: str
    names: tuple[str, ...]
    shifts: tuple[tuple[int, int, int, str], ...]  # where an alias begins and ends, where its name began, the name

    def written(self, at: int) -> int:
        """Where the character stands in the condition as it was written, that stands at `at` in `source`."""
        moved = 0
        for start, end, began, name in self.shifts:
            if at < start:
                break
            if at < end:
                return began
            moved = end - (began + len(name))
        return at - moved

    def named(self, text: str) -> str:
        """A message about `source`, as one about the condition."""
        for start, end, _began, name in self.shifts:
            text = text.replace(self.source[start:end], name)
        return text


def aliased(condition: str, slots: frozenset[str] = frozenset()) -> Aliased:
    out: list[str] = []
    names: list[str] = []
    shifts: list[tuple[int, int, int, str]] = []
    at = length = 0
    for part in _PARTS.finditer(condition):
        name = part["name"]
        if not name:
            continue
        names.append(name)
        called = _CALLED.match(condition, part.end())
        if name.isascii() and (called or name not in _KEPT or name not in slots):
            continue
        out.append(condition[at : part.start()])
        length += part.start() - at
        alias = alias_of(name)
        shifts.append((length, length + len(alias), part.start(), name))
        out.append(alias)
        length += len(alias)
        at = part.end()
    return Aliased("".join([*out, condition[at:]]), tuple(dict.fromkeys(names)), tuple(shifts))


def alias_of(name: str) -> str:
    """The name itself where CEL can read it."""
    return name if name.isascii() and name not in _KEPT else f"u_{name.encode().hex()}"


def sound(name: str) -> bool:
    """Whether a slot may have this name: letters of any script, digits and _, no digit first."""
    return _SOUND.fullmatch(name) is not None and name not in WORDS
