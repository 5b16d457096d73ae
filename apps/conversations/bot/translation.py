"""The guard of a translation: what a passage says in figures, codes, addresses and names must stand in it, line by line.

A sentence is let through while it streams when it is in the language that is asked for and holds no number that its line of
the passage does not; a line counts when all of the passage's are there. It cannot see a turned-around meaning. The first
thing that is lost or invented ends the translation.
"""

import re
import unicodedata

from apps.conversations.bot import guard
from apps.knowledge.passages import codes, names
from apps.llm import languages

LONGER = 8  # times as many characters as its line that a translated one has at most, and at least the same part of it
SPARE = 40  # characters more, of short lines
_ADDRESS = re.compile(r"https?://[^\s()<>\u3000-\u9fff\uff00-\uffef]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_SPOKEN = re.compile(rf"[一二两三四五六七八九十]+|\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_DIGITS = "零一二三四五六七八九"


class Faithful:
    """Takes a model's pieces, gives back sentences of a translation into `language`. `lost`: what ended it, "" for nothing."""

    def __init__(self, passage: str, language: str) -> None:
        self._lines = lines(passage)
        self._language = language
        self._line = self._pending = ""
        self._place = 0
        self.lost = ""

    def feed(self, piece: str) -> str:
        """The sentences that became whole with this piece and passed; "" for none."""
        self._pending += "" if self.lost else piece
        passed = ""
        while not self.lost and (end := guard.SENTENCE_END.search(self._pending)):
            if end.end() == len(self._pending) and not end[0].endswith("\n"):
                break  # more spaces, or the line's end, may come yet
            sentence, self._pending = self._pending[: end.end()], self._pending[end.end() :]
            passed += self._take(sentence)
        return passed

    def finish(self) -> str:
        """The last sentence. Then `lost` says whether anything of the passage is missing."""
        rest, self._pending = self._pending.rstrip(), ""
        passed = self._take(rest) if rest and not self.lost else ""
        if not self.lost:
            self._end_line()
        if not self.lost and self._place < len(self._lines):
            self.lost = self._lines[self._place]
        return "" if self.lost else passed

    def _take(self, sentence: str) -> str:
        if sentence.strip():
            self._check(sentence)
            self._line += sentence
        if not self.lost and "\n" in sentence:
            self._end_line()
        return "" if self.lost or not (sentence.strip() or self._place) else sentence

    def _check(self, sentence: str) -> None:
        """Notes what the sentence says that its line does not."""
        if self._place == len(self._lines):
            self.lost = sentence.strip()
            return
        source = self._lines[self._place]
        invented = _figures(sentence) - _figures(source) - _spoken(source)
        too_long = len(self._line) + len(sentence) > LONGER * len(source) + SPARE
        other = languages.found(sentence) not in (self._language, None)
        if invented or too_long or other:
            self.lost = min(invented, default=sentence.strip())

    def _end_line(self) -> None:
        if not self._line:
            return
        source, said = self._lines[self._place], self._line
        missing = sorted(_figures(source) - _figures(said) - _spoken(said))
        letters = _letters(said)
        missing += [each for each in kept(source) if _letters(each) not in letters]
        missing += codes.unmet(codes.of(source), [said])
        if LONGER * len(said) < len(source) - SPARE:
            missing.append(source)
        self.lost = missing[0] if missing else ""
        self._line = ""
        self._place += 1


def lines(passage: str) -> list[str]:
    return [line for line in passage.splitlines() if line.strip()]


def kept(passage: str) -> list[str]:
    """The names and addresses of a passage, which stay in every language."""
    return list(dict.fromkeys([*_ADDRESS.findall(passage), *names.written(_ADDRESS.sub(" ", passage))]))


def _figures(text: str) -> frozenset[str]:
    return guard.figures(unicodedata.normalize("NFKC", text))


def _spoken(text: str) -> frozenset[str]:
    """The numbers that a text writes in words, up to 99 in Chinese and 12 in English: 七天, “seven days”."""
    return frozenset(str(_value(found)) for found in _SPOKEN.findall(text))


def _value(word: str) -> int:
    if word.isascii():
        return _WORDS.index(word.lower())
    tens, ten, ones = word.replace("两", "二").rpartition("十")
    return (_DIGITS.find(tens[-1:]) if tens else 1) * 10 * bool(ten) + max(_DIGITS.find(ones[-1:]) if ones else 0, 0)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
