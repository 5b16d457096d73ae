"""Macros: several actions in one click, all or none, once for one client_id, edited in a form that explains itself."""

import uuid

import pytest

from apps.agents.casework import casework, macros
from apps.agents.console.verbs.macro import RunMacro
from apps.agents.models import Case, Macro, Team
from apps.conversations.models import Conversation, Event, Owner
from apps.tenants import context
from apps.tenants.refusal import Refusal
from tests.admin.conftest import Browser
from tests.agents.admin.test_desk import browser
from tests.agents.asking import ask, texts
from tests.agents.client import sit_down
from tests.agents.console.test_socket import inside
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast


def case(row: Conversation) -> Case:
    return Case.objects.get(pk=row.pk)


def test_all_its_steps_are_done_in_order_and_only_once(acme: Cast) -> None:
    row = ask(visitor=acme.vera)
    casework.take_over(row.pk, acme.bob)
    macro = Macro.objects.create(
        shortcut="label", title="Return label", reply="Hi {first_name|there}, {agent} of {site} sends it.", note="label sent",
        tags=["return", "label"], priority=2, resolve=True,
    )  # fmt: skip
    own = uuid.uuid4()
    first, second = [RunMacro(row.pk, macro.pk, own).act(acme.bob) for _ in range(2)]
    assert first == second
    assert first["did"] == ["reply", "note", "tags", "priority", "resolve"]
    assert texts(row, "agent") == ["Hi Vera, bob of Acme sends it."]
    assert row.events.filter(kind=Event.Kind.NOTE).count() == 1
    assert (case(row).tags, case(row).priority) == (["return", "label"], 2)
    row.refresh_from_db()
    assert row.closed_at is not None


def test_when_one_step_may_not_be_done_none_is(acme: Cast) -> None:
    row = ask(visitor=acme.vera)
    casework.take_over(row.pk, acme.bob)
    team = Team.objects.create(name="Returns")
    macro = Macro.objects.create(shortcut="x", title="Pass on", reply="One moment.", tags=["x"], pass_to="team", to_team=team)
    team.delete()
    with pytest.raises(Refusal, match="deleted"):
        RunMacro(row.pk, macro.pk, uuid.uuid4()).act(acme.bob)
    row.refresh_from_db()
    assert (row.owner, texts(row, "agent"), case(row).tags) == (Owner.HUMAN, [], [])


def test_a_reply_keeps_the_rules_of_replies(acme: Cast) -> None:
    row = ask(visitor=acme.vera)
    macro = Macro.objects.create(shortcut="x", title="Hello", reply="Hello", tags=["x"])
    with pytest.raises(Refusal) as refused:
        RunMacro(row.pk, macro.pk, uuid.uuid4()).act(acme.bob)
    assert refused.value.code == "not_yours"
    casework.take_over(row.pk, acme.bob)
    blank = Macro.objects.create(shortcut="y", title="Order", reply="Your order {order} is on its way.")
    with pytest.raises(Refusal, match="order"):
        RunMacro(row.pk, blank.pk, uuid.uuid4()).act(acme.bob)
    assert texts(row, "agent") == []


def test_a_macro_passes_on_and_snoozes(acme: Cast) -> None:
    row = ask(visitor=acme.vera)
    casework.take_over(row.pk, acme.bob)
    team = Team.objects.create(name="Returns")
    RunMacro(row.pk, Macro.objects.create(shortcut="a", title="a", snooze_hours=2).pk, uuid.uuid4()).act(acme.bob)
    assert case(row).snoozed_until is not None
    to_team = Macro.objects.create(shortcut="b", title="b", pass_to="team", to_team=team)
    assert RunMacro(row.pk, to_team.pk, uuid.uuid4()).act(acme.bob)["did"] == ["team"]
    assert case(row).team == team
    RunMacro(row.pk, Macro.objects.create(shortcut="c", title="c", pass_to="bot").pk, uuid.uuid4()).act(acme.bob)
    row.refresh_from_db()
    assert row.owner == Owner.BOT


def test_nobody_runs_a_macro_that_is_not_theirs(acme: Cast) -> None:
    row = ask(visitor=acme.vera)
    hers = Macro.objects.create(shortcut="x", title="x", tags=["x"], member=acme.alice)
    with pytest.raises(Refusal) as refused:
        RunMacro(row.pk, hers.pk, uuid.uuid4()).act(acme.bob)
    assert refused.value.code == "not_found"
    team = Team.objects.create(name="Returns")
    Macro.objects.create(shortcut="t", title="t", tags=["x"], team=team)
    assert list(macros.seen_by(acme.bob)) == []
    team.members.add(acme.bob)
    assert [macro.title for macro in macros.seen_by(acme.bob)] == ["t"]


def form(**fields: str) -> dict[str, str]:
    return {"title": "T", "shortcut": "t", **fields}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "at least one thing"),
        ({"pass_to": "team"}, "Choose the team"),
        ({"pass_to": "bot", "resolve": "on"}, "Either pass"),
        ({"snooze_hours": "3", "resolve": "on"}, "snoozed as well"),
        ({"reply": "Hi {name"}, "not closed"),
        ({"snooze_hours": "99999"}, "less than or equal"),
    ],
)
def test_the_form_says_what_is_wrong(cast: Cast, fields: dict[str, str], sentence: str) -> None:
    answer = browser("alice").post("/admin/agents/macro/add/", form(**fields))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_an_agent_keeps_own_macros_and_the_list_says_what_they_do(cast: Cast) -> None:
    bob = browser("bob")
    assert bob.post("/admin/agents/macro/add/", form(reply="Hi {name|there}", tags="a， b,a", resolve="on")).status_code == 302
    with context.inside(cast.acme):
        own = Macro.objects.get()
        assert (own.member_id, own.tags, own.steps) == (cast.bob.pk, ["a", "b"], ["reply", "tags", "resolve"])
        everybodys = Macro.objects.create(shortcut="e", title="E", pass_to="team", to_team=None)
    page = browser("alice").get("/admin/agents/macro/").content.decode()
    assert "replies, adds tags, resolves it" in page
    assert "Its team was deleted" in page
    assert bob.post(f"/admin/agents/macro/{everybodys.pk}/change/", form(tags="x")).status_code == 403
    mallory = Browser(GLOBEX_HOST)
    mallory.post("/admin/login/", {"username": "mallory", "password": PASSWORD})
    assert mallory.get(f"/admin/agents/macro/{own.pk}/change/").status_code == 302, "not there for her"


@pytest.mark.usefixtures("sockets")
async def test_the_console_offers_and_runs_it(committed: Cast) -> None:
    row = await inside(committed.acme, ask)
    macro = await inside(committed.acme, lambda: Macro.objects.create(shortcut="t", title="T", reply="Hi", tags=["x"]))
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    assert bob.seen[0]["macros"] == [
        {"id": macro.pk, "shortcut": "t", "title": "T", "steps": ["reply", "tags"], "scope": "tenant"}
    ]
    await bob.send("claim", conversation=row.pk)
    await bob.next("claimed")
    own = str(uuid.uuid4())
    await bob.send("macro", conversation=row.pk, macro=macro.pk, client_id=own)
    done = await bob.next("macro_done")
    assert (done["client_id"], done["title"], done["did"]) == (own, "T", ["reply", "tags"])
    await bob.row(row.pk, tags=["x"])
    mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
    assert mallory.seen[0]["macros"] == []
    await mallory.send("macro", conversation=row.pk, macro=macro.pk, client_id=str(uuid.uuid4()))
    assert (await mallory.next("error", "macro_done"))["code"] == "not_found"
    for each in (bob, mallory):
        await each.leave()
