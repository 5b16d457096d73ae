"""Names of people: where one is said, and which part of it a slot wants."""

import re

from apps.flows.definition.definition import Slot
from apps.flows.slots import letters, places

FULL, FIRST, LAST = "full", "first", "last"

_FIRST = re.compile(r"\b(?:first|given|fore) ?names?\b|^名$|名字$")
_LAST = re.compile(r"\b(?:last|family|sur) ?names?\b|\bsurname\b|^姓$|姓氏")
_FULL = re.compile(r"\bname\b|姓名|称呼|联系人|收件人|收货人")
# After these words a name stands, whatever it is like.
_SAID = re.compile(
    r"\b(?:my (?:full )?name(?: is|'s)|the name(?: is|'s)|name:|name is|i am called|i'm called|(?:i'm|i am) known as|named me"
    r"|(?:under|in|on|for|use|using) (?:the |my )?name(?: of)?,?)\s{1,2}"
)
_SAID_HAN = re.compile(
    "(?:我叫|我的名字[是叫]|姓名[是:]) ?(?P<name>[\u3400-\u9fff·]{2,5})(?=$|[\\s,。.!、;])"
    "|(?:免贵姓|我姓) ?(?P<last>[\u3400-\u9fff]{1,2})(?=$|[\\s,。.!、;])"
)
_BOOKED = re.compile(r"\b(?:book(?:ed|ing)?|reserv(?:ed|ation)|table|order(?:ed)?|appointment)\b", re.IGNORECASE)
# After these only what begins with capitals is one.
_MAYBE = re.compile(r"\b(?:i'm|i am|this is|it's|it is|under|for|miss|mr\.?|mrs\.?|ms\.?|dr\.?)\s{1,2}", re.IGNORECASE)
_ITSELF = re.compile(r"([A-Z][a-z'’-]{1,20} [A-Z][A-Za-z'’-]{1,20})(?= (?:here\b|is my name|has (?:a|an|booked|reserved)\b))")
_CAPITALS = re.compile(r"[A-Z][a-z'’-]{1,20}(?: [A-Z][A-Za-z'’-]{0,20}){1,2}(?![\w])")
_WORDS = re.compile(r"[^\W\d_][\w'’.-]{0,30}(?: [^\W\d_][\w'’.-]{0,30}){0,2}")
_HAN = re.compile("[\u3400-\u9fff·]{1,8}")
_IN_SENTENCES = re.compile(
    r"\b(?:i|i'm|i've|my|me|we|you|your|it|it's|the|this|that|is|are|was|not|don't|can|can't|cannot|will|want|need|to|for|at|with|what"
    r"|how|when|why|where|have|has|got|please|help|card|order|refund|money|account)\b|[我你您他她它们要退换吗呢怎么不的了在哪多少什是没]|\d|@"
)
_NOT_NAMES = re.compile(
    r"\b(?:and|but|my|the|i|for|at|on|in|with|please|thanks|is|are|was|would|will|can|a|an|not|so|monday"
    r"|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december)\b.*$",
    re.IGNORECASE,
)


def part(slot: Slot) -> str:
    """The part of a name that the slot wants; "" for a slot of something else."""
    if places.side(slot):
        return ""
    called = f"{slot.name.replace('_', ' ')}\n{slot.label}".lower()
    for which, pattern in ((FIRST, _FIRST), (LAST, _LAST), (FULL, _FULL)):
        if any(pattern.search(line) for line in called.split("\n")):
            return which
    return ""


def said(text: str) -> tuple[int, int] | None:
    """Where a message says whose it is: the span of the name."""
    exact, plain = letters.exact(text), letters.plain(text)
    if match := _SAID_HAN.search(plain):
        return match.span("name" if match["name"] else "last")
    for match in _SAID.finditer(plain):
        if found := _HAN.match(plain, match.end()) or _WORDS.match(exact, match.end()):
            start, end = found.span()
            end = start + len(_NOT_NAMES.sub("", exact[start:end]).rstrip(" .'’-"))
            if end > start:
                return start, end
    for match in _MAYBE.finditer(exact):
        found = _CAPITALS.match(exact, match.end())
        if match[0].lower().strip() in ("for", "under") and not _BOOKED.search(exact):
            continue
        if found and not _NOT_NAMES.search(found[0]):
            return found.span()
    itself = _ITSELF.search(exact)
    return itself.span() if itself else None


def is_like_one(text: str) -> bool:
    """An answer that may be a name as a whole: few words, none of which belongs to a sentence."""
    if _IN_SENTENCES.search(letters.plain(text)) or not any(char.isalpha() for char in text):
        return False
    return len(text) <= 8 if _HAN.search(text) else len(text.split()) <= 5


def of(which: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of a part of a name that stands from start to end; None where it lacks that part."""
    name = text[start:end]
    words = [(match.start() + start, match.end() + start) for match in re.finditer(r"\S{1,40}", name)]
    if which == FULL or not words:
        return start, end
    if _HAN.fullmatch(name):
        return _han_part(which, start, end)
    if len(words) == 1:
        return None
    return words[0] if which == FIRST else (words[1][0], words[-1][1])


def _han_part(which: str, start: int, end: int) -> tuple[int, int] | None:
    """A surname of one character, as nearly all are; of two where four stand there."""
    cut = start + (2 if end - start >= 4 else 1)
    if which == LAST:
        return start, min(cut, end)
    return (cut, end) if cut < end else None
