"""All slots of a flow read from one message: each value goes to the slot that it was most likely said for, and to no other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import permutations

from django.utils import translation

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import cues, freetext, kinds, letters, money
from apps.flows.slots.kind import Found

ASKED = 2  # how much it tells that a slot was asked for; its own words beside a value tell more
MOST = 40  # values of one slot that are looked at
# Kinds whose words are no number and no id, also where no slot of theirs is wanted.
_GUARDS = tuple(Slot(f"guard {kind}", kind) for kind in ("email", "datetime", "date", "time", "phone"))
# Kinds whose values may stand in a question that interrupts: “what is on tonight?”
_TOLD_IN_PASSING = ("date", "time", "datetime", "number", "money")
_FIRM = ("phone", "email", "id")
_PLAIN = ("number", "id", "money", "phone")
Span = tuple[int, int]


@dataclass(frozen=True)
class Extracted:
    """`values`: what was found and does, by slot, and where it stands in the text (`spans`). `unfit`: why what was said for a
    slot that was asked for does not do."""

    values: dict[str, Value] = field(default_factory=dict)
    unfit: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class _Candidate:
    slot: Slot
    found: Found
    score: int
    unfit: str = ""

    @property
    def span(self) -> Span:
        return self.found.start, self.found.end


def extract(slots: Sequence[Slot], text: str, *, asked: Collection[str], language: str, now: datetime) -> Extracted:
    """Reads a message (its first 10,000 characters) for the slots. `asked`: those that the customer was asked for just now."""
    with translation.override(language or translation.get_language()):
        said = text[: letters.MOST]
        candidates = _candidates(slots, said, asked, language, now)
        taken = _assigned(candidates, asked)
        spans = {name: each.span for name, each in taken.items()}
        values: dict[str, Value] = {name: each.found.value for name, each in taken.items()}
        unfit = _unfit(candidates, asked, values, list(spans.values()))
        firm = [each.span for each in taken.values() if each.slot.kind in _FIRM]
        texts = freetext.read([slot for slot in slots if slot.kind == "text"], said, asked, list(spans.values()), firm)
        for name in _in_passing(taken, asked, [texts[each] for each in texts if each in asked]):
            del values[name], spans[name]
        spans |= texts
        values |= {name: said[start:end] for name, (start, end) in texts.items()}
        return Extracted(values, unfit, spans)


def _in_passing(taken: dict[str, _Candidate], asked: Collection[str], texts: Sequence[Span]) -> list[str]:
    """Slots whose values are mere words of a text that was asked for: a story of yesterday names no day to deliver."""
    return [
        name
        for name, each in taken.items()
        if name not in asked and each.slot.kind not in _FIRM and each.score < cues.OWN
        if any(start <= each.found.start and each.found.end <= end for start, end in texts)
    ]


def _candidates(slots: Sequence[Slot], text: str, asked: Collection[str], language: str, now: datetime) -> list[_Candidate]:
    plain = letters.plain(text)
    question = freetext.is_question(text) and not freetext.is_request(text)
    short = freetext.is_short(text)
    found = {slot.name: kinds[slot.kind].read(slot, text, language, now)[:MOST] for slot in slots if slot.kind != "text"}
    guards = _guards(slots, text, plain, language, now)
    spans = sorted({(one.start, one.end) for each in found.values() for one in each})
    candidates = []
    for slot in slots:
        rivals = tuple(other for other in slots if other.kind == slot.kind and other.name != slot.name)
        for each in found.get(slot.name, ()):
            cue = cues.beside(slot, rivals, *_beside(plain, spans, each))
            if slot.kind in _PLAIN and _guarded(slot, each, text, guards, slot.name in asked or cue >= 2):
                continue
            alike = tuple(other for other in rivals if any(_overlap(each, one) for one in found[other.name]))
            unclear = bool(alike) and len(found[slot.name]) <= len(alike) and not _general(slot, alike)
            if _meant(slot, each, asked, cue, question, short, unclear):
                unfit = kinds[slot.kind].fits(slot, each.value, now)
                candidates.append(_Candidate(slot, each, cue + (ASKED if slot.name in asked else 0), unfit))
    return candidates


def _meant(slot: Slot, found: Found, asked: Collection[str], cue: int, question: bool, short: bool, unclear: bool) -> bool:
    """A value may be for this slot at all. `unclear`: other slots of its kind want as much."""
    if cue <= -cues.DENIED // 2:
        return False
    if slot.kind == "yes_no":
        return slot.name in asked and len(asked) == 1
    if slot.kind == "choice" and question:
        return False
    if slot.name in asked:
        return found.sure or (not question and (short or cue > 0))
    if slot.kind in _TOLD_IN_PASSING and question and asked and not cue:
        return False
    if unclear and cue < 1:
        return False
    return found.sure or (cue >= 2 and (slot.kind != "money" or found.value != 1))


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _general(slot: Slot, rivals: Sequence[Slot]) -> bool:
    """The others are the beginnings and ends of something, which this one is not."""
    return not cues.side(slot) and all(cues.side(rival) for rival in rivals)


def _beside(text: str, spans: Sequence[Span], found: Found) -> tuple[str, str, str, str]:
    """All the text before a value, that since the value before it, its own, and that after it up to the next value."""
    start = max((end for _start, end in spans if end <= found.start), default=0)
    stop = min((start for start, _end in spans if start >= found.end), default=len(text))
    return text[: found.start], text[start : found.start], text[found.start : found.end], text[found.end : stop]


def _guards(slots: Sequence[Slot], text: str, plain: str, language: str, now: datetime) -> list[tuple[str, Span]]:
    """Where values of the more precise kinds stand, whether a slot wants them or not."""
    wanted = {slot.kind for slot in slots}
    spans = [("money", span) for span in money.marked(plain)] if "money" in wanted or "number" not in wanted else []
    for guard in _GUARDS:
        kind = kinds[guard.kind]
        spans += [
            (guard.kind, (each.start, each.end))
            for each in kind.read(guard, text, language, now)[:MOST]
            if each.sure and (guard.kind != "phone" or not kind.fits(guard, each.value, now))
        ]
    return spans


def _guarded(slot: Slot, found: Found, text: str, guards: Sequence[tuple[str, Span]], meant: bool) -> bool:
    """Digits of a date are no number of an order. What was asked for, or named, is believed if it is no part of the other."""
    for kind, (start, end) in guards:
        if kind == slot.kind or not (found.start < end and start < found.end):
            continue
        part = end - start > found.end - found.start
        written = not text[start:end].isalnum()
        if part or not meant or (written and kind not in ("phone", "money")):
            return True
    return False


def _assigned(candidates: Sequence[_Candidate], asked: Collection[str]) -> dict[str, _Candidate]:
    """The best value for each slot, no two of which share a word."""
    taken: dict[str, _Candidate] = {}
    for each in _ranked(candidates, asked):
        free = not any(each.found.start < end and start < each.found.end for start, end in (one.span for one in taken.values()))
        if not each.unfit and each.slot.name not in taken and free:
            taken[each.slot.name] = each
    return taken


def _ranked(candidates: Sequence[_Candidate], asked: Collection[str]) -> list[_Candidate]:
    best = set(map(id, _shared_out([each for each in candidates if not each.unfit])))
    order = {name: at for at, name in enumerate(dict.fromkeys(each.slot.name for each in candidates))}
    return sorted(
        candidates,
        key=lambda each: (
            id(each) not in best,
            -each.score,
            not each.found.sure and each.slot.kind != "number",
            kinds[each.slot.kind].rank,
            each.found.start - each.found.end,
            each.found.start,
            order[each.slot.name],
        ),
    )


def _shared_out(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Among several slots of one kind, the values as the words beside them fit best on the whole; where those tell nothing, in
    the order of the slots."""
    best: list[_Candidate] = []
    for kind in dict.fromkeys(each.slot.kind for each in candidates):
        mine = [each for each in candidates if each.slot.kind == kind]
        names = list(dict.fromkeys(each.slot.name for each in mine))
        spans = sorted({each.span for each in mine})
        if not 2 <= len(names) <= 4 or not 2 <= len(spans) <= 5:
            continue
        by_place = {(each.slot.name, each.span): each for each in mine}
        ways = [
            [by_place.get((name, span)) for name, span in zip(names, way, strict=False)]
            for way in permutations([*spans, *[(-1, -1)] * (len(names) - len(spans))], len(names))
        ]
        chosen = max(ways, key=lambda way: sum(each.score if each else -1 for each in way))
        best += [each for each in chosen if each]
    return best


def _unfit(
    candidates: Sequence[_Candidate], asked: Collection[str], values: dict[str, Value], spans: list[Span]
) -> dict[str, str]:
    told: dict[str, str] = {}
    for each in _ranked(candidates, asked):
        name = each.slot.name
        free = not any(each.found.start < end and start < each.found.end for start, end in spans)
        if each.unfit and name in asked and name not in values and name not in told and free:
            told[name] = each.unfit
    return told
