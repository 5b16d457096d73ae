"""The places at which a text answers a search, as the search itself spells: its own width, case, accents and characters stay.

Texts are told in parts, `[words, whether they answer]`, never as markup: what customers write is shown as words alone.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from uuid import UUID

from apps.agents.console import message_search, spelling
from apps.conversations.models import Event
from apps.conversations.wire import events
from apps.conversations.wire.events import Frame, moment
from apps.knowledge.passages import tokens

Part = tuple[str, bool]
Span = tuple[int, int]

MOST_HITS = 3  # of one conversation
LONGEST, BEFORE, LENGTH = 6_000, 24, 150  # characters read; shown before the first place, and in all
_PIECE = re.compile(r"[^\W\d_]+|\d+")


def hits(query: str, conversations: Collection[UUID]) -> dict[UUID, list[Frame]]:
    """The newest messages and notes of each conversation that hold every term of the query, with its places."""
    asked = spelling.wanted(query)
    found = message_search.matches(query).filter(conversation__in=conversations).order_by("conversation", "-seq")
    chosen: dict[UUID, list[int]] = {}
    for conversation, seq in found.values_list("conversation", "seq"):
        if len(seqs := chosen.setdefault(conversation, [])) < MOST_HITS:
            seqs.append(seq)
    told: dict[UUID, list[Frame]] = {}
    for conversation, seqs in chosen.items():
        for event in Event.objects.filter(conversation=conversation, seq__in=seqs).order_by("-seq"):
            kind = "note" if event.kind == Event.Kind.NOTE else event.author
            parts = shortened(parted(" ".join(events.words(event.body).split()), asked))
            told.setdefault(conversation, []).append({"seq": event.seq, "by": kind, "at": moment(event.at), "parts": parts})
    return told


def added(query: str, rows: list[Frame]) -> list[Frame]:
    """The rows with `hits` in what was said, and `named` where the query names the customer."""
    found = hits(query, [UUID(row["conversation"]) for row in rows])
    told = []
    for row in rows:
        name = named(query, row["visitor"]["name"])
        shown = {"named": name} if any(hit for _words, hit in name) else {}
        told.append({**row, "hits": found.get(UUID(row["conversation"]), []), **shown})
    return told


def named(query: str, name: str) -> list[Part]:
    """A customer's name with what the query names of it; it may stand in the middle of a word."""
    plain, places = _folded(name)
    asked = [each for word in query.split()[: message_search.MOST_WORDS] if (each := spelling.folded(word))]
    return _cut(name, _merged(places, [span for word in asked for span in _all(word, plain)]))


def parted(text: str, asked: spelling.Wanted) -> list[Part]:
    text = text[:LONGEST]
    plain, places = _folded(text)
    terms = {*asked.words, *asked.beside}
    spans = [*_han(plain, terms), *_words(plain, terms), *_numbers(plain, set(asked.numbers))]
    return _cut(text, _merged(places, spans))


def shortened(parts: list[Part]) -> list[Part]:
    """Cut to what a row can show, beginning a little before the first place."""
    first = next((n for n, (_words, hit) in enumerate(parts) if hit), 0)
    kept, room = [], LENGTH
    if first:
        before = parts[first - 1][0]
        head = before if first == 1 and len(before) <= BEFORE else f"…{_from_a_word(before)}"
        kept.append((head, False))
    for words, hit in parts[first:]:
        if room <= 0:
            break
        kept.append((words if len(words) <= room else f"{words[:room].rstrip()}…", hit))
        room -= len(words)
    return kept


def _from_a_word(before: str) -> str:
    """The end of what stands before, from the beginning of a word where there is one."""
    end = before[-BEFORE:]
    within = len(before) > BEFORE and not before[-BEFORE - 1].isspace()
    _part, space, whole = end.partition(" ")
    return (whole if within and space and whole.strip() else end).lstrip()


def _folded(text: str) -> tuple[str, list[Span]]:
    """The text in the search's spelling, and of each of its characters the place that it came from."""
    plain: list[str] = []
    places: list[Span] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        made = spelling.folded(text[start:end])
        plain.append(made)
        places += [(start, end)] * len(made)
        start = end
    return "".join(plain), places


def _han(plain: str, terms: set[str]) -> Iterator[Span]:
    for term in terms:
        if tokens.is_han(term[0]):
            yield from _all(term, plain)


def _words(plain: str, terms: set[str]) -> Iterator[Span]:
    """Words of other scripts, whole or the parts of a code that were asked for."""
    for run in tokens.runs(plain):
        if tokens.is_han(run[0][0]) or not terms & set(spelling.indexed(run[0])):
            continue
        pieces = [(run.start() + piece.start(), run.start() + piece.end()) for piece in _PIECE.finditer(run[0])]
        some = [span for span in pieces if terms & set(tokens.terms(plain[slice(*span)]))]
        yield from some or [run.span()]


def _numbers(plain: str, asked: set[str]) -> Iterator[Span]:
    for span, digits in spelling.numbers(plain):
        if any(digits.endswith(number[1:]) for number in asked):
            yield span


def _all(term: str, plain: str) -> Iterator[Span]:
    at = plain.find(term)
    while at >= 0:
        yield at, at + len(term)
        at = plain.find(term, at + 1)


def _merged(places: list[Span], spans: list[Span]) -> list[Span]:
    """Places of the text as it stands, in order, none touching another."""
    merged: list[Span] = []
    for start, end in sorted((places[start][0], places[end - 1][1]) for start, end in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, spans: list[Span]) -> list[Part]:
    parts, at = [], 0
    for start, end in spans:
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [part for part in [*parts, (text[at:], False)] if part[0]]
