"""The queue: who gets the next waiting customer, when an offer ends, when waiting ends. Each verb is one ledger page.

requested → offered → accepted → done; an offer declined or run out goes back to requested and to the next agent; nobody
there or nobody in time → nobody (message form). Everything here may run twice or late: each verb looks at the rows anew.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.agents import metrics, notices, presence
from apps.agents.models import Case, DeskSettings, Offer, Skill, Team
from apps.conversations import handover as handovers
from apps.conversations import ledger
from apps.conversations.models import Handover, Owner
from apps.tenants import context
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Member

State = Handover.State


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


def waiting() -> QuerySet[Handover]:
    """Open handovers that wait for an agent, in the order in which they are served."""
    found = Handover.objects.filter(done_at=None, state__in=handovers.WAITING, conversation__closed_at=None)
    return found.order_by(Coalesce("conversation__case__priority", 0).desc(), "requested_at", "pk")


def dispatch() -> int:
    """Offer the waiting handovers to the agents who have room; → how many offers were made.

    One dispatcher a tenant at a time; a second one leaves at once, and whoever the first has just missed is the sweeper's.
    """
    made = 0
    with alone("dispatch") as held:
        while held and (offered := _offer_to_all()):
            made += offered
    return made


def _offer_to_all() -> int:
    agents, made = _agents(), 0
    if not any(agent.has_room for agent in agents):
        return 0
    for handover in waiting().filter(state=State.REQUESTED).select_related("conversation__case")[:500]:
        chosen = choose(handover, agents)
        if chosen is None:
            break
        if offer(handover.pk, handover.conversation_id, chosen.member):
            chosen.load += 1
            made += 1
    return made


def choose(handover: Handover, agents: Iterable[Agent]) -> Agent | None:
    """The least busy with room: of the wanted team and skill, else of the team, else with the skill, else of all.

    Who let this handover pass is asked again only when nobody else is left.
    """
    team, tags = Case.objects.filter(pk=handover.conversation_id).values_list("team", "tags").first() or (None, [])
    topics = {tag.lower() for tag in tags}
    passed, language = _passed(handover), handover.conversation.language

    def rank(agent: Agent) -> tuple[int, bool, bool, bool, float, int]:
        strange = team is not None and team not in agent.teams
        deaf = not _speaks(agent, language)
        unversed = bool(topics) and not topics & agent.topics
        return (passed.get(agent.member.pk, 0), strange, deaf, unversed, agent.load / agent.capacity, agent.load)

    return min((agent for agent in agents if agent.has_room), key=rank, default=None)


def offer(handover: UUID, conversation: UUID, member: Member) -> bool:
    """Offer a requested handover to an agent for some seconds; False when it is no longer to be had."""
    seconds = DeskSettings.load().offer_seconds
    with ledger.page(conversation) as page:
        until = page.now + timedelta(seconds=seconds)
        mine = Handover.objects.filter(pk=handover, done_at=None, state=State.REQUESTED)
        if page.conversation.closed_at or not mine.update(state=State.OFFERED, due_at=until):
            return False
        row = Handover.objects.get(pk=handover)
        Offer.objects.create(handover=row, member=member, offered_at=page.now, expires_at=until)
        notices.after_commit(member.pk, notices.offer(row, until))
        enqueue("agents.end_offer", countdown=seconds + 0.2, handover=str(handover))
        metrics.OFFER_SECONDS.observe(max(0.0, (page.now - row.requested_at).total_seconds()))
    return True


def end_offer(handover: Handover, state: str, *, of: Member | None = None) -> bool:
    """An offer was declined (`of` the agent who has it) or ran out: the next one is asked. False when there was none such."""
    with ledger.page(handover.conversation_id) as page:
        found = Offer.objects.filter(handover=handover, state=Offer.State.OPEN)
        found = found.filter(member=of) if of else found.filter(expires_at__lte=page.now)
        ended = found.first()
        if ended is None or not found.filter(pk=ended.pk).update(state=state, ended_at=page.now):
            return False
        Handover.objects.filter(pk=handover.pk, state=State.OFFERED).update(state=State.REQUESTED, due_at=None)
        notices.after_commit(ended.member_id, notices.withdrawn(handover))
        metrics.OFFERS.labels(state).inc()
        enqueue("agents.dispatch")
    return True


def withdraw(page: ledger.Page, *, keep: Member | None = None) -> None:
    """End the conversation's open offers, because it is settled otherwise; `keep` is the one who took it."""
    for row in Offer.objects.filter(handover__conversation=page.conversation, state=Offer.State.OPEN).select_related(
        "handover"
    ):
        taken = keep is not None and row.member_id == keep.pk
        state = Offer.State.ACCEPTED if taken else Offer.State.WITHDRAWN
        Offer.objects.filter(pk=row.pk).update(state=state, ended_at=page.now)
        metrics.OFFERS.labels(state).inc()
        if not taken:
            notices.after_commit(row.member_id, notices.withdrawn(row.handover))


