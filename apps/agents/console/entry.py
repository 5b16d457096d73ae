"""The agents' door, synchronous side: who may enter, and what a console opens with."""

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.agents import notices, presence
from apps.agents.casework import casework, contacts, flow_card, texts
from apps.agents.channels.mail import mailings
from apps.agents.console import rows, saved_views
from apps.agents.models import DeskSettings, Team
from apps.conversations.bot import trace
from apps.conversations.ledger import pages
from apps.conversations.live import here
from apps.conversations.models import Conversation, Handover
from apps.conversations.wire import events
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.tasks import enqueue
from apps.tenants.web.origins import as_sent
from apps.tenants.workspace import idle
from apps.tenants.workspace.models import Member, Site
from apps.tenants.workspace.roles import is_member, may_answer
from apps.tenants.workspace.sessions import SessionStore

MOST_EVENTS, MOST_TURNS = 2_000, 50


def session_of(cookies: str) -> str:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return idle.key_of(morsel.value) if morsel else ""


def is_own_page(origin: str, host: str) -> bool:
    """The cookie alone proves nothing: any page may open a socket with it. Browsers always say which page it is."""
    return bool(origin) and urlsplit(origin).netloc == host


def member_of(session: str) -> Member | None:
    """The member whose session this is, if they may answer customers. Another tenant's cookie is no session here."""
    request = HttpRequest()
    request.session = SessionStore(session or None)
    if idle.is_over(request.session):
        return None
    user = get_user(request)
    return user if isinstance(user, Member) and may_answer(user) else None


def agent_of(request: HttpRequest) -> Member:
    """The agent who asks by HTTP; from here on the answer is in their language. Raises Refusal."""
    me: Any = request.user
    if not is_member(me):
        raise Refusal("unauthorized", _("Log in first."))
    if not may_answer(me):
        raise Refusal("forbidden", _("Only people who answer customers can do this."))
    translation.activate(me.language or "en")
    return cast(Member, me)


def use(session: str) -> None:
    """The console whose session this is was used, by more than keeping its line alive."""
    store = SessionStore(session)
    if idle.use(store):
        store.save()


def welcome(me: Member) -> Frame:
    desk, site = DeskSettings.load(), Site.load()
    state, states = presence.enter(me), presence.states()
    members = presence.entitled().order_by("username")
    return {
        "type": "welcome",
        "me": {**notices.person(me), "role": me.role},
        "presence": state,
        "sound": presence.sound(me),
        "members": [{**notices.person(m), "role": m.role, "presence": states[str(m.pk)]} for m in members],
        "teams": _teams(),
        **texts.told(me),
        "views": saved_views.of(me),
        "settings": {"offer_seconds": desk.offer_seconds, "target_seconds": desk.target_seconds},
        "site": {
            "name": site.name,
            "language": site.language,
            "timezone": site.timezone,
            "origins": [as_sent(each) for each in site.allowed_origins],
        },
    }


def _teams() -> list[Frame]:
    found = Team.objects.prefetch_related("members")
    return [{"id": team.pk, "name": team.name, "members": [str(member.pk) for member in team.members.all()]} for team in found]


def open_offers(me: Member) -> list[Frame]:
    """Offers that still wait for this agent, for a console that was reloaded."""
    found = me.offers.filter(state="open").select_related("handover").order_by("handover__requested_at")
    return [notices.offer(offer.handover, offer.expires_at) for offer in found]


@dataclass(frozen=True)
class Opened:
    frame: Frame
    events: list[Frame]
    newest: int


def open_conversation(conversation: UUID, after: int, me: Member) -> Opened:
    row = casework.find(conversation)
    written = pages.after(conversation, after, limit=MOST_EVENTS)
    handover = Handover.objects.filter(conversation=conversation).order_by("-requested_at").first()
    frame = {
        "type": "opened",
        "conversation": str(conversation),
        "seq": row.last_seq,
        "row": rows.for_reader(rows.of([conversation])[conversation], me),
        "customer": contacts.card(row),
        "summary": notices.summary(handover),
        "seen": here.seen(conversation).told(),
        "mail": mailings.told(row),
        "flow": flow_card.opened(row),
        "turns": _turns(row),
    }
    return Opened(frame, [events.of_row(event) for event in written], written[-1].seq if written else after)


def later(conversation: UUID, after: int) -> tuple[list[Frame], int]:
    written = pages.after(conversation, after)
    return [events.of_row(event) for event in written], written[-1].seq if written else after


def _turns(row: Conversation) -> list[Frame]:
    """The bot's turns, oldest first, each with the words it answered."""
    turns = list(row.turns.order_by("-epoch")[:MOST_TURNS])[::-1]
    asked = {event.seq: str(event.body.get("text", "")) for event in row.events.filter(seq__in=[t.question for t in turns])}
    return [
        {
            "id": str(turn.pk),
            "question": asked.get(turn.question, ""),
            "tier": trace.tier_name(turn.tier) or None,
            "state": turn.state,
            "cause": turn.cause,
            "ms": turn.ms,
            "trace": [{"title": step.told.title, "text": step.told.text, "ms": step.ms} for step in trace.read(turn.trace)],
        }
        for turn in turns
    ]


def wake() -> None:
    """Somebody came or went: the waiting are looked at anew."""
    enqueue("agents.dispatch")
