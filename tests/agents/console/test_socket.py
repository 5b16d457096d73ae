"""The agent's door by its socket: the spine from offer to resolve, catching up, and nobody else's anything."""

import uuid
from typing import Any

import pytest
from django.test import Client

from apps.agents import presence
from apps.agents.casework import casework
from apps.agents.models import CannedReply, Team
from apps.agents.queue import queue
from apps.conversations.bot import steps
from apps.conversations.bot.stages.memory import Remembered
from apps.conversations.customer.line import FLOODING
from apps.conversations.ledger import pages
from apps.conversations.live import publish
from apps.conversations.models import Conversation, Event, Turn
from apps.knowledge.models import Article, Status
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member, Role
from tests.agents.asking import ask, wait
from tests.agents.client import Console, Frame, log_in, sit_down
from tests.agents.reading import read_along
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, visit

pytestmark = pytest.mark.usefixtures("sockets")


async def inside(tenant: Tenant, work: Any, *args: Any) -> Any:
    def run() -> Any:
        with context.inside(tenant):
            return work(*args)

    return await in_thread(run)()


def events_of(conversation: str) -> list[tuple[int, str, str, str]]:
    rows = Event.objects.filter(conversation=uuid.UUID(conversation)).order_by("seq")
    return [(row.seq, row.kind, row.author, row.body.get("text", "")) for row in rows]


async def waiting(cast: Cast) -> tuple[Customer, str]:
    """A customer in the widget who asked for a person and waits."""
    vera = await visit(cast.acme, ACME_HOST)
    await vera.say("My parcel is lost")
    await vera.send({"type": "person"})
    await vera.next("owner")
    return vera, vera.seen[0]["conversation"]


