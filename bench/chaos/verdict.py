"""Compares what each client wrote down with the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from apps.agents import sweeping
from apps.conversations.models import Conversation, Event, Handover, Owner, Turn
from apps.tenants import context
from bench.arena import Company
from bench.chaos.agent import Agent
from bench.chaos.customer import Customer


@dataclass
class Ledger:
    """One tenant's database as it stands. `open_ends`: questions that nothing has come of yet."""

    events: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    by_client: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    open_ends: list[str] = field(default_factory=list)
    stranded: int = 0
    waiting: int = 0
    turns: int = 0
    again: int = 0
    handovers: int = 0


@contextmanager
def reading(company: Company) -> Iterator[None]:
    """The company's database, read in whichever thread; its connection goes back to the pool, which has few of them."""
    connection.close()  # the server may have been killed since
    try:
        with context.inside(context.Schema(company.slug)):
            yield
    finally:
        connection.close()


def read(company: Company) -> Ledger:
    found = Ledger()
    with reading(company):
        for event in Event.objects.order_by("conversation", "seq"):
            found.events[str(event.conversation_id)].append(event)
            if event.client_id:
                found.by_client[str(event.client_id)].append(event)
        for row in Conversation.objects.open():
            if _is_open(row, found.events[str(row.pk)]):
                found.open_ends.append(str(row.pk))
        found.stranded = sweeping.stranded().count()
        found.waiting = Handover.objects.waiting().count()
        found.turns, found.again = Turn.objects.count(), Turn.objects.filter(attempt__gt=1).count()
        found.handovers = Handover.objects.count()
    return found


def _is_open(row: Conversation, events: Sequence[Event]) -> bool:
    """Asked, and neither answered nor handed over nor told that nobody is there. A person who has it will answer."""
    if row.is_with_person:
        return False
    asked = max((event.seq for event in events if event.author == Event.Author.VISITOR and event.kind == "message"), default=0)
    ends = [event for event in events if event.seq > asked and event.kind in ("message", "owner")]
    if not asked or ends:
        return False
    return not Turn.objects.filter(conversation=row, epoch=row.epoch, state=Turn.State.CANCELLED).exists()  # told to stop


