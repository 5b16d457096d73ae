"""A customer who asks for a person: offered, declined, run out, re-offered, taken by exactly one, or asked for an e-mail."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from structlog.testing import capture_logs

from apps.agents import presence, sweeping
from apps.agents.casework import casework
from apps.agents.console import rows
from apps.agents.console.verbs.macro import RunMacro
from apps.agents.models import Case, DeskSettings, Macro, Offer, Presence, Skill, Team
from apps.agents.queue import queue
from apps.conversations.bot.story import HandedOver, Said
from apps.conversations.bot.wish import is_wanted
from apps.conversations.ledger import pages
from apps.conversations.models import Cause, Conversation, Event, Handover, Owner, Turn
from apps.conversations.worker import claim, record, shift
from apps.conversations.worker.answer import begun
from apps.tenants import context
from apps.tenants.locks import in_turn
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Site
from tests.agents.asking import ask, bulk, run_out, something, texts, wait
from tests.agents.conftest import hire
from tests.cast import Cast
from tests.waiting import somebody_waits_for_a_lock, wait_for

State = Handover.State


def offered(handover: Handover) -> Member | None:
    open_one = Offer.objects.filter(handover=handover, state="open").select_related("member").first()
    return open_one.member if open_one else None


def test_a_waiting_customer_is_offered_to_who_is_there(desk: Cast) -> None:
    handover = wait()
    assert handover.state == State.REQUESTED
    assert handover.told_position == 1
    assert queue.dispatch() == 1
    handover.refresh_from_db()
    assert (handover.state, offered(handover)) == (State.OFFERED, desk.bob)
    assert handover.due_at is not None
    assert queue.dispatch() == 0


def test_an_offer_declined_or_run_out_goes_to_the_next_and_then_round_again(desk: Cast) -> None:
    carol = hire("carol")
    handover = wait()
    queue.dispatch()
    first = offered(handover)
    assert first is not None
    casework.decline(handover.pk, first)
    queue.dispatch()
    second = offered(handover)
    assert {first, second} == {desk.bob, carol}
    queue.end_offers()
    assert offered(handover) == second, "its time is not over yet"
    run_out(handover)
    sweeping.sweep_desk()
    assert offered(handover) is None, "both have let it pass a moment ago"
    rest(handover, minutes=1)
    sweeping.sweep_desk()
    assert offered(handover) is not None
    assert list(Offer.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "expired", "open"]


def test_a_lone_agent_is_asked_again_later_each_time_and_not_for_ever(desk: Cast) -> None:
    DeskSettings.objects.update(patience_minutes=60)
    handover = wait()
    for pause in (1, 2, 5):
        sweeping.sweep_desk()
        assert offered(handover) == desk.bob
        casework.decline(handover.pk, desk.bob)
        rest(handover, seconds=pause * 60 - 5)
        sweeping.sweep_desk()
        assert offered(handover) is None, "not yet"
        rest(handover, seconds=5)
    sweeping.sweep_desk()
    casework.decline(handover.pk, desk.bob)
    rest(handover, minutes=50)
    sweeping.sweep_desk()
    assert offered(handover) is None
    handover.refresh_from_db()
    row = handover.conversation
    assert (handover.is_waiting, row.pk in rows.view("waiting", desk.bob).values_list("pk", flat=True)) == (True, True)
    casework.claim(handover.pk, desk.bob)  # by hand, whenever they like
    assert Case.objects.get(pk=row.pk).assignee == desk.bob


def test_whom_an_agent_let_pass_holds_nobody_up_and_a_newcomer_is_asked_at_once(desk: Cast) -> None:
    Presence.objects.update(capacity=1)
    first, second = wait(), wait()
    queue.dispatch()
    casework.decline(first.pk, desk.bob)
    queue.dispatch()
    assert (offered(first), offered(second)) == (None, desk.bob)
    carol = hire("carol")
    queue.dispatch()
    assert offered(first) == carol


def test_a_new_wait_begins_with_nobody_having_passed(desk: Cast) -> None:
    carol, handover = hire("carol"), wait()
    Offer.objects.all().delete()
    presence.choose(carol, "away")
    queue.dispatch()
    casework.decline(handover.pk, desk.bob)
    casework.claim(handover.pk, carol)
    casework.transfer(handover.conversation_id, carol, {"team": Team.objects.create(name="Returns").pk})
    queue.dispatch()
    assert offered(handover) == desk.bob


def rest(handover: Handover, **longer: float) -> None:
    """Lets time pass since the agents let it pass."""
    for row in Offer.objects.filter(handover=handover, ended_at__isnull=False):
        row.ended_at = row.ended_at and row.ended_at - timedelta(**longer)
        row.save(update_fields=["ended_at"])


def test_the_least_busy_with_room_and_skill_comes_first(desk: Cast) -> None:
    carol, dave = hire("carol"), hire("dave")
    Skill.objects.create(member=carol, name="zh-hans")
    Skill.objects.create(member=desk.bob, name="en")
    Skill.objects.create(member=dave, name="en")
    casework.take_over(ask().pk, desk.bob)
    chinese, english, more = wait("我要退货", language="zh-hans"), wait(), wait()
    queue.dispatch()
    assert offered(chinese) == carol
    assert offered(english) == dave
    assert offered(more) in (desk.bob, dave)


def test_a_team_is_asked_before_all_others(desk: Cast) -> None:
    carol = hire("carol")
    team = Team.objects.create(name="Returns")
    team.members.add(carol)
    row = ask()
    casework.take_over(row.pk, desk.bob)
    casework.transfer(row.pk, desk.bob, {"team": team.pk}, "please, @carol")
    handover = Handover.objects.get(conversation=row)
    queue.dispatch()
    assert offered(handover) == carol
    casework.decline(handover.pk, carol)
    queue.dispatch()
    assert offered(handover) == desk.bob


def test_nobody_gets_more_than_their_capacity(desk: Cast) -> None:
    Presence.objects.filter(member=desk.bob).update(capacity=2)
    handovers = [wait() for _ in range(3)]
    assert queue.dispatch() == 2
    assert [offered(handover) for handover in handovers] == [desk.bob, desk.bob, None]
    casework.claim(handovers[0].pk, desk.bob)
    queue.dispatch()
    assert offered(handovers[2]) is None
    casework.resolve(handovers[0].conversation_id, desk.bob)
    queue.dispatch()
    assert offered(handovers[2]) == desk.bob


def test_a_wake_up_during_a_dispatch_is_not_in_vain(desk: Cast) -> None:
    """While one dispatcher works, the next waits for its turn and sees what the first has missed; a third may leave."""
    working, freed = threading.Event(), threading.Event()

    def first() -> int:
        with context.inside(desk.acme), in_turn("dispatch") as held:
            working.set()
            freed.wait(20)
            return int(held)

    def later() -> int:
        with context.inside(desk.acme):
            try:
                return queue.dispatch()
            finally:
                connection.close()

    with ThreadPoolExecutor(4) as pool:
        busy = pool.submit(first)
        working.wait(20)
        second = pool.submit(later)
        handover = wait()
        wait_for(somebody_waits_for_a_lock)
        assert later() == 0, "one is waiting already"
        freed.set()
        assert (busy.result(20), second.result(20)) == (1, 1)
    assert offered(handover) == desk.bob


def test_many_are_offered_in_one_transaction_and_each_agent_is_told(desk: Cast, django_assert_max_num_queries: Any) -> None:
    Presence.objects.filter(member=desk.bob).update(capacity=40)
    handovers = [wait() for _ in range(30)]
    with django_assert_max_num_queries(30):
        assert queue.dispatch() == 30
    assert {offered(handover) for handover in handovers} == {desk.bob}
    assert Handover.objects.filter(state=State.OFFERED).count() == 30


def test_of_fifty_claims_at_once_exactly_one_wins(desk: Cast) -> None:
    handover = wait()
    agents = [hire(f"agent{number}") for number in range(50)]
    start = threading.Barrier(50)

    def try_it(member: Member) -> bool:
        start.wait()
        with context.inside(desk.acme):
            try:
                casework.claim(handover.pk, member)
            except Refusal:
                return False
            finally:
                connection.close()
        return True

    with ThreadPoolExecutor(50) as pool:
        won = list(pool.map(try_it, agents))
    assert sum(won) == 1
    winner = agents[won.index(True)]
    handover.refresh_from_db()
    assert (handover.state, handover.accepted_by) == (State.ACCEPTED, winner)
    assert Case.objects.get(pk=handover.conversation_id).assignee == winner
    owners = Event.objects.filter(kind="owner", body__owner="human")
    assert [event.body["agent"]["name"] for event in owners] == [str(winner)]


def test_when_patience_ends_the_customer_gets_the_message_form_and_the_bot_goes_on(desk: Cast) -> None:
    handover = wait()
    queue.dispatch()
    Handover.objects.update(waiting_from=timezone.now() - timedelta(minutes=11))
    run_out(handover)
    sweeping.sweep_desk()
    handover.refresh_from_db()
    row = handover.conversation
    row.refresh_from_db()
    assert handover.state == State.NOBODY
    assert "look here for our answer" in texts(row, "bot")[-1], "the tenant has no mail, and promises none"
    assert row.events.last().body == {"owner": "queue", "online": False}  # type: ignore[union-attr]
    again = ask("hello", row.visitor)
    shift.answer(again.pk)
    again.refresh_from_db()
    assert again.owner == Owner.BOT


def test_when_the_last_agent_leaves_the_customer_is_told_and_when_one_comes_back_waits_again(desk: Cast) -> None:
    handover = wait()
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=91))
    sweeping.sweep_desk()
    handover.refresh_from_db()
    assert (handover.state, handover.online) == (State.NOBODY, False)
    presence.beat(desk.bob)
    sweeping.sweep_desk()
    handover.refresh_from_db()
    assert (handover.state, offered(handover)) == (State.OFFERED, desk.bob)


@pytest.mark.parametrize("how", ["away", "dropped"])
def test_who_waits_hears_nothing_of_an_agent_who_is_back_within_a_minute(desk: Cast, how: str) -> None:
    handover = wait()
    before = handover.conversation.events.count()
    for _ in range(3):
        if how == "away":
            presence.choose(desk.bob, "away")
        else:
            Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=80))
        sweeping.sweep_desk()
        handover.refresh_from_db()
        assert handover.is_waiting
        presence.choose(desk.bob, "online")
        sweeping.sweep_desk()
    assert handover.conversation.events.count() == before


def test_each_thing_is_said_once_and_place_and_clock_stay(desk: Cast) -> None:
    """Agents who come and go for longer: nobody hears the same twice, and the first in line stays the first."""
    first, second = wait(), wait()
    asked = first.requested_at
    for _ in range(3):
        presence.choose(desk.bob, "offline")
        sweeping.sweep_desk()
        first.refresh_from_db()
        assert first.state == State.NOBODY
        presence.choose(desk.bob, "online")
        Presence.objects.update(capacity=0)  # there, and with no room
        sweeping.sweep_desk()
    first.refresh_from_db()
    assert (first.requested_at, first.ahead(), Handover.objects.get(pk=second.pk).ahead()) == (asked, 0, 1)
    row = first.conversation
    row.refresh_from_db()
    assert row.waiting_since == asked
    assert [("No one is online" in text) for text in texts(row, "bot")] == [False, True], "handed over, then sorry, once"


def test_who_is_there_outside_office_hours_is_there(desk: Cast) -> None:
    other = (timezone.now() + timedelta(days=3)).strftime("%a").lower()
    Site.objects.update(office_hours={other: [["09:00", "18:00"]]})
    try:
        assert not Site.load().is_open()
        handover = wait()
        queue.dispatch()
        assert offered(handover) == desk.bob
    finally:
        Site.objects.update(office_hours={})


def test_with_nobody_there_it_is_as_before(desk: Cast) -> None:
    presence.choose(desk.bob, "away")
    handover = wait()
    assert (handover.state, handover.online) == (State.NOBODY, False)
    assert "No one is online" in texts(handover.conversation, "bot")[0]


def test_a_holiday_is_no_office_hour(desk: Cast) -> None:
    site = Site.load()
    assert site.is_open()
    site.holidays = [timezone.now().date().isoformat()]
    assert not site.is_open()


def test_a_dropped_console_counts_as_away_after_thirty_seconds_and_not_at_once(desk: Cast) -> None:
    def seen(ago: int) -> str:
        Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=ago))
        return presence.states()[str(desk.bob.pk)]

    assert [seen(ago) for ago in (1, 25, 35)] == ["online", "online", "away"]
    assert not presence.somebody()


def test_a_gone_agents_customer_waits_in_the_queue_again(desk: Cast) -> None:
    carol = hire("carol")
    handover = wait()
    casework.claim(handover.pk, carol)
    Conversation.objects.update(waiting_since=timezone.now() - timedelta(minutes=3))
    Presence.objects.filter(member=carol).update(seen_at=timezone.now() - timedelta(minutes=3))
    sweeping.sweep_desk()
    handover.refresh_from_db()
    assert (handover.state, offered(handover)) == (State.OFFERED, desk.bob)


def test_no_customer_waits_in_no_queue(desk: Cast) -> None:
    lost, held = ask(), ask()
    Conversation.objects.filter(pk=lost.pk).update(owner=Owner.QUEUE)
    Conversation.objects.filter(pk=held.pk).update(owner=Owner.HUMAN)
    wait()
    casework.take_over(ask().pk, desk.bob)
    assert set(sweeping.stranded()) == {lost, held}
    assert sweeping.sweep_desk().stranded == 0
    assert set(Handover.objects.filter(done_at=None, reason="lost").values_list("conversation", flat=True)) == {
        lost.pk,
        held.pk,
    }


def test_whatever_happens_every_waiting_customer_stays_in_a_queue(desk: Cast) -> None:
    """A long random life of a desk, every task lost: after each sweep nobody is stranded and no offer is double."""
    dice = random.Random(20261121)  # noqa: S311
    people = [desk.bob, hire("carol"), hire("dave")]
    DeskSettings.objects.update(capacity=2)
    for _ in range(120):
        something(dice, people)
        if dice.random() < 0.3:
            found = sweeping.sweep_desk()
            assert found.stranded == 0
        assert not Offer.objects.filter(state="open").exclude(handover__state=State.OFFERED).exists()
    sweeping.sweep_desk()
    for row in Conversation.objects.filter(owner=Owner.QUEUE, closed_at=None):
        assert row.handovers.filter(done_at=None, state__in=(State.REQUESTED, State.OFFERED, State.NOBODY)).count() == 1


def test_the_position_is_told_when_it_means_something(desk: Cast) -> None:
    DeskSettings.objects.update(capacity=1)
    handovers = [wait() for _ in range(6)]
    assert [handover.told_position for handover in handovers] == [1, 2, 3, 4, 5, 6]
    casework.claim(handovers[0].pk, desk.bob)
    Handover.objects.update(told_at=timezone.now() - timedelta(minutes=1))
    sweeping.sweep_desk()
    sweeping.sweep_desk()
    told = [list(h.conversation.events.filter(kind="owner").values_list("body__position", flat=True)) for h in handovers[1:]]
    assert told == [[2, 1], [3, 2], [4, 3], [5], [6]], "five and six have moved by one only"
    last = handovers[1].conversation.events.filter(kind="owner").last()
    assert last is not None
    assert last.body["wait_seconds"] % 60 == 0


WISHES = ["我要转人工", "agent please", "can someone real help me", "有人吗", "Where is my order?\nagent please"]


@pytest.mark.parametrize("wish", WISHES[:2] + WISHES[4:])
def test_a_wish_for_a_person_is_known(wish: str) -> None:
    assert is_wanted(wish)


def test_three_wishes_in_a_row_in_any_wording_reach_the_queue(desk: Cast) -> None:
    said = ["有人吗", "hmm humans anywhere", "i would rather have somebody on the phone"]
    assert not any(is_wanted(text) for text in said)
    row = ask(said[0])
    for text in said[1:]:
        with pages.page(row.pk) as page:
            page.append(Event.Kind.MESSAGE, Event.Author.BOT, {"author": {"kind": "bot"}, "text": "I did not get that."})
        row = ask(text, row.visitor)
    with capture_logs() as logs:
        shift.answer(row.pk)
    row.refresh_from_db()
    assert row.owner == Owner.QUEUE
    assert [line["event"] for line in logs if line["event"] == "person_wanted"] == ["person_wanted"]


def test_each_wish_leaves_one_line_in_the_log(desk: Cast) -> None:
    row = ask("agent please")
    with capture_logs() as logs:
        shift.answer(row.pk)
        row = ask("我要转人工", row.visitor)
        shift.answer(row.pk)
        from apps.conversations.handover import ask_for_person

        ask_for_person(row.pk)
    wishes = [line for line in logs if line["event"] == "person_wanted"]
    assert [(line["how"], line["owner"], line["reached"]) for line in wishes] == [
        ("said", "bot", "queue"), ("said", "queue", "queue"), ("button", "queue", "queue"),
    ]  # fmt: skip


def test_bot_and_people_never_speak_in_one_epoch(desk: Cast) -> None:
    """Many hands on one conversation at once, in a random order: no epoch ever holds words of two kinds of speakers."""
    carol = hire("carol")
    row = ask()
    seeds = list(range(5))

    def hand(seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311
        with context.inside(desk.acme):
            try:
                for _ in range(30):
                    _act(dice, row.pk, dice.choice([desk.bob, carol, desk.alice]))
                    time.sleep(dice.random() * 0.01)
            finally:
                connection.close()

    spoken: dict[int, set[str]] = {}
    for _ in range(20):  # how often each gets a word in is the scheduler's choice; a round more until both did
        with ThreadPoolExecutor(len(seeds)) as pool:
            list(pool.map(hand, seeds))
        seeds = [seed + len(seeds) for seed in seeds]
        spoken = speakers(row)
        if {author.partition(":")[0] for authors in spoken.values() for author in authors} == {"bot", "agent"}:
            break
    else:
        pytest.fail("Only one side ever spoke.")
    assert all(len(authors) == 1 for authors in spoken.values()), spoken
    seqs = list(row.events.values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def speakers(row: Conversation) -> dict[int, set[str]]:
    """The speakers of each epoch."""
    spoken: dict[int, set[str]] = {}
    for event in row.events.filter(kind="message", author__in=("bot", "agent")):
        spoken.setdefault(event.epoch, set()).add(f"{event.author}:{event.member_id}")
    return spoken


def _act(dice: random.Random, pk: uuid.UUID, me: Member) -> None:
    try:
        match dice.randrange(8):
            case 0:
                casework.take_over(pk, me)
            case 1 | 2:
                casework.say(pk, me, uuid.uuid4(), "a person speaks")
            case 3:
                casework.transfer(pk, me, {"bot": True})
            case 4:
                ask("And now?", Conversation.objects.get(pk=pk).visitor)
            case _:
                _bot_answers(dice, pk)
    except Refusal:
        pass


def _bot_answers(dice: random.Random, pk: uuid.UUID) -> None:
    """The bot's turn as the shell runs it: claimed, slow, and stored only if nobody else spoke or took over meanwhile."""
    claims = claim.take([pk])
    if not claims:
        return
    turn = begun(claims[0])
    time.sleep(dice.random() * 0.004)
    turn.state, turn.end = (
        Turn.State.DONE,
        Said("the bot speaks", tier=1) if dice.random() < 0.8 else HandedOver(Cause.ASKED),
    )
    record.record([turn])


