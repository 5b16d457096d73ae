"""What a model composed is said only where the passages support it, sentence by sentence, while it streams.

A sentence is supported when every number in it stands in the passages and at least SHARE of its content terms do: words
without stop words in English, character pairs in Chinese. It cannot catch a turned-around meaning; it does catch invented
facts, amounts and names, which is what models invent. The first unsupported sentence ends the answer.
"""

import re
from collections.abc import Sequence

SHARE = 0.7
LONGEST_ANSWER = 1_500

_SENTENCE_END = re.compile(r"[。!?!?;]\s*|[.](?=\s)\s*|\n+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[a-zA-Z][a-zA-Z'-]+")
_HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_STOP_WORDS = """
    a an and are as at be been but by can could do does for from had has have how if in into is it its may might must no not
    of on or our shall should so than that the their them then there these they this those to us was we were what when where
    which who will with would you your yes sure also please just about any all more most some such only i my me it's you'll
    we'll you're don't doesn't can't there's customer question answer passage passages
"""
STOP = frozenset(_STOP_WORDS.split())
_IGNORANCE = re.compile(
    r"\b(?:i (?:do not|don't|cannot|can't) (?:know|find|answer)|not (?:mentioned|stated|provided|specified) in the passage)"
    r"|我不知道|资料(?:中|里)?(?:没有|未)",
    re.IGNORECASE,
)


class Checked:
    """Takes a model's pieces, gives back sentences that the passages support."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._terms = [terms(passage) for passage in passages]
        self._everywhere = set[str]().union(*self._terms)
        self._numbers = {_plain(number) for passage in passages for number in _NUMBER.findall(passage)}
        self._pending = ""
        self._read = 0  # of what is pending, up to where no sentence ends
        self._ended = False
        self.text = ""
        self.kept = self.dropped = 0
        self.supporters: list[int] = []

    def feed(self, piece: str) -> str:
        """The sentences that became whole with this piece and passed; "" for none."""
        if self._ended:
            return ""
        self._pending += piece
        passed = ""
        while end := _SENTENCE_END.search(self._pending, self._read):
            sentence, self._pending, self._read = self._pending[: end.end()], self._pending[end.end() :], 0
            passed += self._take(sentence)
            if self._ended:
                return passed
        self._read = max(0, len(self._pending) - 1)  # a full stop is one only before a space, which may come yet
        if len(self._pending) > LONGEST_ANSWER:
            self._end()
        return passed

    def finish(self) -> str:
        """The last sentence, which ends without a space after it. Cut off in mid-sentence it is dropped."""
        rest, self._pending = self._pending, ""
        if self._ended or not rest.strip():
            return ""
        return self._take(rest) if rest.rstrip()[-1:] in '.。!?!?)”"' or not self.text else ""

    def _take(self, sentence: str) -> str:
        if not sentence.strip():
            return sentence if self.text else ""
        supporter = self._supporter(sentence)
        if supporter is None or len(self.text) + len(sentence) > LONGEST_ANSWER or sentence.strip() in self.text:
            self._end()
            return ""
        if supporter not in self.supporters:
            self.supporters.append(supporter)
        self.kept += 1
        self.text += sentence
        return sentence

    def _end(self) -> None:
        self.dropped += 1
        self._ended, self._pending = True, ""

    def _supporter(self, sentence: str) -> int | None:
        """Which passage supports the sentence best; None when together they do not."""
        found = terms(sentence)
        if not found or _IGNORANCE.search(sentence):
            return None
        if any(_plain(number) not in self._numbers for number in _NUMBER.findall(sentence)):
            return None
        if len(found & self._everywhere) < SHARE * len(found):
            return None
        return max(range(len(self._terms)), key=lambda index: len(found & self._terms[index]))


def terms(text: str) -> set[str]:
    """Content terms: English words cut to six letters (so that "returned" supports "returns"), Chinese character pairs."""
    words = {word[:6] for word in _WORD.findall(text.lower()) if word not in STOP}
    pairs = {run[i : i + 2] for run in _HAN_RUN.findall(text) for i in range(max(len(run) - 1, 1))}
    return words | pairs


def _plain(number: str) -> str:
    return number.replace(",", "")
