"""The cost of a thousand tenants in which nothing happens, and its effect on the others."""

import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil

from bench import load
from bench.arena import Company, say
from bench.load import ROOT, Failed
from bench.plan import Plan
from bench.row import Budget, Reference, Row, Spread, missing
from bench.trial import Trial, inside

MANY, FEW = 1_000, 60
TRIES = 3  # of which the quickest counts: what else runs on the machine only ever adds
OFFERS, QUESTIONS = 12, 5.0  # offers in a try; questions a second
REST_SECONDS = 20.0  # for what a change left to do
AS_QUICK = 1.5  # times; a machine that is busy with other things moves medians more than a crowd of sleepers may


def rows(trial: Trial) -> Iterator[Row]:
    """Cores that all of the product's processes use together while nobody talks, with the tenants of the rows before and with
    a thousand more (60 with --quick). From the wish for a person to the offer to an agent, and from a question to its answer:
    the quickest of three tries, beside the same before they were made. How long the next one takes to make, and
    `manage.py prepare` with nothing to do."""
    few, many = 2, FEW if trial.quick else MANY
    desk = trial.arena.found("idledesk", agents=1, capacity=2 * TRIES * OFFERS + 10, offer_seconds=600)
    trial.shop  # noqa: B018  knows what is asked
    before = _Measured.of(trial, desk)
    first = _make(trial, 0, few)
    later = _make(trial, few, many)
    after = _Measured.of(trial, desk)
    said = f"{many} tenants, {'as --quick asks for; ' if trial.quick else ''}made in {sum(later):.0f} s."
    yield Row(
        f"{many} idle tenants, all processes",
        after.cores,
        "cores",
        references=(Reference("before they were made", before.cores),),
        budgets=(Budget("figure", "<", 0.1),),
        note=f"{said} {after.used}",
    )
    for name, now, then in (("wish for a person → offer", after.offers, before.offers), ("turn", after.turns, before.turns)):
        reference = Reference("before they were made", Spread.of(then).p50)
        budgets = (Budget("ratio", "<", AS_QUICK),)
        yield Row(f"{name}, beside {many} idle tenants", Spread.of(now).p50, "ms", Spread.of(now), (reference,), budgets)
    last = _make(trial, many, many + 5)
    reference = Reference("the first two", statistics.median(first))
    yield Row(
        f"tenant number {many + 1}", statistics.median(last), "s", Spread.of(last), (reference,), (Budget("figure", "<", 2),)
    )
    yield _prepared(many)


class _Measured:
    def __init__(self, cores: float, used: str, offers: list[float], turns: list[float]) -> None:
        self.cores, self.used, self.offers, self.turns = cores, used, offers, turns

    @classmethod
    def of(cls, trial: Trial, desk: Company) -> "_Measured":
        offers = [[_offered(desk) for _ in range(OFFERS)] for _ in range(TRIES)]
        turns = [_answered(trial) for _ in range(TRIES)]
        return cls(*_idle(trial), min(offers, key=statistics.median), min(turns, key=statistics.median))


def _answered(trial: Trial) -> list[float]:
    seconds = trial.seconds / 2
    texts = trial.asked(int(QUESTIONS * seconds) + 20)
    tokens = trial.arena.tokens(trial.shop, 3 * len(texts))
    plan = Plan("ask", trial.arena.port, trial.shop.host, len(texts), tokens, texts, seconds, QUESTIONS)
    outcome, _used = load.run(plan)
    trial.calm(trial.shop)
    return load.waits(outcome)


def _idle(trial: Trial) -> tuple[float, str]:
    """→ cores in all, and by whom."""
    time.sleep(REST_SECONDS)
    span = 10.0 if trial.quick else 60.0
    before = _used(trial.processes())
    time.sleep(span)
    after = _used(trial.processes())
    shares: dict[str, float] = {}
    for process, seconds in after.items():
        name = load.name_of(process) if process.is_running() else "ended"
        shares[name] = shares.get(name, 0.0) + (seconds - before.get(process, 0.0)) / span
    told = ", ".join(f"{name} {share:.3f}" for name, share in sorted(shares.items(), key=lambda pair: -pair[1]))
    return sum(shares.values()), f"Cores used: {told}."


def _used(processes: list[psutil.Process]) -> dict[psutil.Process, float]:
    found = {}
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        found[process] = times.user + times.system
    return found


def _offered(desk: Company) -> float:
    """Seconds from a customer's wish to the row of its offer: through the broker and the worker that makes it."""
    from django.utils import timezone

    from apps.agents.casework import casework
    from apps.agents.models import Offer, Presence
    from apps.conversations import handover
    from apps.conversations.models import Conversation, Visitor
    from apps.releases.publishing import active
    from apps.tenants.workspace.models import Member

    with inside(desk):
        agent = Member.objects.get(username="agent0")
        Presence.objects.update_or_create(member=agent, defaults={"state": "online", "seen_at": timezone.now()})
        row = Conversation.objects.create(visitor=Visitor.objects.create(), release=active().number)
        began = time.time()
        handover.ask_for_person(row.pk)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            offer = Offer.objects.filter(handover__conversation=row).first()
            if offer:
                casework.resolve(row.pk, agent)  # a tenant with a waiting customer is not idle
                return float(offer.offered_at.timestamp() - began)
            time.sleep(0.02)
    raise Failed("A wish for a person was offered to nobody for 30 s.")


def _make(trial: Trial, begin: int, end: int) -> list[float]:
    """Tenants of these numbers; → the seconds that each took."""
    from django.db import connection

    from apps.tenants.creation import create_tenant

    trial.arena  # noqa: B018  is up
    times = []
    for number in range(begin, end):
        began = time.monotonic()
        create_tenant(slug=f"idle{number}", name=f"Idle {number}", domains=[f"idle{number}.test"])
        times.append(time.monotonic() - began)
        if number % 100 == 99:
            say(f"  {number + 1} tenants made")
    connection.close()
    return times


def _prepared(many: int) -> Row:
    name = f"manage.py prepare, nothing to do, {many} tenants"
    began = time.monotonic()
    done = subprocess.run(
        (sys.executable, "manage.py", "prepare"), cwd=ROOT, env=dict(os.environ), capture_output=True, text=True
    )
    seconds = time.monotonic() - began
    if done.returncode:
        return missing(name, done.stderr[-300:])
    began = time.monotonic()
    subprocess.run((sys.executable, "manage.py", "check"), cwd=ROOT, env=dict(os.environ), capture_output=True, check=True)
    bare = time.monotonic() - began
    return Row(
        name, seconds, "s", references=(Reference("manage.py check", bare or math.nan),), budgets=(Budget("figure", "<", 60),)
    )
