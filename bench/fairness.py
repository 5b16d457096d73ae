"""Fair share: what one tenant feels when another one sends fifty times as much."""

from collections.abc import Iterator

from bench import load
from bench.arena import Company
from bench.messages import prepare
from bench.plan import Plan
from bench.row import Budget, Reference, Row, Spread
from bench.trial import Trial

TIMES = 50
MESSAGES, TURNS = 20.0, 1.0  # a second, of the quiet tenant
RISE = 1.2
LEAST_SECONDS = 40.0  # one question a second makes few to take a quantile of


def rows(trial: Trial) -> Iterator[Row]:
    """ms, the 95th percentile of a quiet tenant while another one sends 50 times as much, both at random moments: messages
    (20/s and 1,000/s, said → agent's socket) and fresh questions to the bot (1/s and 50/s, said → answer). Beside it: the
    quiet tenant alone, in the same run; the budget is on the ratio."""
    customers = 40 if trial.quick else 200
    _quiet, calm = prepare(trial, "calm", 20)
    _noisy, loud = prepare(trial, "loud", customers)
    yield _row("messages", [calm(MESSAGES), calm(MESSAGES)], loud(TIMES * MESSAGES))
    quiet = trial.another_shop("quietshop")
    plans = [_asking(trial, quiet, TURNS) for _ in range(2)]
    yield _row("questions", plans, _asking(trial, trial.shop, TIMES * TURNS))
    trial.calm(trial.shop)


def _row(what: str, plans: list[Plan], noisy: Plan) -> Row:
    """`plans`: the quiet tenant's, alone and beside the noisy one."""
    alone, _used = load.run(plans[0])
    with load.loads(plans[1], noisy) as (quiet, loud):
        beside, other = quiet.outcome(), loud.outcome()
    before, after = Spread.of(load.waits(alone)), Spread.of(load.waits(beside))
    reference = Reference("alone", before.p95)
    said = f"{noisy.rate:,.0f}/s were sent, {load.rate(other):,.0f}/s answered; the quiet tenant had {len(beside.ends)} of"
    note = f"{said} its {beside.unanswered + len(beside.ends)} answered. Why not less: docs/performance.md."
    budgets = (Budget("ratio", "<", RISE),)
    return Row(f"others' p95, a tenant at 50×: {what}", after.p95, "ms", after, (reference,), budgets, note)


def _asking(trial: Trial, company: Company, rate: float) -> Plan:
    seconds = max(trial.seconds, LEAST_SECONDS)
    customers, texts = int(20 + 4 * rate), trial.asked(int(rate * (seconds + 5) * 1.3) + 20)
    tokens = trial.arena.tokens(company, customers + len(texts) // 4)
    return Plan("ask", trial.arena.port, company.host, customers, tokens, texts, seconds, rate)