@dataclass
class Verdict:
    """`counts`: how often each promise was broken. `examples`: the first of each, for whoever looks for the cause."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def broken(self, promise: str, *what: Any) -> None:
        self.counts[promise] += 1
        if len(self.examples[promise]) < 5:
            self.examples[promise].append(" ".join(str(each) for each in what))


MISSING = "acknowledged messages missing"
UNTAKEN = "messages never acknowledged"
TWICE = "duplicates"
GAPS = "gaps in seq seen by any client"
OLD = "messages of an old epoch, or out of turn"
STRANDED = "customers waiting in no queue"
ENDLESS = "questions with no end"
FOREIGN = "rows or events seen in the wrong tenant"
WON_TWICE = "handovers won twice"
LIMITED = "refused by limits that are lifted"
PROMISES = (MISSING, UNTAKEN, TWICE, GAPS, OLD, STRANDED, ENDLESS, FOREIGN, WON_TWICE, LIMITED)


def judge(parties: Iterable[tuple[Company, Ledger, list[Customer], list[Agent]]]) -> Verdict:
    verdict, slugs = Verdict(), []
    parties = list(parties)
    slugs = [company.slug for company, *_rest in parties]
    for company, ledger, customers, agents in parties:
        for customer in customers:
            _judge_customer(verdict, ledger, customer)
        for agent in agents:
            _judge_agent(verdict, ledger, agent)
        _judge_ledger(verdict, ledger)
        _judge_wins(verdict, agents)
        others = [f"{slug}-" for slug in slugs if slug != company.slug]
        _judge_tenancy(verdict, company, ledger, [*customers, *agents], others)
    return verdict


def _judge_customer(verdict: Verdict, ledger: Ledger, customer: Customer) -> None:
    diary = customer.diary
    for own, said in diary.said.items():
        kept = ledger.by_client.get(own, [])
        if said.seq and (not kept or (str(kept[0].conversation_id), kept[0].seq) != (said.conversation, said.seq)):
            verdict.broken(MISSING, own, said)
        if not said.seq and not said.refused:
            verdict.broken(UNTAKEN, own, said)
        if len(kept) > 1:
            verdict.broken(TWICE, own, said)
    for _ in range(diary.repeats):
        verdict.broken(TWICE, "seen twice by customer", customer.number)
    for _ in range(diary.limited):
        verdict.broken(LIMITED, "customer", customer.number)
    for conversation, seen in diary.seen.items():
        kept_here = [event.seq for event in ledger.events.get(conversation, ()) if event.kind != Event.Kind.NOTE]
        whole = conversation == customer.conversation
        numbers = [seq for seq, _kind in seen]
        if numbers != (kept_here if whole else kept_here[: len(numbers)]):
            verdict.broken(GAPS, "customer", customer.number, conversation, numbers, "kept", kept_here)


def _judge_agent(verdict: Verdict, ledger: Ledger, agent: Agent) -> None:
    shift = agent.shift
    for own, said in shift.said.items():
        kept = ledger.by_client.get(own, [])
        if said.seq and (not kept or kept[0].seq != said.seq):
            verdict.broken(MISSING, "agent", own, said)
        if len(kept) > 1:
            verdict.broken(TWICE, "agent", own, said)
    for _ in range(shift.repeats):
        verdict.broken(TWICE, "seen twice by", agent.name)
    for _ in range(shift.inbox_holes):
        verdict.broken(GAPS, "inbox of", agent.name)


def _judge_ledger(verdict: Verdict, ledger: Ledger) -> None:
    texts: Counter[str] = Counter()
    for conversation, events in ledger.events.items():
        owner, epoch = Owner.BOT.value, 0
        if [event.seq for event in events] != list(range(1, len(events) + 1)):
            verdict.broken(GAPS, "in the ledger", conversation)
        for event in events:
            if event.epoch < epoch:
                verdict.broken(OLD, conversation, event.seq, event.epoch, "after", epoch)
            epoch = max(epoch, event.epoch)
            if event.kind == Event.Kind.OWNER:
                owner = event.body["owner"]
            elif event.kind == Event.Kind.MESSAGE and _is_out_of_turn(event, owner):
                verdict.broken(OLD, conversation, event.seq, event.author, "while it was", owner)
            if event.kind == Event.Kind.MESSAGE and event.author in (Event.Author.VISITOR, Event.Author.AGENT):
                texts[str(event.body["text"])] += 1
    for text, times in texts.items():
        if times > 1:
            verdict.broken(TWICE, text)
    for conversation in ledger.open_ends:
        verdict.broken(ENDLESS, conversation)
    for _ in range(ledger.stranded):
        verdict.broken(STRANDED)


def _is_out_of_turn(event: Event, owner: str) -> bool:
    """The bot while a person has the conversation, a person while they have it not."""
    if event.author == Event.Author.AGENT:
        return owner != Owner.HUMAN
    return event.author == Event.Author.BOT and owner == Owner.HUMAN


def _judge_wins(verdict: Verdict, agents: list[Agent]) -> None:
    winners = Counter(handover for agent in agents for handover in agent.shift.won)
    for handover, times in winners.items():
        if times > 1:
            verdict.broken(WON_TWICE, handover)


def _judge_tenancy(verdict: Verdict, company: Company, ledger: Ledger, people: list[Any], others: list[str]) -> None:
    """Every message and every article of the trial names its tenant."""
    seen = [text for person in people for text in (person.diary if isinstance(person, Customer) else person.shift).texts]
    kept = [str(event.body) for events in ledger.events.values() for event in events]
    for text in (*seen, *kept):
        if any(other in text for other in others):
            verdict.broken(FOREIGN, company.slug, text[:200])
    for agent in people:
        if isinstance(agent, Agent):
            for conversation in agent.shift.rows - ledger.events.keys():
                verdict.broken(FOREIGN, agent.name, "has the row of", conversation)