def end_waiting(handover: Handover) -> bool:
    """Nobody came, or nobody is left: the message form. False when somebody took it meanwhile."""
    with ledger.page(handover.conversation_id) as page:
        row = Handover.objects.filter(pk=handover.pk, done_at=None, state__in=handovers.WAITING).first()
        if row is None or page.conversation.owner != Owner.QUEUE:
            return False
        withdraw(page)
        handovers.give_up(page, row)
    return True


def put_back(page: ledger.Page, reason: str, *, team: Team | None = None) -> None:
    """Into the queue again: transferred to a team, or the agent went away."""
    conversation = page.conversation
    withdraw(page)
    Case.objects.update_or_create(conversation=conversation, defaults={"assignee": None, "team": team})
    row = conversation.handovers.filter(done_at=None).first()
    row = row or Handover(conversation=conversation, reason=reason, requested_at=conversation.waiting_since or page.now)
    if row.accepted_at or row.state == State.NOBODY:  # waited once already: their patience begins anew
        row.requested_at, row.accepted_at = page.now, None
    row.state, row.due_at, row.online, row.accepted_by = State.REQUESTED, None, True, None
    row.summary = row.summary or {"asked": handovers.last_words(page)}
    row.save()
    row.told_position, row.told_at = handovers.ahead(conversation) + 1, page.now
    row.save(update_fields=["told_position", "told_at"])
    conversation.waiting_since = conversation.waiting_since or page.now
    page.pass_to(Owner.QUEUE, online=True, position=row.told_position)
    enqueue("agents.dispatch")


def _passed(handover: Handover) -> dict[UUID, int]:
    """How often each agent let this handover pass."""
    rows = Offer.objects.filter(handover=handover, state__in=(Offer.State.DECLINED, Offer.State.EXPIRED))
    return dict(rows.values_list("member").annotate(n=Count("pk")))


def _agents() -> list[Agent]:
    default = DeskSettings.load().capacity
    rows = list(presence.available().select_related("member"))
    ids = [row.member_id for row in rows]
    has = Q(conversation__owner=Owner.HUMAN, conversation__closed_at=None)
    busy = dict(Case.objects.filter(has, assignee__in=ids).values_list("assignee").annotate(n=Count("pk")))
    offered = dict(Offer.objects.filter(state=Offer.State.OPEN, member__in=ids).values_list("member").annotate(n=Count("pk")))
    agents = {
        row.member_id: Agent(row.member, busy.get(row.member_id, 0) + offered.get(row.member_id, 0), row.capacity or default)
        for row in rows
    }
    for member, kind, name in Skill.objects.filter(member__in=ids).values_list("member", "kind", "name"):
        (agents[member].languages if kind == Skill.Kind.LANGUAGE else agents[member].topics).add(name.lower())
    for member, team in Team.objects.filter(members__in=ids).values_list("members", "pk"):
        if member in agents:
            agents[member].teams.add(team)
    return list(agents.values())


def _speaks(agent: Agent, language: str) -> bool:
    """A language counts by its first part: zh serves zh-hans. Who names none counts as able in any."""
    short = language.lower().partition("-")[0]
    return not agent.languages or not short or any(name.partition("-")[0] == short for name in agent.languages)


@contextmanager
def alone(work: str) -> Iterator[bool]:
    """Whether this is the only one at this work in the tenant. A killed one's lock ends with its connection."""
    name = f"{context.schema()}.{work}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
