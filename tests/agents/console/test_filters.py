"""The inbox narrowed down, filters kept under a name, and one verb on many conversations."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from apps.agents.casework import casework
from apps.agents.console import filters, frames, saved_views
from apps.agents.console.filters import Filter
from apps.agents.models import Case, SavedView, Team
from apps.conversations.models import Conversation, Visitor
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Role
from tests.agents.asking import ask, bulk, wait
from tests.agents.client import log_in, sit_down
from tests.agents.console.test_socket import inside
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast


@pytest.fixture
def rows(acme: Cast) -> dict[str, Conversation]:
    """hers: Alice has it, tagged and urgent; team: waits for Returns; chinese: the bot's, in Chinese; old: of last month."""
    team = Team.objects.create(name="Returns")
    found = {
        "hers": ask("boots"),
        "team": wait("tents").conversation,
        "chinese": ask("靴子", language="zh-hans"),
        "old": ask("boots"),
    }
    casework.take_over(found["hers"].pk, acme.alice)
    casework.file(found["hers"].pk, tags=["vip", "boots"])
    casework.file(found["hers"].pk, priority=3)
    casework.transfer(found["team"].pk, acme.bob, {"team": team.pk})
    Conversation.objects.filter(pk=found["old"].pk).update(opened_at=timezone.now() - timedelta(days=30))
    return found


def get(cast: Cast, host: str = ACME_HOST, **params: Any) -> Any:
    client = Client()
    member, tenant = (cast.bob, cast.acme) if host == ACME_HOST else (cast.mallory, cast.globex)
    client.cookies["sessionid"] = log_in(tenant, member)
    return client.get("/api/v1/console/conversations", params, headers={"host": host})


@pytest.mark.parametrize(
    ("by", "found"),
    [
        ({}, {"hers", "team", "chinese", "old"}),
        ({"team": "1"}, {"team"}),
        ({"team": "none"}, {"hers", "chinese", "old"}),
        ({"agent": "alice"}, {"hers"}),
        ({"agent": "me"}, set()),
        ({"agent": "none"}, {"team", "chinese", "old"}),
        ({"tag": "vip"}, {"hers"}),
        ({"priority": "3"}, {"hers"}),
        ({"priority": "0"}, {"team", "chinese", "old"}),
        ({"language": "zh-hans"}, {"chinese"}),
        ({"reason": "asked_for_person"}, {"team"}),
        ({"days": "7"}, {"hers", "team", "chinese"}),
        ({"language": "en", "days": "7", "agent": "none"}, {"team"}),
        ({"q": "boots"}, {"hers", "old"}),
        ({"q": "boots", "days": "7"}, {"hers"}),
    ],
)
def test_each_filter_leaves_its_own(cast: Cast, rows: dict[str, Conversation], by: dict[str, str], found: set[str]) -> None:
    if by.get("team") == "1":
        by = {**by, "team": str(Team.objects.get().pk)}
    if by.get("agent") == "alice":
        by = {**by, "agent": str(cast.alice.pk)}
    answer = get(cast, view="all", **by)
    assert {row["conversation"] for row in answer.json()["rows"]} == {str(rows[name].pk) for name in found}
    assert get(cast, GLOBEX_HOST, view="all", **by).json()["rows"] == []


NOBODYS = uuid.uuid4()
UNREADABLE = [
    *(
        "team=x",
        f"team={2**31}",
        "agent=x",
        "priority=9",
        "reason=x",
        "days=0",
        "days=²",
        f"tag={'x' * 61}",
        "before=yesterday",
    ),
    *(f"before=2026-11-30T09:00:00_{NOBODYS}", "before=2026-11-30T09:00:00Z_x", f"before=0001-01-01T00:00:00+14:00_{NOBODYS}"),
]


@pytest.mark.parametrize("asked", UNREADABLE)
def test_what_cannot_be_read_is_refused_with_a_sentence(cast: Cast, asked: str) -> None:
    """In the agent's language, by address and by frame alike."""
    with context.inside(cast.acme):
        Member.objects.update(language="zh-hans")
    name, _equals, value = asked.partition("=")
    answer = get(cast, view="all", **{name: value})
    told = {"type": "error", "code": "bad_frame", "message": f"筛选条件 {name} 无法识别。"}
    assert (answer.status_code, answer.json()) == (400, told)
    if name != "before":
        with translation.override("zh-hans"), pytest.raises(Refusal) as refused:
            frames.parse(json.dumps({"type": "save_view", "name": "x", "filter": {name: value}}))
        assert refused.value.frame() == told


def test_who_answers_nobody_is_told_so(cast: Cast) -> None:
    with context.inside(cast.acme):
        Member.objects.filter(pk=cast.bob.pk).update(role=Role.VIEWER)
    answer = get(cast, view="all")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "until", ["tomorrow", "2026-12-01T09:00:00", "9999-12-31T23:00:00-14:00", "0001-01-01T00:00:00+14:00", 5]
)
def test_a_time_that_no_calendar_gives_back_is_refused(until: object) -> None:
    with pytest.raises(Refusal, match="Write the time like"):
        frames.parse(json.dumps({"type": "snooze", "conversation": str(uuid.uuid4()), "until": until}))


