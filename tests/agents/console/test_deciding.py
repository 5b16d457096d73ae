"""A flow's question to colleagues in the console: seen by those it is for, answered by one of them, told to the others."""

import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from apps.agents.casework import casework, deciding, flow_card
from apps.agents.console import frames
from apps.agents.models import Team
from apps.conversations import sweeping
from apps.conversations.models import Conversation, Decision, Event, Owner
from apps.conversations.worker.shift import answer
from apps.flows.models import Flow
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Role
from tests.agents.client import sit_down
from tests.agents.conftest import hire
from tests.agents.console.test_flows import notes, place
from tests.agents.console.test_socket import inside
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.worker.test_answer import said
from tests.conversations.worker.test_asking import BEGIN, GOODWILL, overdue
from tests.conversations.worker.test_flows import talk

CHOICES = "choices: [grant, refuse], "


@pytest.fixture
def shop(desk: Cast) -> Iterator[Cast]:
    """Acme gives back what a colleague grants; Bob is there."""
    Flow.objects.create(name="goodwill", text=GOODWILL, enabled=True)
    publish()
    with translation.override("en"):
        yield desk
    connection.close()


@pytest.fixture
def asked(shop: Cast) -> Conversation:
    return talk(shop, *BEGIN)


def rewrite(old: str, new: str) -> None:
    Flow.objects.update(text=GOODWILL.replace(old, new))
    publish()


def decide(me: Member, text: str = "grant", row: Decision | None = None, own: str = "") -> dict[str, Any]:
    """A frame of the console, from the wire on."""
    row = row or Decision.objects.open().get()
    told = {"type": "decide", "decision": str(row.pk), "client_id": own or str(uuid.uuid4()), "answer": text}
    frame: Any = frames.parse(json.dumps(told))
    result = frame.act(me)
    assert isinstance(result, dict)
    return result


def refused(me: Member, text: str = "grant", row: Decision | None = None) -> Refusal:
    with pytest.raises(Refusal) as error:
        decide(me, text, row)
    return error.value


def test_the_card_says_who_asks_what_and_with_which_facts(shop: Cast, asked: Conversation) -> None:
    (card,) = deciding.cards(shop.bob)
    assert (card["visitor"], card["question"], card["flow"]) == (shop.vera.name, "Give back €45?", "Goodwill")
    assert card["choices"] == [{"value": "grant", "label": "grant"}, {"value": "refuse", "label": "refuse"}]
    assert [(field["label"], field["sensitive"]) for field in card["fields"]] == [("amount", False), ("phone number", True)]
    assert card["fields"][1]["shown"].endswith("•143")
    assert "503" not in json.dumps(card)


def test_the_answer_is_said_by_the_bot_and_stands_in_the_history(shop: Cast, asked: Conversation) -> None:
    told = decide(shop.bob)
    assert told["type"] == "decided"
    assert notes(asked) == ["Answered “Give back €45?”: grant"]
    answer(asked.pk)
    asked.refresh_from_db()
    assert (said(asked)[-1], asked.owner) == ("You get €45 back.", Owner.BOT)
    assert deciding.cards(shop.bob) == []
    row = Decision.objects.get()
    assert (row.how, row.answered_by) == ("answered", shop.bob)


def test_the_same_frame_again_does_nothing_more(shop: Cast, asked: Conversation) -> None:
    row, own = Decision.objects.get(), str(uuid.uuid4())
    for _ in range(2):
        decide(shop.bob, "grant", row, own)
    assert len(notes(asked)) == 1


def test_of_two_agents_who_answer_at_once_one_has_and_the_other_is_told_who(shop: Cast, asked: Conversation) -> None:
    row, carol, start = Decision.objects.get(), hire("carol"), threading.Barrier(2)

    def try_it(me: Member) -> str:
        with context.inside(shop.acme), translation.override("en"):
            start.wait(30)
            try:
                decide(me, "grant", row)
            except Refusal as refusal:
                return f"{refusal.code}: {refusal}"
            finally:
                connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(try_it, [shop.bob, carol]))
    winner = Decision.objects.get().answered_by
    assert told == ["", f"taken: {winner} has answered this already."]
    assert len(notes(asked)) == 1


def test_what_does_not_do_is_told_and_changes_nothing(shop: Cast, asked: Conversation) -> None:
    assert refused(shop.bob, "maybe").code == "bad_frame"
    assert refused(shop.bob, "  ").code == "bad_frame"
    assert place(asked)["awaiting"] == "colleague"
    assert Decision.objects.open().exists()
    overdue()
    sweeping.undecided()
    late = refused(shop.bob, "grant", Decision.objects.get())
    assert (late.code, "was over" in str(late)) == ("closed", True)


@pytest.mark.parametrize(
    ("slot", "granted", "typed", "value", "bad"),
    [
        ("{type: text}", 'decision != ""', "as an exception", "as an exception", " "),
        ("{type: number, maximum: 50}", "has_decision", "about 30", 30, "80"),
        ("{type: yes_no}", "decision", "yes", True, "perhaps"),
        ("{type: choice, choices: [{value: grant, label: Do it}, refuse]}", 'decision == "grant"', "grant", "grant", "half"),
    ],
)
def test_a_declared_slot_takes_what_it_can_hold(shop: Cast, slot: str, granted: str, typed: str, value: Any, bad: str) -> None:
    declared = GOODWILL.replace("slots:\n", f"slots:\n  decision: {slot}\n", 1).replace(CHOICES, "")
    declared = declared.replace('decision == "grant"', granted).replace('decision == ""', "'!has_decision'")
    Flow.objects.update(text=declared)
    publish()
    asked = talk(shop, *BEGIN)
    assert refused(shop.bob, bad).code == "bad_frame"
    decide(shop.bob, typed)
    assert place(asked)["slots"]["decision"] == value
    answer(asked.pk)
    assert said(asked)[-1] == "You get €45 back."


