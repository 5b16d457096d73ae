"""Customers' messages: said on a socket, committed, acknowledged, and on an agent's socket."""

from collections.abc import Iterator

from bench import load
from bench.arena import Company
from bench.plan import Console, Plan
from bench.row import Budget, Reference, Row, Spread
from bench.rows import references
from bench.rows.references import TEXT
from bench.trial import Trial

CUSTOMERS, CONSOLES = 400, 20
SHARE = 0.3


def rows(trial: Trial) -> Iterator[Row]:
    """messages/s, 400 customers' sockets in one tenant, all conversations with people (owner human: no bot works). Each
    customer has one message on its way and says the next when the former was acknowledged and had reached an agent's
    socket: once as the message itself on 20 consoles with 20 open conversations each, once as an inbox row on one console.
    Then, at 30 % of that rate and at random moments, milliseconds from when a message was due to its ack and to the agent."""
    customers = 80 if trial.quick else CUSTOMERS
    company, plan = prepare(trial, "talk", customers)
    bare = (references.echo(trial, customers), references.inserts(trial))
    outcome, used = load.run(plan(None), trial.processes())
    most = load.rate(outcome)
    budgets = (Budget("figure", "≥", 2000),)
    spread = Spread.of(load.waits(outcome))
    yield Row("messages said, committed, on an agent's socket", most, "/s", spread, bare, budgets, used)
    if not most:
        return
    yield from _at_ease(trial, plan(SHARE * most), SHARE * most)
    yield _one_console(trial, company, plan(None), bare)


def prepare(trial: Trial, slug: str, customers: int) -> tuple[Company, "Planner"]:
    """A tenant whose customers are all with agents."""
    consoles = max(1, customers // 20)
    company = trial.arena.found(slug, agents=consoles, capacity=20, gone_minutes=600)
    return company, Planner(trial, company, customers)


class Planner:
    """`planner(rate)` → the plan of so many messages a second, None for as many as go."""

    def __init__(self, trial: Trial, company: Company, customers: int) -> None:
        self.trial, self.company, self.customers = trial, company, customers
        self.tokens, conversations = _conversations(trial, company, customers)
        cookies = list(company.cookies.values())
        self.consoles = [Console(cookie, conversations[place :: len(cookies)]) for place, cookie in enumerate(cookies)]

    def __call__(self, rate: float | None) -> Plan:
        port, host = self.trial.arena.port, self.company.host
        tokens, seconds = self.tokens, self.trial.seconds
        return Plan("talk", port, host, self.customers, tokens, [TEXT], seconds, rate, consoles=self.consoles)


def _at_ease(trial: Trial, plan: Plan, rate: float) -> Iterator[Row]:
    outcome, used = load.run(plan, trial.processes())
    acks = Spread.of([acked - due for _own, due, acked, _answered in outcome.ends])
    ends = Spread.of(load.waits(outcome))
    yield Row(f"said → ack, {rate:,.0f} messages/s", acks.p50, "ms", acks, note=used)
    yield Row(f"said → agent's socket, {rate:,.0f} messages/s", ends.p50, "ms", ends)


def _one_console(trial: Trial, company: Company, plan: Plan, bare: tuple[Reference, ...]) -> Row:
    one = Console(next(iter(company.cookies.values())), [])
    by_inbox = Plan(**{**vars(plan), "consoles": [one], "by_inbox": True})
    outcome, used = load.run(by_inbox, trial.processes())
    note = f"The inbox gathers changes for 0.1 to 1 s and shows only the newest. {used}"
    return Row(
        "the same, noticed in one console's inbox", load.rate(outcome), "/s", Spread.of(load.waits(outcome)), bare, note=note
    )


def _conversations(trial: Trial, company: Company, count: int) -> tuple[list[str], list[str]]:
    """→ visitors' tokens and the conversations that agents have with them, in this order."""
    from django.db import transaction

    from apps.agents.models import Case
    from apps.conversations.customer import visitors
    from apps.conversations.models import Cause, Conversation, Handover, Owner, Visitor
    from apps.releases.publishing import active
    from apps.tenants import context

    # At once: what stands there without an agent for a moment, the product's sweeper puts right.
    with context.inside(context.Schema(company.slug)), transaction.atomic():
        people = Visitor.objects.bulk_create([Visitor() for _ in range(count)])
        release, members = active().number, list(company.members.values())
        made = Conversation.objects.bulk_create(
            [Conversation(visitor=person, release=release, owner=Owner.HUMAN, language="en") for person in people]
        )
        with_agents = [(row, members[place % len(members)]) for place, row in enumerate(made)]
        Handover.objects.bulk_create(
            Handover(conversation=row, reason=Cause.ASKED, state=Handover.State.ACCEPTED, accepted_by_id=member)
            for row, member in with_agents
        )
        Case.objects.bulk_create(Case(conversation=row, assignee_id=member) for row, member in with_agents)
        return [visitors.token(person)[0] for person in people], [str(row.pk) for row in made]
