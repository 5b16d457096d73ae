"""An agent leads the customer's flow: begins one, corrects what it knows, moves it, ends it, leaves it to the bot.

Each is one ledger page of the agent who has the conversation: no turn of the bot is stored while a person has it. What was done
stands in the history as a note. Sensitive values stand there masked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agents.casework import casework, holding, places
from apps.conversations.ledger import pages
from apps.conversations.models import Event, Visit
from apps.conversations.wire import events
from apps.conversations.wire.events import Frame
from apps.flows.definition import templates
from apps.flows.definition.definition import Definition, Slot
from apps.flows.engine import guiding
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.visit import Left
from apps.tenants import security
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Role, Site


@dataclass(frozen=True)
class Led:
    """A conversation on its page, in the hands of the agent who leads it; `place` is None where it stands in no flow."""

    page: pages.Page
    me: Member
    client_id: UUID
    flows: Flows
    place: Place | None

    @property
    def now(self) -> float:
        return self.page.now.timestamp()

    def stand(self, place: Place | None, told: str) -> None:
        """`told`: what the team reads of it. By its `client_id` the same verb is not done again."""
        self.page.conversation.stand(place.stored() if place else {})
        body = {"author": events.author("agent", str(self.me)), "text": told}
        self.page.append(Event.Kind.NOTE, Event.Author.AGENT, body, member=self.me, client_id=self.client_id)


@contextmanager
def _led(conversation: UUID, me: Member, client_id: UUID) -> Iterator[Led | None]:
    """None: it is done already. Raises Refusal for a conversation of somebody else."""
    casework.find(conversation)
    with pages.page(conversation) as page:
        if casework.said_before(page, client_id, me):
            yield None
            return
        holding.refuse_closed(page)
        holding.refuse_not_theirs(page, me, _("Take this conversation over before you lead its flow."))
        yield Led(page, me, client_id, places.flows(page.conversation), places.of(page.conversation))


def start(conversation: UUID, me: Member, client_id: UUID, flow: str) -> None:
    """Begins a flow and leaves the customer to the bot, which asks its first question."""
    with _led(conversation, me, client_id) as led:
        if led is None:
            return
        if flow not in led.flows:
            raise Refusal("not_found", _("There is no such flow. Open the conversation again to see those there are."))
        if led.place and led.place.flow in led.flows:
            raise Refusal("bad_frame", _("“%s” has begun already. End it first.") % led.flows[led.place.flow].shown)
        place = guiding.begun(led.flows, flow, client_id.hex, led.now)
        led.stand(place, _("Started “%s” for the customer.") % led.flows[flow].shown)
        casework.to_bot(led.page)


def correct(conversation: UUID, me: Member, client_id: UUID, name: str, text: str) -> None:
    """Fills a slot with what was typed, or empties it. Raises Refusal with the reason why it does not do."""
    with _led(conversation, me, client_id) as led:
        if led is None:
            return
        place, definition = _standing(led.flows, led.place)
        slot = _slot(definition, name)
        value = _typed(definition, slot, text, place)
        shown = templates.shown(slot, value) if value is not None else ""
        told = _("Set %(slot)s to “%(value)s”.") if shown else _("Emptied %(slot)s, so that it is asked again.")
        place = guiding.corrected(led.flows, place, {name: value}, led.now)
        led.stand(place, told % {"slot": slot.shown, "value": shown})


def skip(conversation: UUID, me: Member, client_id: UUID, state: str) -> None:
    """Goes to the beginning of another state; the flow goes on from there when the bot has it."""
    with _led(conversation, me, client_id) as led:
        if led is None:
            return
        place, definition = _standing(led.flows, led.place)
        if state not in definition.states:
            raise Refusal("not_found", _("This flow has no such step."))
        told = _("Went to the step “%(state)s” of “%(flow)s”.")
        place = guiding.at_state(led.flows, place, state, led.now)
        led.stand(place, told % {"state": definition.states[state].shown, "flow": definition.shown})


def end(conversation: UUID, me: Member, client_id: UUID) -> None:
    """The customer is in no flow any more, nor in one that waited for its end. Also for one that is gone with its release."""
    with _led(conversation, me, client_id) as led:
        if led is None:
            return
        if led.place is None:
            raise _nowhere()
        led.stand(None, _("Ended “%s”.") % _called(led.flows, led.place))
        Visit.objects.filter(conversation=conversation).leave(Left.CANCELLED)


def hand_back(conversation: UUID, me: Member, client_id: UUID) -> None:
    """The bot goes on where the flow stands."""
    with _led(conversation, me, client_id) as led:
        if led is None:
            return
        place, definition = _standing(led.flows, led.place)
        led.stand(place, _("Left “%s” to the bot.") % definition.shown)
        casework.to_bot(led.page)


def reveal(conversation: UUID, me: Member, name: str) -> Frame:
    """A sensitive value as it is, for this reader alone: for who has the conversation or runs the desk. The security log keeps
    who read which slot."""
    row = casework.find(conversation)
    if me.role not in (Role.OWNER, Role.OPERATOR) and not holding.has(row, me):
        raise Refusal("not_yours", _("Take this conversation over to see this."))
    place, definition = _standing(places.flows(row), places.of(row))
    slot = _slot(definition, name)
    security.note("read_slot", person=me.pk, conversation=str(row.pk), slot=name)
    value = place.slots.get(name)
    shown = templates.shown(replace(slot, sensitive=False, hide=None), value) if value is not None else ""
    return {"type": "revealed", "conversation": str(row.pk), "slot": name, "shown": shown}


def _standing(flows: Flows, place: Place | None) -> tuple[Place, Definition]:
    if place is None or place.flow not in flows:
        raise _nowhere()
    return place, flows[place.flow]


def _nowhere() -> Refusal:
    return Refusal("not_found", _("The customer is in no flow any more."))


def _slot(definition: Definition, name: str) -> Slot:
    slot = definition.known.get(name)
    if slot is None:
        raise Refusal("not_found", _("This flow does not ask for that."))
    return slot


def _typed(definition: Definition, slot: Slot, text: str, place: Place) -> Value:
    from apps.flows.understanding import typed  # its readers of days and phone numbers are heavy

    value, reason = typed.read(definition, slot, text, place.slots, timezone.now().astimezone(ZoneInfo(Site.load().timezone)))
    if reason:
        raise Refusal("bad_frame", reason)
    return value


def _called(flows: Flows, place: Place) -> str:
    return flows[place.flow].shown if place.flow in flows else place.flow