def test_a_teams_question_is_for_the_team_and_for_who_runs_the_desk(shop: Cast) -> None:
    rewrite("slot: decision,", "slot: decision, team: Billing,")
    carol = hire("carol")
    team = Team.objects.create(name="Billing")
    team.members.add(carol)
    talk(shop, *BEGIN)
    assert [len(deciding.cards(each)) for each in (shop.bob, carol, shop.alice)] == [0, 1, 1]
    assert refused(shop.bob).code == "not_yours"
    team.delete()
    assert len(deciding.cards(shop.bob)) == 1, "a team that is none any more keeps nobody waiting"


def test_another_tenants_agent_sees_nothing_and_answers_nothing(shop: Cast, asked: Conversation) -> None:
    row = Decision.objects.get()
    with context.inside(shop.globex):
        assert deciding.cards(shop.mallory) == []
        assert refused(shop.mallory, "grant", row).code == "not_found"
    assert place(asked)["awaiting"] == "colleague"


def test_who_takes_the_customer_over_finds_it_in_the_flow_card(shop: Cast, asked: Conversation) -> None:
    casework.take_over(asked.pk, shop.bob)
    assert deciding.cards(shop.alice) == []
    at = flow_card.frame(asked.pk)["at"]
    assert (at["waits"], at["paused"]) == ("colleague", True)
    assert refused(shop.alice, "grant", Decision.objects.get()).code == "closed"
    casework.transfer(asked.pk, shop.bob, {})
    answer(asked.pk)
    assert len(deciding.cards(shop.bob)) == 1, "left to the bot without an answer, it asks again"


def test_the_answer_may_also_be_entered_by_who_took_over(shop: Cast, asked: Conversation) -> None:
    casework.take_over(asked.pk, shop.bob)
    asked_for = {"type": "correct_slot", "conversation": str(asked.pk), "client_id": str(uuid.uuid4())}
    frame: Any = frames.parse(json.dumps({**asked_for, "slot": "decision", "text": "grant"}))
    frame.act(shop.bob)
    casework.transfer(asked.pk, shop.bob, {})
    answer(asked.pk)
    assert said(asked)[-1] == "You get €45 back."
    assert not Decision.objects.open().exists()


def test_a_resolved_conversation_asks_nobody(shop: Cast, asked: Conversation) -> None:
    casework.resolve(asked.pk, shop.alice)
    assert deciding.cards(shop.bob) == []


@pytest.mark.usefixtures("sockets")
async def test_cards_come_and_go_while_the_console_is_open(shop: Cast) -> None:
    bob = await sit_down(shop.acme, ACME_HOST, shop.bob)
    carol = await sit_down(shop.acme, ACME_HOST, await inside(shop.acme, hire, "carol"))
    mallory = await sit_down(shop.globex, GLOBEX_HOST, shop.mallory)
    asked = await inside(shop.acme, talk, shop, *BEGIN)
    (card,) = (await bob.next("decisions"))["decisions"]
    assert (await carol.next("decisions"))["decisions"] == [card]
    own = str(uuid.uuid4())
    await bob.send("decide", decision=card["decision"], client_id=own, answer="grant")
    assert (await bob.next("decided"))["client_id"] == own
    gone = await carol.next("decisions")
    assert (gone["decisions"], gone["ended"]) == ([], [{"decision": card["decision"], "how": "answered", "by": "bob"}])
    await carol.send("decide", decision=card["decision"], client_id=str(uuid.uuid4()), answer="refuse")
    assert (await carol.next("error"))["message"] == "bob has answered this already."
    await mallory.send("decide", decision=card["decision"], client_id=own, answer="grant")
    assert (await mallory.next("error"))["code"] == "not_found"
    assert not [frame for frame in mallory.seen if frame["type"] == "decisions"]
    await inside(shop.acme, answer, asked.pk)
    for each in (bob, carol, mallory):
        await each.leave()


@pytest.mark.usefixtures("sockets")
async def test_a_console_that_opens_later_sees_what_waits(shop: Cast) -> None:
    await inside(shop.acme, talk, shop, *BEGIN)
    bob = await sit_down(shop.acme, ACME_HOST, shop.bob)
    assert len((await bob.next("decisions"))["decisions"]) == 1
    await inside(shop.acme, lambda: Member.objects.filter(pk=shop.bob.pk).update(role=Role.VIEWER))
    await bob.send("decide", decision=uuid.uuid4(), client_id=uuid.uuid4(), answer="grant")
    assert (await bob.next("error"))["code"] == "forbidden"
    await bob.leave()


def test_a_note_is_all_that_the_answer_adds_for_the_team(shop: Cast, asked: Conversation) -> None:
    before = asked.events.count()
    decide(shop.bob)
    assert asked.events.count() == before + 1
    assert asked.events.last().kind == Event.Kind.NOTE  # type: ignore[union-attr]
