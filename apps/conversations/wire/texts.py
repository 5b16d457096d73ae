"""Text from the wire, cleaned as it is kept."""

import re
import unicodedata

MOST_MARKS = 30
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]|[\ud800-\udfff]")


def clean(text: str) -> str:
    """Text as it is kept: NFC, without NUL and other control characters that no screen shows."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", _stream_safe(text))).strip()


def _stream_safe(text: str) -> str:
    """The text without the marks that come after 30 others on one letter: no language has so many (UAX #15, Stream-Safe Text
    Format), and putting thousands of them in order takes a time that grows with their square."""
    if text.isascii():
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def is_blank(text: str) -> bool:
    """Whether a text is only spaces, zero-width or control characters."""
    return all(unicodedata.category(character) in _INVISIBLE for character in text)