def test_out_of_a_colleagues_hands_only_who_may_take_it(desk: Cast) -> None:
    """Whatever the way: to oneself, to a team of one, to a colleague, through the bot, or by resolving and reopening."""
    carol = hire("carol")
    team = Team.objects.create(name="carol alone")
    team.members.add(carol)
    row = ask()
    casework.take_over(row.pk, desk.bob)
    macro = Macro.objects.create(shortcut="grab", title="Grab", pass_to="team", to_team=team)
    before = row.events.count()
    ways: list[Callable[[], object]] = [
        lambda: casework.take_over(row.pk, carol),
        *(
            partial(casework.transfer, row.pk, carol, to, "mine now")
            for to in ({"agent": carol.pk}, {"agent": desk.alice.pk}, {"team": team.pk}, {"bot": True})
        ),
        lambda: casework.resolve(row.pk, carol),
        lambda: RunMacro(row.pk, macro.pk, uuid.uuid4()).act(carol),
        lambda: casework.say(row.pk, carol, uuid.uuid4(), "Hello"),
    ]
    presence.choose(desk.alice, "online")
    for way in ways:
        with pytest.raises(Refusal):
            way()
    for told in (bulk(carol, "resolve", row.pk), bulk(carol, "team", row.pk, team=team.pk)):
        assert [refused["conversation"] for refused in told["refused"]] == [str(row.pk)]
    assert row.events.count() == before, "not even a note is left of it"
    assert Case.objects.get(pk=row.pk).assignee == desk.bob


def test_who_supervises_and_who_has_it_passes_it_on(desk: Cast) -> None:
    carol, row = hire("carol"), ask()
    casework.take_over(row.pk, desk.bob)
    casework.transfer(row.pk, desk.bob, {"agent": desk.bob.pk}, "thinking aloud")
    assert Case.objects.get(pk=row.pk).assignee == desk.bob
    casework.transfer(row.pk, desk.alice, {"agent": desk.alice.pk})
    assert Case.objects.get(pk=row.pk).assignee == desk.alice
    casework.transfer(row.pk, desk.alice, {"agent": carol.pk})
    presence.choose(carol, "offline")
    casework.transfer(row.pk, desk.bob, {"agent": desk.bob.pk})  # who went home holds nobody up
    assert Case.objects.get(pk=row.pk).assignee == desk.bob


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "viewer"}])
def test_nobody_gets_it_who_may_not_answer(change: dict[str, Any], desk: Cast) -> None:
    carol, row = hire("carol"), ask()
    casework.take_over(row.pk, desk.bob)
    Member.objects.filter(pk=carol.pk).update(**change)
    with pytest.raises(Refusal, match="not online"):
        casework.transfer(row.pk, desk.bob, {"agent": carol.pk})
