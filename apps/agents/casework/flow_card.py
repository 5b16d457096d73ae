"""The customer panel's card of the flow in which a conversation stands, and of the tickets that flows promised in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from apps.agents.casework import casework, places
from apps.conversations.models import Conversation, Event
from apps.conversations.wire import events
from apps.conversations.wire.events import Frame
from apps.flows.definition import templates
from apps.flows.definition.definition import Definition, Slot
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value

MOST_TICKETS = 10


def card(row: Conversation) -> Frame:
    """`at`: where it stands, None in no flow; `tickets`: those that were promised, the newest first."""
    place = places.of(row)
    return {
        "at": _standing(places.flows(row), place, row) if place else None,
        "tickets": [
            {"reference": filing.reference, "subject": filing.subject} for filing in row.filings.order_by("-at")[:MOST_TICKETS]
        ],
    }


def opened(row: Conversation) -> Frame:
    """The card with the flows that an agent may begin, which are the same for as long as the conversation is open."""
    return card(row) | {"flows": [{"name": name, "title": each.shown} for name, each in places.flows(row).items()]}


def frame(conversation: UUID, client_id: UUID | None = None) -> Frame:
    """`client_id`: of the frame that this one answers."""
    answered = {"client_id": str(client_id)} if client_id else {}
    return {"type": "flow", "conversation": str(conversation), **card(casework.find(conversation)), **answered}


def may_move(told: Frame) -> bool:
    """Whether a flow may have moved with this event: by the bot's words, by an agent's verb, or with the owner."""
    bots = told["type"] == "message" and told["author"]["kind"] == Event.Author.BOT
    return bots or told["type"] in (Event.Kind.NOTE, Event.Kind.OWNER, Event.Kind.CLOSED)


def _standing(flows: Flows, place: Place, row: Conversation) -> Frame:
    """`waits`: for what (`engine.place.Awaiting`); `paused`: a person has the conversation, or it waits for one. A flow that is
    gone with its release is shown by its name, and no more."""
    told = {
        "flow": place.flow,
        "state": place.state,
        "waits": place.awaiting,
        "paused": not row.is_the_bots,
        "since": events.moment(datetime.fromtimestamp(place.moved_at, UTC)),
    }
    definition = flows.get(place.flow)
    if definition is None:
        return {**told, "title": place.flow, "state_title": place.state, "states": [], "slots": [], "others": [], "gone": True}
    states = {name: state.shown for name, state in definition.states.items()}
    others = [*(each.flow for each in place.under), *place.later]
    return {
        **told,
        "title": definition.shown,
        "state_title": states.get(place.state, place.state),
        "states": [{"name": name, "title": title} for name, title in states.items()],
        "slots": list(_slots(definition, place)),
        "others": [flows[name].shown if name in flows else name for name in others],
        "gone": False,
    }


def _slots(definition: Definition, place: Place) -> Iterator[Frame]:
    """The declared ones, known or not; those that an action fills without a declaration only when they are known."""
    for name, slot in definition.known.items():
        if name in definition.slots or place.knows(name):
            yield _slot(slot, place.slots.get(name)) | {"asked": name in place.asked}


def _slot(slot: Slot, value: Value) -> Frame:
    known = value not in (None, "")
    hidden = slot.hides(value) if known else slot.sensitive
    return {
        "name": slot.name,
        "label": slot.shown,
        "kind": slot.kind,
        "sensitive": hidden,
        "shown": templates.shown(slot, value) if known else "",
        "typed": "" if hidden or not known else str(value),
        "choices": [{"value": choice.value, "label": choice.shown} for choice in slot.choices],
    }
