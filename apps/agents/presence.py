"""Presence: open consoles beat every 10 s; an agent not seen for 30 s counts as away, whatever state they chose."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.agents.models import DeskSettings, Presence
from apps.tenants.workspace.models import Member
from apps.tenants.workspace.roles import ANSWERING

BEAT_SECONDS = 10.0
SEEN_WITHIN = timedelta(seconds=30)
FLICKERS = timedelta(seconds=60)  # who went so shortly ago may be back before a customer has read that nobody is there
AGENTS = ANSWERING


def entitled() -> QuerySet[Member]:
    """The members who may answer customers."""
    return Member.objects.filter(is_active=True, role__in=AGENTS)


def available(now: datetime | None = None) -> QuerySet[Presence]:
    """The agents who are there and take conversations."""
    since = (now or timezone.now()) - SEEN_WITHIN
    online = Presence.objects.filter(state=Presence.State.ONLINE, seen_at__gt=since)
    return online.filter(member__is_active=True, member__role__in=AGENTS)


def somebody() -> bool:
    return available().exists()


def lately() -> bool:
    """Whether an agent is there, or was until a moment ago and did not leave for good: who waits is told only of what lasts."""
    now = timezone.now()
    agents = Presence.objects.filter(member__is_active=True, member__role__in=AGENTS)
    dropped = Q(state=Presence.State.ONLINE, seen_at__gt=now - SEEN_WITHIN - FLICKERS)
    away = Q(state=Presence.State.AWAY, online_until__gt=now - FLICKERS)
    return agents.filter(dropped | away).exists()


def enter(member: Member) -> str:
    """A console of this member opened; the state they chose last stays. → the state."""
    row, _new = Presence.objects.update_or_create(member=member, defaults={"seen_at": timezone.now()})
    return row.state


def sound(member: Member) -> bool | None:
    """Whether they want to hear of what waits; None: they have not been asked."""
    chosen: bool | None = Presence.objects.filter(member=member).values_list("sound", flat=True).first()
    return chosen


def read_along() -> bool:
    """Whether agents are shown what customers have typed and not sent."""
    return DeskSettings.load().drafts


def beat(member: Member) -> None:
    Presence.objects.filter(member=member).update(seen_at=timezone.now())


def choose(member: Member, state: str) -> None:
    now = timezone.now()
    if state != Presence.State.ONLINE:
        there = Presence.objects.filter(member=member, state=Presence.State.ONLINE, seen_at__gt=now - SEEN_WITHIN)
        there.update(online_until=now)
    Presence.objects.update_or_create(member=member, defaults={"state": state, "seen_at": now})


def states(now: datetime | None = None) -> dict[str, str]:
    """Every agent's state as colleagues see it: {member id: online, away or offline}."""
    since = (now or timezone.now()) - SEEN_WITHIN
    known = {row.member_id: row for row in Presence.objects.all()}
    return {str(pk): _shown(known.get(pk), since) for pk in entitled().values_list("pk", flat=True)}


def _shown(row: Presence | None, since: datetime) -> str:
    if row is None or row.seen_at is None or row.state == Presence.State.OFFLINE:
        return Presence.State.OFFLINE
    return row.state if row.seen_at > since else Presence.State.AWAY
