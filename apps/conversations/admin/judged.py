"""Messages of a conversation with what filters found in them, and what people say of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from apps.conversations.admin import marks
from apps.conversations.models import Conversation, Event, Hit, Mark
from apps.filters.rule import Direction

MOST = 50


def said(request: HttpRequest, row: Conversation, at: int) -> list[dict[str, Any]]:
    """Messages of the customer, and of the bot where something was found, the newest last, or those around the number `at`;
    each with the names of the filters that found something in it. Empty for people who may not see what was found."""
    if not request.user.has_perm("conversations.view_hit"):
        return []
    authors = (Event.Author.VISITOR, Event.Author.BOT)
    events = row.events.filter(kind=Event.Kind.MESSAGE, author__in=authors).order_by("-seq")
    events = events.filter(seq__lte=at + MOST // 2) if at else events
    shown = [event for event in reversed(events[:MOST]) if str(event.body.get("text", "")).strip()]
    names = _found(row, shown)
    marked = dict(Mark.objects.filter(event__in=shown).values_list("event", "offensive"))
    return [
        {
            "text": event.body["text"],
            "is_bots": event.author == Event.Author.BOT,
            "found": names[event.pk],
            "mark": marks.buttons(request, event.pk, marked.get(event.pk)),
        }
        for event in shown
        if event.author == Event.Author.VISITOR or names[event.pk]
    ]


def _found(row: Conversation, shown: Sequence[Event]) -> dict[int, list[str]]:
    """Names by event, each once."""
    own: dict[object, int] = {event.turn_id: event.pk for event in shown if event.turn_id}
    asked = {event.seq: event.pk for event in shown}
    names: dict[int, dict[str, None]] = defaultdict(dict)
    for hit in Hit.objects.filter(conversation=row).select_related("turn").defer("text", "turn__trace").order_by("id")[:1_000]:
        place = hit.event_id
        if place is None and hit.turn:
            place = own.get(hit.turn_id) if hit.direction == Direction.FROM_BOT else asked.get(hit.turn.question)
        if place is not None:
            names[place][f"{hit.name}: {hit.get_action_display()}"] = None
    return defaultdict(list, {place: list(found) for place, found in names.items()})
