"""Every timer of the desk stands among what is due, whatever happened; so nobody has to look at tenants that sleep."""

import random
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from apps.agents import presence
from apps.agents.casework import casework
from apps.agents.metrics import STRANDED, WAITING
from apps.agents.models import DeskSettings, Errand, Offer, Ticket
from apps.agents.queue import waits
from apps.agents.tickets import errands, tickets
from apps.conversations.handover import leave_contact
from apps.conversations.models import Conversation, Handover, Owner
from apps.tenants import context, due
from apps.tenants.live import valkey
from apps.tenants.models import Due
from apps.tenants.sweeping import ROUND_KIND, look
from apps.tenants.workspace.models import Member, Role
from tests.agents.asking import ask, run_out, something, wait
from tests.agents.conftest import hire
from tests.cast import Cast

State = Handover.State
SLACK = timedelta(seconds=8)  # seconds of grace that entries are told with, and this machine's own


@pytest.fixture
def quiet(desk: Cast) -> Iterator[Cast]:
    """Nothing is due, anywhere; Bob is there."""
    settle(desk)
    valkey.client().delete(valkey.key("waits", schema="public"))
    yield desk
    DeskSettings.objects.update(patience_minutes=10, gone_minutes=2, offer_seconds=30)


def settle(desk: Cast) -> None:
    """Let the sweepers look until nothing but what lies ahead stands there."""
    with context.inside(context.PUBLIC):
        Due.objects.all().delete()
    for each in (desk.acme, desk.globex):
        with context.inside(each):
            due.tell(ROUND_KIND)
        look(each.schema_name)
    with context.inside(context.PUBLIC):
        Due.objects.filter(kind=ROUND_KIND).delete()


def entry(*sweepers: str) -> timedelta | None:
    """How far away the earliest entry is that wakes one of these sweepers of Acme."""
    heard = [kind for name in sweepers for kind in due.sweepers[name].after]
    with context.inside(context.PUBLIC):
        at = Due.objects.filter(schema="acme", kind__in=heard).aggregate(at=Min("at"))["at"]
    return None if at is None else at - timezone.now()


def look_at_acme() -> bool:
    """Sweeps Acme as if the time of every entry there had come."""
    with context.inside(context.PUBLIC):
        Due.objects.filter(schema="acme").update(at=timezone.now() - timedelta(seconds=1))
    return look("acme")


def test_a_desk_where_nothing_happens_is_never_asked(quiet: Cast) -> None:
    ask("How long does shipping take?")
    Conversation.objects.update(waiting_since=None)  # the bot answered
    assert look_at_acme()
    assert look_at_acme(), "the search reads once more, in case somebody was writing"
    assert entry(*due.sweepers) is None
    assert not look_at_acme()


def test_a_waiting_customer_is_looked_at_every_two_seconds(quiet: Cast) -> None:
    presence.choose(quiet.bob, "online")
    wait()
    for _ in range(3):
        assert look_at_acme()
        ahead = entry("agents.desk")
        assert ahead is not None
        assert ahead < timedelta(seconds=3)


def test_an_offer_that_runs_out_is_offered_again_though_every_task_was_lost(quiet: Cast) -> None:
    carol = hire("carol")
    handover = wait()
    look_at_acme()
    first = Offer.objects.get(handover=handover, state="open")
    run_out(handover)
    look_at_acme()
    second = Offer.objects.get(handover=handover, state="open")
    assert {first.member_id, second.member_id} == {quiet.bob.pk, carol.pk}


def test_an_agents_customer_is_looked_at_when_the_agent_could_be_gone(quiet: Cast) -> None:
    handover = wait()
    casework.claim(handover.pk, quiet.bob)
    casework.say(handover.conversation_id, quiet.bob, uuid.uuid4(), "How can I help?")
    look_at_acme()
    assert entry("agents.desk") is None, "nobody waits"
    Conversation.objects.update(waiting_since=timezone.now())
    with context.inside(quiet.acme):
        due.tell("conversations.said")  # as the hot path does with a customer's message
    look_at_acme()
    ahead = entry("agents.desk")
    assert ahead is not None
    assert timedelta(seconds=100) < ahead < timedelta(seconds=125)
    Conversation.objects.update(waiting_since=timezone.now() - timedelta(minutes=3))
    quiet.bob.presence.seen_at = timezone.now() - timedelta(minutes=3)
    quiet.bob.presence.save()
    look_at_acme()
    assert Conversation.objects.get().owner == Owner.QUEUE


@pytest.mark.parametrize("change", ["role", "is_active", "deleted"])
def test_who_may_not_answer_any_more_leaves_nobody_stranded(quiet: Cast, change: str) -> None:
    carol = hire("carol")
    handover = wait()
    casework.claim(handover.pk, carol)
    casework.say(handover.conversation_id, carol, uuid.uuid4(), "How can I help?")
    look_at_acme()
    assert entry("agents.desk") is None
    if change == "deleted":
        Member.objects.filter(pk=carol.pk).delete()
    else:
        setattr(carol, change, Role.VIEWER if change == "role" else False)
        carol.save()
    ahead = entry("agents.desk")
    assert ahead is not None
    assert ahead <= timedelta()
    look_at_acme()
    assert Conversation.objects.get().owner == Owner.QUEUE


