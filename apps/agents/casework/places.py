"""The flow in which a conversation stands, as the desk reads it and leaves it to the bot."""

from apps.conversations.ledger import pages
from apps.conversations.models import Conversation
from apps.flows import part as flows_part
from apps.flows.engine import guiding
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place
from apps.releases.models import Release
from apps.releases.publishing import active
from apps.tenants.vault import encryption


def of(row: Conversation) -> Place | None:
    """Its place; one that is sealed and does not open is none."""
    facts = encryption.shown(row, "flow")
    return Place.read(facts) if facts else None


def flows(row: Conversation) -> Flows:
    """The flows of the release that answers it: its own, or the live one where its own was taken back."""
    live = active()
    return flows_part.of(live if row.release >= live.number else Release.objects.get(number=row.release))


def hand_on(page: pages.Page) -> bool:
    """The bot has just been given the conversation: in the middle of a flow it speaks first. → whether it stands in one"""
    place = of(page.conversation)
    if place:
        page.conversation.stand(guiding.handed(place, page.conversation.last_seq, page.now.timestamp()).stored())
    return place is not None
