"""One of several values, by its name, by what else people call it, or by its place in the row."""

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.flows.definition.definition import Choice as Option
from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters, numerals
from apps.flows.slots.kind import Found, Kind, invalid

ALIKE, ALIKE_HAN = 0.78, 0.6  # of a word and a name, so that a slip is forgiven; of a short answer in Chinese
SHORT = 24  # characters of an answer that is compared as a whole
FEW = 5  # words of a short answer
TOLD = 10  # choices that are named when none was said
_WORD = re.compile(r"[a-z][a-z'-]{2,30}")
_HAN = re.compile("[\u3400-\u9fff]")
_NOT = re.compile(
    r"(?:不是|不要|不想要?|别|不选|不用|\bnot(?: the| a| in)?|\bno|\bdon'?t want(?: the| a)?"
    r"|\bisn'?t|\brather than|\binstead of)\s*$"
)
_ELSE = frozenset(("other", "others", "else", "none", "其他", "其它", "别的", "没有"))
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_SAID_WITH_ANY = "the one option choice please number last want would like it's its for and with from not you this that"
_EMPTY = frozenset(_SAID_WITH_ANY.split())
_N = r"\d{1,2}|[一二两三四五六七八九十]{1,2}|one|two|three|four|five|six|seven|eight|nine|ten"
_PLACE = re.compile(
    rf"(?:the |number )?\b(?P<word>{'|'.join(_ORDINALS)}|last|\d{{1,2}}(?:st|nd|rd|th))(?: (?:one|option|choice"
    rf"|item|reason|thing))?\b"
    rf"|第(?P<han>{_N})(?:个|项|种|条|款)?|最后(?P<end>一个|一项|一种|那个)"
    rf"|(?:option|choice|number|no\.|#|选项?|选择) ?(?P<number>{_N})(?![\w.])"
)
_ALONE = re.compile(rf"\s*(?:我?[选要]|就)?(?P<number>{_N})(?:号|吧|\.|。|,? please|,? thanks)?\s*")


class Choice(Kind):
    """The value of the choice, not its label."""

    name = "choice"
    rank = 5

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        said = letters.plain(text)
        found = list(_named(slot, said)) or list(_placed(slot, said)) or list(_meant(slot, said))
        return sorted(found, key=lambda each: each.start)

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        if not slot.choices or value in {option.value for option in slot.choices}:
            return ""
        names = [option.shown for option in slot.choices[:TOLD]]
        comma = pgettext("between the members of a list", ", ")
        return invalid(slot, _("Please choose one of these: %(choices)s.") % {"choices": comma.join(names)})

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        return next((option.shown for option in slot.choices if option.value == value), str(value))


def _names(slot: Slot) -> Iterator[tuple[str, Option]]:
    """The names of the choices, the longest first."""
    names = [
        (letters.plain(name).strip(), option)
        for option in slot.choices
        for name in dict.fromkeys((option.value, option.label, option.value.replace("_", " "), *option.synonyms))
    ]
    yield from sorted((each for each in names if each[0]), key=lambda each: -len(each[0]))


def _named(slot: Slot, said: str) -> Iterator[Found]:
    """Names that stand in what was said, but for those that are said not to be meant."""
    taken: list[tuple[int, int]] = []
    for name, option in _names(slot):
        at = said.find(name)
        while at >= 0:
            end = at + len(name)
            free = not any(at < other and start < end for start, other in taken)
            if free and _whole(said, at, end):
                taken.append((at, end))
                if not _NOT.search(said[max(0, at - 16) : at]):
                    yield Found(option.value, at, end, sure=_is_telling(name, said))
            at = said.find(name, end)


def _is_telling(name: str, said: str) -> bool:
    """A name that is meant wherever it stands. “size” in a long sentence may be about anything."""
    if name.isdigit() or name in _ELSE:
        return False
    if _HAN.search(name):
        return len(name) > 1
    return len(name) > 5 or " " in name or len(said.split()) <= FEW


def _whole(text: str, start: int, end: int) -> bool:
    """A Latin name is not a part of a longer word; a plural is the same name."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if text[start].isascii() and text[start].isalnum() and before.isascii() and before.isalnum():
        return False
    if text[end - 1].isascii() and text[end - 1].isalnum() and after.isascii() and after.isalnum():
        return after == "s" and not text[end + 1 : end + 2].isalnum()
    return True


def _placed(slot: Slot, said: str) -> Iterator[Found]:
    """“the second one”, “第二个”, “2”. A place that there is not is found too, as what was said."""
    alone = _ALONE.fullmatch(said)
    for match in [alone] if alone else _PLACE.finditer(said):
        groups = match.groupdict()
        number = groups.get("number") or groups.get("han")
        if number:
            place = int(numerals.number(number) or 0)
        elif groups.get("end") or groups.get("word") == "last":
            place = len(slot.choices)
        else:
            word = groups["word"] or ""
            place = _ORDINALS.index(word) + 1 if word in _ORDINALS else int(word[:-2])
        inside = 1 <= place <= len(slot.choices)
        yield Found(slot.choices[place - 1].value if inside else match[0].strip(), match.start(), match.end(), sure=False)


def _meant(slot: Slot, said: str) -> Iterator[Found]:
    """A short answer, or a word in it, that is much like one choice and like no other."""
    answer = said.strip(" .,!?;。、")
    names = list(_names(slot))[:200]
    if _HAN.search(answer):
        tries = [(answer, said.find(answer))] if len(answer) <= SHORT else []
    else:
        if len(answer.split()) > FEW:
            return
        tries = [(match[0], match.start()) for match in list(_WORD.finditer(said))[:40] if match[0] not in _EMPTY]
        tries += [(answer, said.find(answer))] if len(answer) <= SHORT and " " in answer else []
    best: dict[str, tuple[float, int, int]] = {}
    for word, at in tries:
        for name, option in names:
            score = _alike(word, name)
            if score > best.get(option.value, (0.0,))[0]:
                best[option.value] = (score, at, at + len(word))
    ranked = sorted(best.items(), key=lambda each: -each[1][0])
    alike = ALIKE_HAN if _HAN.search(answer) else ALIKE
    if ranked and ranked[0][1][0] >= alike and (len(ranked) == 1 or ranked[0][1][0] - ranked[1][1][0] > 0.05):
        value, (_score, start, end) = ranked[0]
        yield Found(value, start, end, sure=False)


def _alike(word: str, name: str) -> float:
    """How like two names are; a word that is one of a longer name's words counts as like it."""
    if word in name.split():
        return 0.9 if len(word) > 3 else 0.0
    if _HAN.match(word) and len(word) > 1 and word in name:
        return 0.9
    if min(len(word), len(name)) < 3 or abs(len(word) - len(name)) > 4:
        return 0.0
    return SequenceMatcher(None, word, name, autojunk=False).ratio()