def test_a_filter_is_kept_under_a_name(acme: Cast) -> None:
    by = Filter(tag="vip", days="7")
    saved_views.save(acme.bob, "VIP", "waiting", by, shared=False)
    told = saved_views.save(acme.bob, "VIP", "all", by, shared=False)["views"]
    pk = SavedView.objects.get().pk
    assert told == [{"id": pk, "name": "VIP", "view": "all", "filter": {"tag": "vip", "days": "7"}, "shared": False}]
    assert saved_views.of(acme.alice) == []
    with pytest.raises(Refusal):
        saved_views.save(acme.bob, "Ours", "all", by, shared=True)
    shared = saved_views.save(acme.alice, "Ours", "all", by, shared=True)["views"][0]
    assert [one["name"] for one in saved_views.of(acme.bob)] == ["VIP", "Ours"]
    with pytest.raises(Refusal) as refused:
        saved_views.drop(acme.bob, shared["id"])
    assert refused.value.code == "forbidden"
    with pytest.raises(Refusal):
        saved_views.drop(acme.alice, pk)
    saved_views.drop(acme.bob, pk)
    assert [one["name"] for one in saved_views.of(acme.bob)] == ["Ours"]


def test_many_at_once_are_each_done_by_themselves(acme: Cast) -> None:
    open_one, done, nobody = ask("a"), ask("b", Visitor.objects.create(name="Gustav")), uuid.uuid4()
    casework.resolve(done.pk, acme.bob)
    team = Team.objects.create(name="Returns")
    told = bulk(acme.bob, "team", open_one.pk, done.pk, nobody, team=team.pk)
    assert told["done"] == [str(open_one.pk)]
    assert [(one["conversation"], one["name"]) for one in told["refused"]] == [(str(done.pk), "Gustav"), (str(nobody), "")]
    assert all(one["message"] for one in told["refused"])
    assert Case.objects.get(pk=open_one.pk).team == team
    told = bulk(acme.bob, "tag", open_one.pk, done.pk, tags=["x"])
    assert len(told["done"]) == 2
    casework.file(open_one.pk, tags=["y"])
    bulk(acme.bob, "tag", open_one.pk, tags=["x"])
    assert Case.objects.get(pk=open_one.pk).tags == ["y", "x"], "added, not replaced"
    bulk(acme.bob, "snooze", open_one.pk, until="2100-01-01T00:00:00Z")
    assert Case.objects.get(pk=open_one.pk).snoozed_until is not None
    bulk(acme.bob, "resolve", open_one.pk)
    assert not Conversation.objects.filter(closed_at=None).exists()


@pytest.mark.usefixtures("sockets")
async def test_views_and_many_at_once_by_the_wire(committed: Cast) -> None:
    row = await inside(committed.acme, ask)
    bob, alice = [await sit_down(committed.acme, ACME_HOST, member) for member in (committed.bob, committed.alice)]
    assert bob.seen[0]["views"] == []
    await alice.send("save_view", name="VIP", view="all", filter={"tag": "vip"}, shared=True)
    assert (await alice.next("views"))["views"][0]["name"] == "VIP"
    await bob.next("views_changed")
    await bob.send("views")
    view = (await bob.next("views"))["views"][0]
    own = str(uuid.uuid4())
    await bob.send("bulk", client_id=own, conversations=[row.pk, row.pk], verb="resolve")
    told = await bob.next("bulk_done")
    assert (told["client_id"], told["done"], told["refused"]) == (own, [str(row.pk)], [])
    for bad in ({"verb": "explode"}, {"verb": "resolve", "conversations": []}, {"verb": "snooze", "until": "soon"}):
        await bob.send("bulk", **{"client_id": own, "conversations": [row.pk], **bad})
        assert (await bob.next("error"))["code"] == "bad_frame"
    mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
    assert mallory.seen[0]["views"] == []
    await mallory.send("drop_view", view=view["id"])
    assert (await mallory.next("error", "views"))["code"] == "not_found"
    other = await inside(committed.acme, ask, "still open")
    await mallory.send("bulk", client_id=own, conversations=[other.pk], verb="resolve")
    told = await mallory.next("bulk_done")
    assert (told["done"], told["refused"][0]["name"]) == ([], "")
    assert await inside(committed.acme, lambda: Conversation.objects.get(pk=other.pk).closed_at) is None
    for each in (bob, alice, mallory):
        await each.leave()


def test_a_filter_says_only_what_it_narrows(cast: Cast) -> None:
    with context.inside(cast.acme):
        assert Filter.read({"tag": " vip ", "team": 3, "view": "all", "q": "x"}).kept == {"tag": "vip", "team": "3"}
        assert not filters.narrow(Conversation.objects.all(), Filter(tag="x"), cast.bob.pk).exists()
