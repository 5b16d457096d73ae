"""Whether a rewriting kept to its text. A small model may answer something else, or invent a number; an agent in a hurry
would send it. What is checked is plain: figures, links, length, and that enough of the words are still there."""

import re

from apps.conversations.bot import wording
from apps.knowledge.passages import tokens

_FIGURES = re.compile(r"\d+")
_LINKS = re.compile(r"https?://[^\s<>\"]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+")
KEPT_WORDS = 0.2  # of the old text's words, at least; a good formal version of a short text keeps few
KEPT_LETTERS = 0.5  # of a text whose mistakes alone were to be mended


def is_true_to(old: str, new: str, how: str) -> bool:
    """`how` as in drafting.HOWS. A translation shares no words, so only its figures, links and length are looked at."""
    if sorted(set(_FIGURES.findall(old))) != sorted(set(_FIGURES.findall(new))):
        return False
    if set(_LINKS.findall(old)) != set(_LINKS.findall(new)):
        return False
    if how in ("translate", "read"):
        return len(new) <= 6 * len(old) + 100 and len(old) <= 12 * len(new) + 100
    if len(new) > 2 * len(old) + 120 or (how == "shorter" and len(new) > len(old)):
        return False
    if how == "fix":
        return wording.likeness(old.lower(), new.lower()) >= KEPT_LETTERS
    before, after = set(tokens.terms(old)), set(tokens.terms(new))
    return len(before) < 4 or len(before & after) >= KEPT_WORDS * len(before)
