"""Messages of the past, for rules that are held against them before they are in force: newest first, page by page.

A rule meets a message as it would have met it then: before other rules changed it, where that was so. People's originals are
kept; in an answer is put back what the audit tells was masked or replaced. Of an answer that was never said nothing is kept but
the place.
"""

import bisect
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from apps.conversations.channels import Channel
from apps.conversations.models import Event, Hit, Original, Turn
from apps.filters.past import messages
from apps.filters.past.messages import Message, Page
from apps.filters.rule import Action, Direction
from apps.releases.models import Release
from apps.tenants.vault import encryption, sealing
from apps.tenants.vault.master import CannotDecrypt

WINDOW = 500  # events looked at for a page, whoever wrote them
GIVEN = {
    Event.Author.VISITOR: (Direction.FROM_CUSTOMER, Direction.TO_MODEL, Direction.TO_LOGS),
    Event.Author.BOT: (Direction.FROM_BOT, Direction.TO_LOGS),
    Event.Author.AGENT: (Direction.FROM_AGENT, Direction.TO_LOGS),
}


def page(directions: Collection[Direction], since: datetime, below: int | None) -> Page:
    events = Event.objects.filter(pk__lt=below) if below is not None else Event.objects.all()
    window = list(events.order_by("-pk").values_list("pk", "at")[:WINDOW])
    is_last = len(window) < WINDOW or window[-1][1] < since
    wanted = _wanted(directions, since).filter(pk__in=[pk for pk, _at in window])
    return Page(_read(wanted), None if is_last else window[-1][0])


def count(directions: Collection[Direction], since: datetime, most: int) -> int:
    return _wanted(directions, since).order_by()[:most].count()


def found(ids: Collection[int]) -> Mapping[int, Message]:
    return {message.id: message for message in _read(Event.objects.filter(pk__in=ids, kind=Event.Kind.MESSAGE))}


messages.register(messages.Reader(page, count, found))


def _wanted(directions: Collection[Direction], since: datetime) -> QuerySet[Event]:
    authors = [author for author, given in GIVEN.items() if set(given) & set(directions)]
    return Event.objects.filter(kind=Event.Kind.MESSAGE, author__in=authors, at__gte=since)


@dataclass(frozen=True)
class _Turn:
    """A turn's part in where something was said."""

    id: UUID
    question: int
    language: str
    place: str

    @property
    def flow(self) -> str:
        """The flow in which the customer stood when it began; "" also where that does not open."""
        if not self.place:
            return ""
        try:
            place = json.loads(sealing.unseal(self.place, sealing.Place("conversations_turn", "story", str(self.id))))
        except CannotDecrypt:
            return ""
        return str(place.get("flow", ""))


def _read(events: QuerySet[Event]) -> list[Message]:
    """The messages that hold words, newest first."""
    told = events.annotate(text=KeyTextTransform("text", "body"), typed=KeyTextTransform("original", "body")).order_by("-pk")
    rows = list(told.values("pk", "conversation", "conversation__language", "author", "seq", "at", "text", "typed", "turn"))
    turns = _turns({row["conversation"] for row in rows})
    originals = _answers(rows) | _typed(rows)
    return [_message(row, turns[row["conversation"]], originals) for row in rows if (row["text"] or "").strip()]


def _message(row: Mapping[str, Any], turns: Sequence[_Turn], originals: Mapping[int, str]) -> Message:
    turn = _turn_of(row, turns)
    return Message(
        id=row["pk"],
        conversation=row["conversation"],
        at=row["at"],
        directions=GIVEN.get(row["author"], ()),
        text=row["text"],
        original=originals.get(row["pk"], ""),
        channel=Channel.WIDGET,
        flow=turn.flow if turn else "",
        language=(turn and turn.language) or row["conversation__language"],
    )


def _turn_of(row: Mapping[str, Any], turns: Sequence[_Turn]) -> _Turn | None:
    """The turn that said it, or the first that answered it."""
    if row["author"] == Event.Author.BOT:
        return next((turn for turn in turns if turn.id == row["turn"]), None)
    if row["author"] != Event.Author.VISITOR:
        return None
    at = bisect.bisect_left(turns, row["seq"], key=lambda turn: turn.question)
    return turns[at] if at < len(turns) else None


def _turns(conversations: Collection[UUID]) -> Mapping[UUID, list[_Turn]]:
    """The turns of each, in the order of their questions."""
    told = {name: KeyTextTransform(name, "story") for name in ("language", "place")}
    rows = Turn.objects.filter(conversation__in=conversations).annotate(**told).order_by("question")
    turns: dict[UUID, list[_Turn]] = defaultdict(list)
    for conversation, pk, question, language, place in rows.values_list("conversation", "pk", "question", *told):
        turns[conversation].append(_Turn(pk, question, language or "", place or ""))
    return turns


def _typed(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """The messages of people that were masked when they were said, as they were typed."""
    opened = Original.opened(row["typed"] or "" for row in rows)
    return {row["pk"]: opened[row["typed"]] for row in rows if row["typed"] in opened}


def _answers(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """The answers of which rules changed something, as they were before."""
    said = {row["turn"]: row for row in rows if row["author"] == Event.Author.BOT and row["turn"] and row["text"]}
    changed = Hit.objects.filter(turn__in=said, direction=Direction.FROM_BOT).filter(
        Q(action=Action.MASK) | Q(action=Action.REPLACE)
    )
    hits: dict[UUID, list[Hit]] = defaultdict(list)
    for hit in changed.order_by("start"):
        if hit.turn_id:
            hits[hit.turn_id].append(hit)
    says = _says({hit.release for each in hits.values() for hit in each})
    return {said[turn]["pk"]: put_back(said[turn]["text"], each, says) for turn, each in hits.items()}


def _says(releases: Collection[int]) -> Mapping[tuple[int, str], str]:
    """The words of each rule of these releases, by the release and the rule's key."""
    frozen = Release.objects.filter(number__in=releases).values_list("number", "frozen__filters__rules")
    return {(number, rule["key"]): rule["say"] for number, rules in frozen for rule in rules or ()}


def put_back(said: str, hits: Sequence[Hit], says: Mapping[tuple[int, str], str]) -> str:
    """The text before these hits changed it; as it was said where it does not look as they would have left it."""
    text, at = "", 0  # what it was, and how much of what was said has been read
    for hit in hits:
        stood = str(encryption.shown(hit, "text"))
        stands = says.get((hit.release, hit.rule), "") if hit.action == Action.REPLACE else None
        start = at + hit.start - len(text)
        end = start + (len(stood) if stands is None else len(stands))
        if not stood or start < at or not _is_left_by(said[start:end], stood, stands):
            return said
        text += said[at:start] + stood
        at = end
    return text + said[at:]


def _is_left_by(left: str, stood: str, stands: str | None) -> bool:
    """Whether this is what a rule made of the place: its words, or the same length with some of it covered."""
    if stands is not None:
        return left == stands
    return len(left) == len(stood) and all(now in ("*", was) for now, was in zip(left, stood, strict=True))