def test_logging_in_is_no_news_for_the_desk(quiet: Cast) -> None:
    quiet.bob.last_login = timezone.now()
    quiet.bob.save(update_fields=["last_login"])
    assert entry("agents.desk") is None


def test_a_left_message_ends_with_its_ticket_or_after_a_week(quiet: Cast) -> None:
    presence.choose(quiet.bob, "offline")
    handover = wait()
    leave_contact(handover.conversation_id, "vera@example.org", "Vera")
    tickets.of_message(handover.pk)
    look_at_acme()
    ahead = entry("agents.desk")
    assert ahead is not None
    assert timedelta(days=6) < ahead < timedelta(days=8), "nobody waits, so nobody looks"
    tickets.change(Ticket.objects.all(), status="solved")
    ahead = entry("agents.desk")
    assert ahead is not None
    assert ahead <= timedelta()
    look_at_acme()
    handover.refresh_from_db()
    assert handover.state == State.DONE


def test_shorter_patience_holds_for_those_who_wait_already(quiet: Cast) -> None:
    handover = wait()
    casework.claim(handover.pk, quiet.bob)
    Conversation.objects.update(waiting_since=timezone.now())
    DeskSettings.objects.update(gone_minutes=60)
    look_at_acme()
    row = DeskSettings.load()
    row.gone_minutes = 1
    row.save(update_fields=["gone_minutes"])
    look_at_acme()
    ahead = entry("agents.desk")
    assert ahead is not None
    assert ahead < timedelta(seconds=65)


def test_an_errand_is_looked_after_at_its_next_try(quiet: Cast) -> None:
    errand = errands.send("email", "tests:1", {"ticket": 0, "to": "team@acme.example"})
    ahead = entry("agents.errands")
    assert ahead is not None
    assert ahead <= timedelta(seconds=5)
    errands.run(errand.pk)  # no such ticket: it fails
    errand.refresh_from_db()
    assert errand.wake_at is not None
    look_at_acme()
    ahead = entry("agents.errands")
    assert ahead is not None
    assert abs(ahead - (errand.wake_at + timedelta(seconds=5) - timezone.now())) < timedelta(seconds=2)
    Errand.objects.update(wake_at=None)
    look_at_acme()
    assert entry("agents.errands") is None


def test_what_was_said_is_read_for_the_search_once(quiet: Cast) -> None:
    ask("Where is my parcel with the blue teapot?")
    look_at_acme()
    assert not Conversation.objects.exclude(last_seq=0).filter(indexed=0).exists()


def test_a_question_is_woken_within_seconds_and_no_longer_than_it_waits(quiet: Cast) -> None:
    ask("How long is the warranty?")
    ahead = entry("conversations.questions")
    assert ahead is not None
    assert ahead <= timedelta(seconds=5)
    look_at_acme()
    ahead = entry("conversations.questions")
    assert ahead is not None
    assert ahead <= timedelta(seconds=5.5)
    Conversation.objects.update(waiting_since=None)
    look_at_acme()
    assert entry("conversations.questions") is None


def test_the_waiting_of_all_tenants_are_counted_though_few_are_looked_at(quiet: Cast) -> None:
    wait()
    wait()
    look_at_acme()
    assert (WAITING._value.get(), STRANDED._value.get()) == (2, 0)
    with context.inside(quiet.globex):
        waits.measure(waits.Found(3, 1))
    assert (WAITING._value.get(), STRANDED._value.get()) == (5, 1)
    with context.inside(quiet.globex):
        waits.measure(waits.Found())
    assert (WAITING._value.get(), STRANDED._value.get()) == (2, 0)
    old = f"7 7 {time.time() - 2 * waits.HOLDS_SECONDS:.0f}"
    valkey.client().hset(valkey.key("waits", schema="public"), "globex", old)
    look_at_acme()
    assert WAITING._value.get() == 2, "what nobody notes any more is over"


def test_whatever_happens_every_timer_stands_among_what_is_due(quiet: Cast) -> None:
    """A long random life of a desk in which every task is lost: before each look, what the rows wait for was told."""
    dice = random.Random(20261130)  # noqa: S311
    people = [quiet.bob, hire("carol"), hire("dave")]
    DeskSettings.objects.update(capacity=2)
    for _ in range(40):
        something(dice, people)
        for sweeper in due.sweepers.values():
            stood = entry(sweeper.name)
            wanted = sweeper.sweep()  # does what is due, and says what is next
            if wanted is not None:
                assert stood is not None, sweeper.name
                assert stood <= max(wanted, sweeper.every) + SLACK, (sweeper.name, stood, wanted)
        if dice.random() < 0.8:
            look_at_acme()


def test_mallorys_customers_are_no_news_of_acme(quiet: Cast) -> None:
    with context.inside(quiet.globex):
        wait()
        connection.close()
    assert entry(*due.sweepers) is None
