"""The guard: a model's words are said only where the passages support them, sentence by sentence, while they stream.

A sentence is supported when at least SHARE of its content terms stand in the passages: words without stop words in English,
character pairs in Chinese. Its numbers must all stand in one place of them (a sentence, a table's row under its head), and
that place must hold SHARE of the sentence, what limits it must be said too (“contiguous US”, “only”, “not”), and so must be
what the customer names, where the passages know it (“to Alaska”). It cannot catch a turned-around meaning; it does catch
invented facts, amounts and names, which is what models invent. The first unsupported sentence ends the answer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SHARE = 0.7
LONGEST_ANSWER = 1_500

SENTENCE_END = re.compile(r"[。！？；!?;]\s*|[.](?=\s)\s*|\n+")
_PART = re.compile(r"(?<=[。！？；!?;])\s*|(?<=[.])\s+")
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
_LIMIT_WORDS = """
    only except unless not no never without within before after until least most than over under up contiguous excluding
    selected some when if
"""
_LIMITS = frozenset(_LIMIT_WORDS.split())
_LIMIT = re.compile(r"[a-z']+")
_LIMITS_ZH = re.compile("仅|只|除|不|未|满|以内|以上|以下|之内|之前|限|起")
_ANNOUNCED = re.compile(r"\W*(?:the )?answer (?:to [\w' ]+ )?(?:is|would be)\b|\W*(?:答案|回答)(?:是|为|如下)", re.IGNORECASE)
_IGNORANCE = re.compile(
    r"\b(?:i (?:do not|don't|cannot|can't) (?:know|find|answer)|not (?:mentioned|stated|provided|specified) in the passage)"
    r"|我不知道|资料(?:中|里)?(?:没有|未)",
    re.IGNORECASE,
)


class Grounded:
    """Takes a model's pieces, gives back sentences that the passages support."""

    def __init__(self, passages: Sequence[str], question: str = "") -> None:
        self._terms = [terms(passage) for passage in passages]
        self._places = [place for passage in passages for place in _places(passage)]
        told = set[str]().union(*(terms(passage.partition("\n")[2]) for passage in passages))
        self._named = terms(question) & told  # what the customer names and the passages know; “how long” is not told
        self._everywhere = set[str]().union(*self._terms)
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
        while end := SENTENCE_END.search(self._pending, self._read):
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
        """The passage that supports the sentence best; None when even together they do not."""
        found = terms(sentence)
        if not found or _IGNORANCE.search(sentence) or _ANNOUNCED.match(sentence):
            return None
        said = figures(sentence)
        if said and not any(self._holds(place, said, found, sentence) for place in self._places):
            return None
        if len(found & self._everywhere) < SHARE * len(found):
            return None
        return max(range(len(self._terms)), key=lambda index: len(found & self._terms[index]))

    def _holds(self, place: "Place", numbers: frozenset[str], found: set[str], sentence: str) -> bool:
        """Whether a sentence's numbers stand at this place, with the rest of it, and the sentence says what limits them."""
        if not numbers <= place.numbers or len(found & place.terms) < SHARE * len(found):
            return False
        return self._named <= place.terms | place.above and place.limits <= _limits(sentence)


@dataclass(frozen=True)
class Place:
    """A sentence or a table's row. terms: with those of the row's head; above: of the whole first line of its passage."""

    numbers: frozenset[str]
    terms: set[str]
    limits: frozenset[str]
    above: set[str]


def _places(passage: str) -> Iterator[Place]:
    head: set[str] = set()
    above = terms(passage.partition("\n")[0])
    for line in passage.splitlines():
        row = line.count("|") > 1
        if not row:
            head = set()
        elif not head:
            head = terms(line)
        for said in [line] if row else _PART.split(line):
            if found := figures(said):
                yield Place(found, terms(said) | (head if row else set()), _limits(said), above)


def figures(text: str) -> frozenset[str]:
    """The numbers of a text, without commas in thousands."""
    return frozenset(map(_plain, _NUMBER.findall(text)))


def _limits(text: str) -> frozenset[str]:
    return frozenset(_LIMIT.findall(text.lower())) & _LIMITS | frozenset(_LIMITS_ZH.findall(text))


def terms(text: str) -> set[str]:
    """Content terms: English words cut to six letters (so that "returned" supports "returns"), Chinese character pairs."""
    words = {word[:6] for word in _WORD.findall(text.lower()) if word not in STOP}
    pairs = {run[i : i + 2] for run in _HAN_RUN.findall(text) for i in range(max(len(run) - 1, 1))}
    return words | pairs


def _plain(number: str) -> str:
    return number.replace(",", "")
