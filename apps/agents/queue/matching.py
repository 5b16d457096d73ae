"""Finds the agent who fits a waiting customer best. Reads a few rows for all of them at once; decides without any.

Whoever let a customer pass is asked again only when nobody else can take them, after a pause that grows, and not for ever: the
customer still stands in *Waiting*, and patience ends the wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from apps.agents import presence
from apps.agents.models import Case, DeskSettings, Offer, Skill, Team
from apps.conversations.models import Handover, Owner
from apps.tenants.workspace.models import Member

PAUSES = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5))  # after the first time, the second, the third


@dataclass(frozen=True)
class Passed:
    """An agent let a customer pass, `times` since they came to stand in line, the last time `at`."""

    times: int
    at: datetime

    def is_over(self, now: datetime) -> bool:
        return self.times <= len(PAUSES) and self.at + PAUSES[self.times - 1] <= now


@dataclass
class Agent:
    """Someone who could take a conversation now. `load`: conversations they have and offers that wait for them."""

    member: Member
    load: int
    capacity: int
    languages: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)

    @property
    def has_room(self) -> bool:
        return self.load < self.capacity


@dataclass(frozen=True)
class Wanted:
    """The demands of a waiting handover on its agent. `passed`: those who let it pass."""

    handover: Handover
    team: int | None
    topics: frozenset[str]
    passed: Mapping[UUID, Passed]

    @property
    def language(self) -> str:
        return self.handover.conversation.language


def wanted(handovers: Sequence[Handover]) -> list[Wanted]:
    """The demands of these handovers, in the same order; two queries however many they are."""
    cases = dict(_cases(handovers))
    passed: dict[UUID, dict[UUID, Passed]] = {}
    turned_down = Offer.objects.filter(handover__in=handovers, state__in=(Offer.State.DECLINED, Offer.State.EXPIRED))
    turned_down = turned_down.filter(offered_at__gte=F("handover__waiting_from"))
    by_member = turned_down.values_list("handover", "member").annotate(n=Count("pk"), at=Max("ended_at"))
    for handover, member, times, at in by_member:
        passed.setdefault(handover, {})[member] = Passed(times, at)
    found = []
    for row in handovers:
        team, tags = cases.get(row.conversation_id, (None, []))
        found.append(Wanted(row, team, frozenset(tag.lower() for tag in tags), passed.get(row.pk, {})))
    return found


def _cases(handovers: Sequence[Handover]) -> Iterable[tuple[UUID, tuple[int | None, list[str]]]]:
    conversations = [row.conversation_id for row in handovers]
    for pk, team, tags in Case.objects.filter(pk__in=conversations).values_list("pk", "team", "tags"):
        yield pk, (team, tags)


def choose(wish: Wanted, agents: Iterable[Agent]) -> Agent | None:
    """The least busy with room: of the wanted team and skill, else of the team, else with the skill, else of all.

    None when nobody has room, or all who have let it pass not long ago.
    """
    now = timezone.now()

    def may(agent: Agent) -> bool:
        passed = wish.passed.get(agent.member.pk)
        return agent.has_room and (passed is None or passed.is_over(now))

    def rank(agent: Agent) -> tuple[int, bool, bool, bool, float, int]:
        strange = wish.team is not None and wish.team not in agent.teams
        deaf = not _speaks(agent, wish.language)
        unversed = bool(wish.topics) and not wish.topics & agent.topics
        passed = wish.passed.get(agent.member.pk)
        return (passed.times if passed else 0, strange, deaf, unversed, agent.load / agent.capacity, agent.load)

    return min(filter(may, agents), key=rank, default=None)


def agents() -> list[Agent]:
    """Everybody who is there, with what they have, know and belong to."""
    default = DeskSettings.load().capacity
    rows = list(presence.available().select_related("member"))
    ids = [row.member_id for row in rows]
    has = Q(conversation__owner=Owner.HUMAN, conversation__closed_at=None)
    busy = dict(Case.objects.filter(has, assignee__in=ids).values_list("assignee").annotate(n=Count("pk")))
    offered = dict(Offer.objects.filter(state=Offer.State.OPEN, member__in=ids).values_list("member").annotate(n=Count("pk")))
    found = {
        row.member_id: Agent(row.member, busy.get(row.member_id, 0) + offered.get(row.member_id, 0), row.capacity or default)
        for row in rows
    }
    for member, kind, name in Skill.objects.filter(member__in=ids).values_list("member", "kind", "name"):
        (found[member].languages if kind == Skill.Kind.LANGUAGE else found[member].topics).add(name.lower())
    for member, team in Team.objects.filter(members__in=ids).values_list("members", "pk"):
        if member in found:
            found[member].teams.add(team)
    return list(found.values())


def _speaks(agent: Agent, language: str) -> bool:
    """A language counts by its first part: zh serves zh-hans. An agent who names none counts as able in any."""
    short = language.lower().partition("-")[0]
    return not agent.languages or not short or any(name.partition("-")[0] == short for name in agent.languages)
