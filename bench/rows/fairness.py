"""Fair share: what one tenant feels when another one sends fifty times as much."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from bench import load
from bench.arena import Company
from bench.plan import Plan
from bench.row import Budget, Reference, Row, Spread
from bench.rows.messages import prepare
from bench.trial import Trial

TIMES = 50
MESSAGES, TURNS = 20.0, 1.0  # a second, of the quiet tenant
RISE = 1.2
IN_THE_WAY = {
    "messages": "the loops of the web processes and the commits of the ledger, which all tenants share",
    "questions": "the cores and the workers' interpreters, which all tenants share; nobody's backlog",
}
Planned = Callable[[float], Plan]  # so many a second
LEAST_SECONDS = 40.0  # one question a second makes few to take a quantile of


def rows(trial: Trial) -> Iterator[Row]:
    """ms, the 95th percentile of a quiet tenant while another one sends 50 times as much, both at random moments: messages
    (20/s and 1,000/s, said → agent's socket) and fresh questions to the bot (1/s and 50/s, said → answer). Beside it: the
    quiet tenant alone, in the same run; the budget is on the ratio. Then the same when the other one's plan grants it as
    much as the quiet one sends: it goes on saying 50 times as much, and nearly all is refused."""
    customers = 40 if trial.quick else 200
    _quiet, calm = prepare(trial, "calm", 20)
    noisy, loud = prepare(trial, "loud", customers)
    yield from _rows("messages", MESSAGES, noisy, calm, loud)
    quiet = trial.another_shop("quietshop")
    asking = partial(_asking, trial, quiet), partial(_asking, trial, trial.shop)
    yield from _rows("questions", TURNS, trial.shop, *asking)
    trial.calm(trial.shop)


def _rows(what: str, rate: float, noisy: Company, calm: Planned, loud: Planned) -> Iterator[Row]:
    alone, _used = load.run(calm(rate))
    reference = Reference("alone", Spread.of(load.waits(alone)).p95)
    why = f"What a quiet tenant waits for: {IN_THE_WAY[what]} (docs/performance.md has the profile)."
    yield _beside(f"others' p95, a tenant at {TIMES}×: {what}", reference, calm(rate), loud(TIMES * rate), why)
    _limit(noisy, per_minute=int(rate * 60))
    yield _beside(f"the same, its plan grants {rate * 60:,.0f} a minute", reference, calm(rate), loud(TIMES * rate), why)
    _limit(noisy, per_minute=0)


def _beside(name: str, reference: Reference, quiet: Plan, noisy: Plan, why: str) -> Row:
    with load.loads(quiet, noisy) as (calm, loud):
        beside, other = calm.outcome(), loud.outcome()
    after = Spread.of(load.waits(beside))
    said = (len(other.ends) + other.refused + other.unanswered) / other.seconds
    refused = other.refused / other.seconds
    sent = f"{said:,.0f}/s were said, {load.rate(other):,.0f}/s answered, {refused:,.0f}/s refused by the plan"
    had = f"the quiet tenant had {len(beside.ends)} of its {beside.unanswered + len(beside.ends)} answered"
    note = f"{sent}; {had}. {why}"
    return Row(name, after.p95, "ms", after, (reference,), (Budget("ratio", "<", RISE),), note)


def _limit(company: Company, *, per_minute: int) -> None:
    """Sets the limit of a tenant's plan, 0 for no limit; returns when the web processes know."""
    from apps.tenants import context
    from apps.tenants import models as tenants
    from apps.tenants.web import hosts

    with context.inside(context.PUBLIC):
        granted = {"messages_per_minute": per_minute}
        plan, _made = tenants.Plan.objects.update_or_create(name=f"of {company.slug}", defaults=granted)
        tenants.Tenant.objects.filter(schema_name=company.slug).update(plan=plan)
    time.sleep(hosts.TASK_SECONDS + 1)


def _asking(trial: Trial, company: Company, rate: float) -> Plan:
    seconds = max(trial.seconds, LEAST_SECONDS)
    customers, texts = int(20 + 4 * rate), trial.asked(int(rate * (seconds + 5) * 1.3) + 20)
    tokens = trial.arena.tokens(company, customers + len(texts) // 4)
    return Plan("ask", trial.arena.port, company.host, customers, tokens, texts, seconds, rate)
