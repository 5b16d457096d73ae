"""The queue: who gets the next waiting customer, when an offer ends, when waiting ends. Each verb holds the rows it changes.

requested → offered → accepted → done; an offer declined or run out goes back to requested and to the next agent; nobody
there or nobody in time → nobody (message form). Everything here may run twice or late: each verb looks at the rows anew.
"""

import time
from collections.abc import Mapping
from datetime import timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.agents import metrics, notices
from apps.agents.models import Case, DeskSettings, Offer, Team
from apps.agents.queue import matching
from apps.conversations import need
from apps.conversations.handover import give_up
from apps.conversations.ledger import pages
from apps.conversations.models import Handover, Handovers, Owner
from apps.tenants.locks import in_turn
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Member

AT_ONCE = 100  # offers in one transaction
_LEFT = ExpressionWrapper(Q(left_at__isnull=False), output_field=BooleanField())


def waiting() -> Handovers:
    """Open handovers that wait for an agent, in the order in which they are served: those whose customer is there first."""
    found = Handover.objects.waiting().of_open_conversations()
    return found.order_by(_LEFT, Coalesce("conversation__case__priority", 0).desc(), "requested_at", "pk")


def dispatch(gather: float = 0.0) -> int:
    """Offer the waiting handovers to the agents who have room; → how many offers were made.

    One dispatcher a tenant at a time, and one that waits for it: the second sees everybody who came or was freed while
    the first looked, so a wake-up is never in vain; a third may leave. `gather`: the seconds that the first leaves for the
    others to come, so that a rush is a few looks and not one for each.
    """
    made = 0
    with in_turn("dispatch") as held:
        if held:
            time.sleep(gather)
        while held and (offered := offer(_choices())):
            made += offered
    return made


def _choices() -> dict[Handover, Member]:
    """The next waiting handovers, each with the agent that fits best. Whom all who have room let pass holds nobody up."""
    agents = matching.agents()
    chosen: dict[Handover, Member] = {}
    requested = waiting().requested().select_related("conversation")
    begin, end = 0, min(AT_ONCE, sum(max(0, agent.capacity - agent.load) for agent in agents))
    while end > begin and not chosen and (next_ones := list(requested[begin:end])):
        for wish in matching.wanted(next_ones):
            agent = matching.choose(wish, agents)
            if agent is not None:
                agent.load += 1
                chosen[wish.handover] = agent.member
        begin, end = end, end + AT_ONCE
    return chosen


def offer(chosen: Mapping[Handover, Member]) -> int:
    """Offer requested handovers to agents for some seconds, all in one transaction; → to how many it was still possible."""
    if not chosen:
        return 0
    seconds = DeskSettings.load().offer_seconds
    members = {handover.pk: member for handover, member in chosen.items()}
    with pages.held([handover.conversation_id for handover in chosen]) as now:
        until = now + timedelta(seconds=seconds)
        mine = Handover.objects.filter(pk__in=members).of_open_conversations()
        rows = list(mine.requested().order_by("requested_at"))  # so that each hears of the longest wait first
        mine.offer(until)
        offers = [Offer(handover=row, member=members[row.pk], offered_at=now, expires_at=until) for row in rows]
        Offer.objects.bulk_create(offers)
        for made in offers:
            notices.after_commit(made.member_id, notices.offer(made.handover, until))
            metrics.OFFER_SECONDS.observe(max(0.0, (now - made.handover.waiting_from).total_seconds()))
        if rows:
            enqueue("agents.end_offers", countdown=seconds + 0.2)
    return len(rows)


def decline(handover: Handover, member: Member) -> bool:
    """The agent who was offered it lets it pass: the next one is asked. False when there was no such offer."""
    with pages.page(handover.conversation_id) as page:
        mine = Offer.objects.filter(handover=handover, state=Offer.State.OPEN, member=member)
        if not mine.update(state=Offer.State.DECLINED, ended_at=page.now):
            return False
        Handover.objects.filter(pk=handover.pk).ask_again()
        notices.after_commit(member.pk, notices.withdrawn(handover))
        metrics.OFFERS.labels(Offer.State.DECLINED).inc()
        enqueue("agents.dispatch")
    return True


def withdraw(page: pages.Page, *, keep: Member | None = None) -> None:
    """End the conversation's open offers, because it is settled otherwise; `keep` is the one who took it."""
    for row in Offer.objects.filter(handover__conversation=page.conversation, state=Offer.State.OPEN).select_related(
        "handover"
    ):
        taken = keep is not None and row.member_id == keep.pk
        state = Offer.State.ACCEPTED if taken else Offer.State.WITHDRAWN
        Offer.objects.filter(pk=row.pk).update(state=state, ended_at=page.now)
        metrics.OFFERS.labels(state).inc()
        if not taken:
            Handover.objects.filter(pk=row.handover_id).ask_again()
            notices.after_commit(row.member_id, notices.withdrawn(row.handover))


def end_offers() -> None:
    """All whose time is over, and those that a worker who died left half-made."""
    with in_turn("end_offers") as held:
        while held and _expire():
            pass
    open_offer = Offer.objects.filter(handover=OuterRef("pk"), state=Offer.State.OPEN)
    Handover.objects.filter(~Exists(open_offer)).ask_again()


def _expire() -> int:
    """The next offers whose time is over, in one transaction; → how many there were."""
    over = Offer.objects.filter(state=Offer.State.OPEN, expires_at__lte=timezone.now()).select_related("handover")
    found = list(over[:AT_ONCE])
    if not found:
        return 0
    with pages.held([row.handover.conversation_id for row in found]) as now:
        mine = Offer.objects.filter(pk__in=[row.pk for row in found], state=Offer.State.OPEN)
        ended = list(mine.select_related("handover"))
        mine.update(state=Offer.State.EXPIRED, ended_at=now)
        Handover.objects.filter(pk__in=[row.handover_id for row in ended]).ask_again()
        for row in ended:
            notices.after_commit(row.member_id, notices.withdrawn(row.handover))
            metrics.OFFERS.labels(Offer.State.EXPIRED).inc()
        enqueue("agents.dispatch")
    return len(found)


def end_waiting(handover: Handover) -> bool:
    """Nobody came, or nobody is left: the message form. False when somebody took it meanwhile."""
    with pages.page(handover.conversation_id) as page:
        row = Handover.objects.waiting().filter(pk=handover.pk).first()
        if row is None or not page.conversation.is_queued:
            return False
        withdraw(page)
        give_up(page, row)
    return True


def put_back(page: pages.Page, reason: str, *, team: Team | None = None) -> None:
    """Into the queue again: transferred to a team, or the agent went away."""
    conversation = page.conversation
    withdraw(page)
    Case.objects.update_or_create(conversation=conversation, defaults={"assignee": None, "team": team})
    row = conversation.handovers.open().first()
    row = row or Handover(conversation=conversation, reason=reason, requested_at=conversation.waiting_since or page.now)
    row.summary = need.told(conversation, row.summary)
    conversation.wait(page.now)
    page.pass_to(Owner.QUEUE, online=True, position=row.wait(page.now))
    enqueue("agents.dispatch")