async def test_the_spine_from_offer_to_resolve(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    vera, conversation = await waiting(committed)
    await bob.row(conversation, owner="queue")
    await inside(committed.acme, queue.dispatch)
    offer = await bob.next("offer")
    assert (offer["conversation"], offer["summary"]["asked"]) == (conversation, "My parcel is lost")
    await bob.send("claim", handover=offer["handover"])
    assert (await bob.next("claimed"))["by"] == {"id": str(committed.bob.pk), "name": "bob"}
    owner = await vera.next("owner")
    assert (owner["owner"], owner["agent"]) == ("human", {"name": "bob"})
    await bob.send("open", conversation=conversation, after=0)
    opened = await bob.next("opened")
    assert opened["row"]["mine"] is True
    assert opened["summary"]["asked"] == "My parcel is lost"
    assert opened["viewers"] == [{"id": str(committed.bob.pk), "name": "bob"}]
    assert [(await bob.next("message", "owner"))["seq"] for _ in range(opened["seq"])] == list(range(1, opened["seq"] + 1))
    ack = await bob.say(conversation, "I am looking for it.")
    message = await vera.next("message", seconds=5)
    while message["author"]["kind"] != "agent":
        message = await vera.next("message")
    assert (message["seq"], message["text"], message["author"]["name"]) == (ack["seq"], "I am looking for it.", "bob")
    await vera.say("Thank you")
    heard = await bob.next("message", text="Thank you")
    assert heard["conversation"] == conversation
    await bob.send("resolve", conversation=conversation)
    assert (await vera.next("closed"))["reason"] == "resolved"
    assert (await bob.row(conversation, state="resolved"))["owner"] == "human"
    await vera.send({"type": "rate", "score": 5})
    assert (await vera.next("rated"))["score"] == 5
    await bob.leave()
    await vera.leave()


async def test_an_agents_words_with_one_client_id_are_one_message(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    row = await inside(committed.acme, ask)
    await bob.send("claim", conversation=row.pk)
    await bob.next("claimed")
    for kind in ("say", "note"):
        own = str(uuid.uuid4())
        first, second = [await bob.say(row.pk, "hello", own, kind) for _ in range(2)]
        assert first == second
        assert first["conversation"] == str(row.pk)
    assert [kind for _, kind, *_ in await inside(committed.acme, events_of, str(row.pk))] == [
        "message",
        "owner",
        "message",
        "note",
    ]
    await bob.leave()


async def test_notes_never_reach_a_customer(committed: Cast) -> None:
    bob, alice = [await sit_down(committed.acme, ACME_HOST, member) for member in (committed.bob, committed.alice)]
    vera, conversation = await waiting(committed)
    await alice.send("open", conversation=conversation, after=0)
    await alice.next("opened")
    await bob.say(conversation, "secret: @alice please look", kind="note")
    note = await alice.next("note")
    assert note["mentions"] == [{"id": str(committed.alice.pk), "name": "alice"}]
    assert "mention" in [frame["type"] for frame in alice.seen] or await alice.next("mention")
    await vera.send({"type": "sync", "after": 0})
    await vera.send({"type": "ping"})
    await vera.next("pong")
    token = await inside(committed.acme, _token, conversation)
    again = Customer(ACME_HOST)
    await again.connect()
    await again.hello(token, conversation, after=0)
    await again.send({"type": "ping"})
    await again.next("pong")
    assert "secret" not in str(vera.seen) + str(again.seen)
    for each in (bob, alice, vera, again):
        await each.leave()


def _token(conversation: str) -> str:
    from apps.conversations.customer import visitors

    return visitors.token(Conversation.objects.get(pk=conversation).visitor)[0]


async def test_who_does_not_have_the_conversation_cannot_answer_in_it(committed: Cast) -> None:
    bob, alice = [await sit_down(committed.acme, ACME_HOST, member) for member in (committed.bob, committed.alice)]
    row = await inside(committed.acme, ask)
    assert (await bob.say(row.pk, "too early"))["code"] == "not_yours"
    await bob.send("claim", conversation=row.pk)
    await bob.next("claimed")
    await alice.send("claim", conversation=row.pk)  # an owner supervises and may take over
    await alice.next("claimed", by={"id": str(committed.alice.pk), "name": "alice"})
    assert (await bob.say(row.pk, "too late"))["code"] == "not_yours"
    await bob.send("claim", conversation=row.pk)
    assert (await bob.next("error"))["code"] == "taken"
    await alice.send("transfer", conversation=row.pk, to={"agent": committed.bob.pk}, note="yours")
    await bob.row(row.pk, mine=True)
    assert (await bob.say(row.pk, "now"))["type"] == "ack"
    await bob.send("transfer", conversation=row.pk, to={"bot": True})
    await bob.row(row.pk, owner="bot", mine=False)
    for each in (bob, alice):
        await each.leave()


async def test_a_console_that_comes_back_gets_everything_later_once(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    row = await inside(committed.acme, ask)
    await bob.send("open", conversation=row.pk, after=0)
    await bob.next("message", seq=1)
    await bob.leave()
    for number in range(3):
        await inside(committed.acme, ask, f"while away {number}", row.visitor)
    back = await sit_down(committed.acme, ACME_HOST, committed.bob)
    known = {shown["conversation"]: shown for shown in back.seen[0]["rows"]}
    assert known[str(row.pk)]["seq"] == 4
    await back.send("open", conversation=row.pk, after=1)
    assert [(await back.next("message"))["seq"] for _ in range(3)] == [2, 3, 4]
    await inside(committed.acme, _lose_an_event, row)
    await inside(committed.acme, ask, "after the lost one", row.visitor)
    assert [(await back.next("message"))["seq"] for _ in range(2)] == [5, 6]
    await back.send("sync")
    whole = await back.next("inbox", whole=True)
    assert whole["n"] == max(frame["n"] for frame in back.seen if "n" in frame)
    await back.leave()


def _lose_an_event(row: Conversation) -> None:
    """Committed, but the channel layer dropped it."""
    conversation = Conversation.objects.get(pk=row.pk)
    body = {"author": {"kind": "visitor", "name": ""}, "text": "lost on the way"}
    Event.objects.create(
        conversation=conversation, seq=conversation.last_seq + 1, kind="message", author="visitor", body=body,
        epoch=conversation.epoch, at=conversation.changed_at,
    )  # fmt: skip
    Conversation.objects.filter(pk=row.pk).update(last_seq=conversation.last_seq + 1)


async def test_filing_and_blocking(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    vera, conversation = await waiting(committed)
    await bob.send("tag", conversation=conversation, tags=["vip", "运费", "vip"])
    await bob.row(conversation, tags=["vip", "运费"])
    await bob.send("priority", conversation=conversation, priority=3)
    await bob.row(conversation, priority=3)
    await bob.send("snooze", conversation=conversation, until="2099-01-01T00:00:00Z")
    await bob.row(conversation, snoozed_until="2099-01-01T00:00:00.000Z")
    visitor = await inside(committed.acme, lambda: str(Conversation.objects.get(pk=conversation).visitor_id))
    await bob.send("block", visitor=visitor, on=True)
    shown = await bob.next("inbox")
    assert shown["rows"][0]["visitor"]["blocked"] is True
    await vera.send({"type": "say", "client_id": str(uuid.uuid4()), "text": "let me in"})
    assert (await vera.next("error"))["code"] == "not_found"
    await bob.send("block", visitor=visitor, on=False)
    await bob.next("inbox")
    await vera.say("thank you")
    for each in (bob, vera):
        await each.leave()


async def test_both_see_the_other_typing_and_reading(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    vera, conversation = await waiting(committed)
    assert vera.seen[0]["config"]["drafts"] is False
    await bob.send("open", conversation=conversation, after=0)
    await bob.next("viewing")
    await bob.send("typing", conversation=conversation, on=True)
    assert await vera.next("typing") == {"type": "typing", "who": "agent", "on": True, "name": "bob"}
    await vera.send({"type": "typing", "on": True, "draft": "I wan"})
    assert "draft" not in await bob.next("typing"), "what is not sent is shown only where the tenant says so"
    await bob.send("read", conversation=conversation, seq=1)
    assert (await vera.next("read"))["seq"] == 1
    for each in (bob, vera):
        await each.leave()


async def test_unsent_words_are_shown_to_agents_once_customers_are_told_so(committed: Cast) -> None:
    early, _conversation = await waiting(committed)
    await inside(committed.acme, read_along)
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    vera, conversation = await waiting(committed)
    assert vera.seen[0]["config"]["drafts"] is True
    for customer in (early, vera):
        await bob.send("open", conversation=customer.seen[0]["conversation"], after=0)
        await bob.next("viewing")
    await early.send({"type": "typing", "on": True, "draft": "I wan"})
    assert "draft" not in await bob.next("typing"), "who came before was not told"
    await vera.send({"type": "typing", "on": True, "draft": "I wan"})
    assert (await bob.next("typing", conversation=conversation))["draft"] == "I wan"
    await inside(committed.acme, read_along, False)
    await inside(committed.acme, lambda: publish.to_group(publish.desk(), {"type": "desk.settings"}))
    await vera.send({"type": "typing", "on": True, "draft": "I want"})
    assert "draft" not in await bob.next("typing", conversation=conversation)
    for each in (bob, early, vera):
        await each.leave()


@pytest.mark.usefixtures("worker")
async def test_the_bot_learns_from_agents(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    row = await inside(committed.acme, ask)
    await bob.send("teach", conversation=row.pk, question="Where is my parcel?", answer="With the neighbours.")
    article = await inside(committed.acme, lambda pk: Article.objects.get(pk=pk), (await bob.next("taught"))["article"])
    assert (article.status, article.title, article.created_by_id) == (Status.DRAFT, "Where is my parcel?", committed.bob.pk)
    seq = await inside(committed.acme, _bot_answer, row)
    await bob.send("wrong", conversation=row.pk, seq=seq)
    await bob.send("suggest", conversation=row.pk)
    assert (await bob.next("suggestion"))["conversation"] == str(row.pk)
    await bob.send("open", conversation=row.pk, after=0)
    (turn,) = (await bob.next("opened"))["turns"]
    assert turn["cause"] == "agent_correction"
    assert turn["trace"] == [{"title": "Answered before?", "text": "no", "ms": 0.4}], "told, in the agent's language"
    assert [kind for _, kind, *_ in await inside(committed.acme, events_of, str(row.pk))] == ["message", "message"]
    await bob.leave()


def _bot_answer(row: Conversation) -> int:
    trace = steps.stored([Remembered(found=False, ms=0.4)])
    turn = Turn.objects.create(
        conversation=row, epoch=1, question=1, release=row.release, lease_until=row.changed_at, trace=trace
    )
    with pages.page(row.pk) as page:
        return page.append("message", "bot", {"author": {"kind": "bot", "name": "Acme"}, "text": "hi"}, turn=turn).seq


async def test_canned_replies_are_of_the_member_the_team_and_everybody(committed: Cast) -> None:
    await inside(committed.acme, _can, committed)
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    assert {(reply["shortcut"], reply["scope"]) for reply in bob.seen[0]["canned"]} == {
        ("all", "tenant"),
        ("own", "personal"),
        ("team", "team"),
    }
    await bob.leave()


def _can(cast: Cast) -> None:
    team = Team.objects.create(name="Returns")
    team.members.add(cast.bob)
    other = Team.objects.create(name="Other")
    for shortcut, of in (
        ("all", {}),
        ("own", {"member": cast.bob}),
        ("hers", {"member": cast.alice}),
        ("team", {"team": team}),
    ):
        CannedReply.objects.create(shortcut=shortcut, title=shortcut, text="Hello {name}", **of)
    CannedReply.objects.create(shortcut="other", title="other", text="-", team=other)


async def test_presence_is_told_to_colleagues(committed: Cast) -> None:
    bob, alice = [await sit_down(committed.acme, ACME_HOST, member) for member in (committed.bob, committed.alice)]
    await bob.send("presence", state="away")
    assert (await alice.next("presence", member=str(committed.bob.pk), state="away"))["state"] == "away"
    await bob.leave()
    back = await sit_down(committed.acme, ACME_HOST, committed.bob)
    assert back.seen[0]["presence"] == "away", "a reload does not put anybody to work"
    for each in (back, alice):
        await each.leave()


@pytest.mark.parametrize("origin", ["", "https://evil.example", f"https://{GLOBEX_HOST}", "null"])
async def test_only_pages_of_the_own_host_open_the_socket(committed: Cast, origin: str) -> None:
    cookie = await in_thread(log_in)(committed.acme, committed.bob)
    assert await Console(ACME_HOST, cookie, origin).connect() == (False, 4403)


async def test_another_tenants_member_gets_nothing(committed: Cast) -> None:
    """Mallory: her cookie on Acme's host, no cookie, and Acme's ids on her own socket."""
    theirs = await inside(committed.acme, wait)
    cookie = await in_thread(log_in)(committed.globex, committed.mallory)
    assert await Console(ACME_HOST, cookie).connect() == (False, 4403)
    assert await Console(ACME_HOST, "").connect() == (False, 4403)
    mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
    assert mallory.seen[0]["rows"] == []
    pk, own = str(theirs.conversation_id), str(uuid.uuid4())
    tries: list[Frame] = [
        {"type": "open", "conversation": pk}, {"type": "claim", "conversation": pk},
        {"type": "claim", "handover": str(theirs.pk)},
        {"type": "decline", "handover": str(theirs.pk)}, {"type": "say", "conversation": pk, "client_id": own, "text": "x"},
        {"type": "note", "conversation": pk, "client_id": own, "text": "x"}, {"type": "resolve", "conversation": pk},
        {"type": "transfer", "conversation": pk, "to": {"bot": True}}, {"type": "snooze", "conversation": pk},
        {"type": "tag", "conversation": pk, "tags": ["x"]}, {"type": "read", "conversation": pk, "seq": 1},
        {"type": "sync", "conversation": pk}, {"type": "suggest", "conversation": pk}, {"type": "typing", "conversation": pk},
        {"type": "teach", "conversation": pk, "question": "x", "answer": "x"}, {"type": "wrong", "conversation": pk, "seq": 1},
        {"type": "reopen", "conversation": pk}, {"type": "block", "visitor": str(committed.vera.pk), "on": True},
        {"type": "ticket", "conversation": pk, "client_id": own, "subject": "x"},
    ]  # fmt: skip
    for frame in tries:
        await mallory.send(**{"kind" if name == "type" else name: value for name, value in frame.items()})
        answer = await mallory.next("error", "ack", "opened", "claimed", "suggestion", "taught")
        assert answer.get("code") == "not_found", frame["type"]
    await inside(committed.acme, ask, "still ours", theirs.conversation.visitor)
    own = await inside(committed.globex, ask)
    await mallory.row(own.pk)  # all that was told before it has come
    assert "still ours" not in str(mallory.seen)
    await mallory.leave()


async def test_a_viewer_and_a_fired_agent_have_no_console(committed: Cast) -> None:
    cookie = await in_thread(log_in)(committed.acme, committed.bob)
    await inside(committed.acme, lambda: Member.objects.filter(pk=committed.bob.pk).update(role=Role.VIEWER))
    try:
        assert await Console(ACME_HOST, cookie).connect() == (False, 4403)
    finally:
        await inside(committed.acme, lambda: Member.objects.filter(pk=committed.bob.pk).update(role=Role.AGENT))


async def test_bad_frames_are_refused_and_the_socket_lives(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    for frame in ({"type": "nonsense"}, {"type": "open", "conversation": "x"}, {"type": "presence", "state": "asleep"}):
        await bob.send(**{"kind" if name == "type" else name: value for name, value in frame.items()})
        assert (await bob.next("error"))["code"] == "bad_frame"
    await bob.send("open", conversation=str(uuid.uuid4()))
    assert (await bob.next("error"))["code"] == "not_found"
    await bob.leave()


def test_the_console_and_its_list_are_for_those_who_answer(committed: Cast) -> None:
    with context.inside(committed.acme):
        presence.choose(committed.bob, "online")
        handover = wait("Where is my parcel")
        casework.claim(handover.pk, committed.bob)
    stranger, bob, mallory = Client(), Client(), Client()
    path, host = "/api/v1/console/conversations", {"host": ACME_HOST}
    assert stranger.get("/console/", headers=host).status_code == 302
    assert stranger.get(path, headers=host).status_code == 401
    with context.inside(committed.acme):
        bob.force_login(committed.bob)
    with context.inside(committed.globex):
        mallory.force_login(committed.mallory)
    assert mallory.get(path, headers=host).status_code == 401
    assert bob.get("/console/", headers=host).status_code == 200
    with context.inside(committed.globex):
        mallory.force_login(committed.mallory)
    for view, count in (("mine", 1), ("all", 1), ("unassigned", 0), ("resolved", 0), ("waiting", 1), ("snoozed", 0)):
        assert len(bob.get(f"{path}?view={view}", headers=host).json()["rows"]) == count, view
    assert mallory.get(path, headers={"host": GLOBEX_HOST}).json() == {"rows": [], "next": None}


async def test_who_sends_faster_than_a_console_does_is_let_go(committed: Cast, settings: Any) -> None:
    settings.FRAMES_PER_SECOND, settings.FRAME_BURST = 1, 30
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    for _ in range(40):
        await bob.send("ping")
    pongs = 0
    while (event := await bob.socket.receive_output(10))["type"] == "websocket.send":
        pongs += '"pong"' in event["text"]
    assert event["code"] == FLOODING
    assert 30 <= pongs <= 34


async def test_a_reply_changed_by_somebody_else_is_there_without_a_reload(committed: Cast) -> None:
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
    reply = await inside(committed.acme, lambda: CannedReply.objects.create(shortcut="size", title="Sizes", text="Our sizes"))
    await bob.next("texts_changed")
    await bob.send("texts")
    assert [one["text"] for one in (await bob.next("texts"))["canned"]] == ["Our sizes"]
    await inside(committed.acme, reply.delete)
    await bob.next("texts_changed")
    await bob.send("texts")
    assert (await bob.next("texts"))["canned"] == []
    await mallory.send("ping")
    await mallory.next("pong")
    assert not [frame for frame in mallory.seen if frame["type"].startswith("texts")]
    for console in (bob, mallory):
        await console.leave()
