"""A member who may not any more is out at once: over real sockets, told through Valkey as another process would be, and without
a word by what the rows say. `quietly` writes past every signal, as a word that was lost."""

import json
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.agents.casework import casework
from apps.agents.console.verbs.customer import Block
from apps.conversations.customer import visitors
from apps.conversations.models import Conversation, Event, Handover, Visitor
from apps.tenants import context, standing
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Domain, Plan, Tenant
from apps.tenants.web import hosts
from apps.tenants.workspace.models import Member, Role, Site
from tests.agents.asking import ask, wait
from tests.agents.client import Console, log_in, sit_down
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast
from tests.conversations.client import Customer, visit
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("sockets", "restored")


async def inside(tenant: Any, work: Any, *args: Any) -> Any:
    def run() -> Any:
        with context.inside(tenant):
            return work(*args)

    return await in_thread(run)()


@pytest.fixture
def restored(committed: Cast) -> Any:
    """Acme's people and the tenants as they were."""
    yield
    with context.inside(committed.acme):
        for member in (committed.alice, committed.bob):
            Member.objects.filter(pk=member.pk).update(role=member.role, is_active=True, password=member.password)
        Site.objects.update(allowed_origins=[])
    with context.inside(context.PUBLIC):
        Tenant.objects.update(suspended=False, plan=None)
        Plan.objects.all().delete()
        Domain.objects.filter(domain=ACME_HOST).update(tenant=committed.acme)


def suspend(tenant: Tenant, on: bool = True) -> None:
    """Suspends by the row's own save, as the platform's admin does; nothing in this process is told but by Valkey."""
    row = Tenant.objects.get(pk=tenant.pk)
    row.suspended = on
    row.save()


def set_member(member: Member, **fields: Any) -> None:
    row = Member.objects.get(pk=member.pk)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def quietly(member: Member, **fields: Any) -> None:
    Member.objects.filter(pk=member.pk).update(**fields)


async def code_of(console: Console) -> int:
    """The close code, once the frames before it were read into `seen`."""
    while True:
        event = await console.socket.receive_output(timeout=5)
        if event["type"] == "websocket.close":
            return int(event["code"])
        console.seen.append(json.loads(event["text"]))


async def test_a_suspended_tenants_lines_end_at_once_and_the_others_live(committed: Cast) -> None:
    bob, mallory = (
        await sit_down(committed.acme, ACME_HOST, committed.bob),
        await sit_down(committed.globex, GLOBEX_HOST, committed.mallory),
    )
    vera, theirs = await visit(committed.acme, ACME_HOST), await visit(committed.globex, GLOBEX_HOST)
    await inside(context.PUBLIC, suspend, committed.acme)
    assert await code_of(bob) == 4403
    assert "switched off" in bob.seen[-1]["message"]
    assert await vera.closed() == 4403
    await mallory.send("ping")
    await mallory.next("pong")
    assert (await theirs.say("still here"))["seq"] == 1
    await mallory.leave()
    await theirs.leave()


async def test_a_suspended_tenants_verbs_are_refused_though_nobody_told(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "KNOWN_SECONDS", 0.0)  # what was known is forgotten
    row = await inside(committed.acme, ask)
    for frame in (
        {"type": "say", "client_id": str(uuid.uuid4()), "text": "x"},
        {"type": "person"},
        {"type": "rate", "score": 5},
    ):
        vera, bob = await visit(committed.acme, ACME_HOST), await sit_down(committed.acme, ACME_HOST, committed.bob)
        await inside(context.PUBLIC, lambda: Tenant.objects.filter(pk=committed.acme.pk).update(suspended=True))
        await vera.send(frame)
        assert (await vera.next("error"))["code"] == "forbidden"
        assert await vera.closed() == 4403
        await bob.send("note", conversation=row.pk, client_id=uuid.uuid4(), text="x")
        assert await code_of(bob) == 4403
        assert not await Customer(ACME_HOST).connect()
        await inside(context.PUBLIC, lambda: Tenant.objects.update(suspended=False))
        hosts.forget()
    assert await inside(committed.acme, lambda: Event.objects.filter(kind="note").count()) == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"is_active": False}, "account has been switched off"),
        ({"role": Role.VIEWER}, "can no longer answer customers"),
        ({"password": "!changed"}, "logged out"),
    ],
)
@pytest.mark.parametrize("told", [True, False])
async def test_who_may_not_any_more_is_out(committed: Cast, fields: dict[str, Any], sentence: str, told: bool) -> None:
    bob, alice = [await sit_down(committed.acme, ACME_HOST, member) for member in (committed.bob, committed.alice)]
    row = await inside(committed.acme, ask)
    await bob.send("claim", conversation=row.pk)
    await bob.next("claimed")
    await inside(committed.acme, lambda: (set_member if told else quietly)(committed.bob, **fields))
    if not told:
        await bob.send("say", conversation=row.pk, client_id=uuid.uuid4(), text="one more")
    assert await code_of(bob) in (4401, 4403)
    assert sentence in bob.seen[-1]["message"]
    said = await inside(
        committed.acme, lambda: Event.objects.filter(conversation=row.pk, author="agent", kind="message").count()
    )
    assert said == 0
    await alice.send("ping")
    await alice.next("pong")
    await alice.leave()


async def test_a_deleted_members_console_ends(committed: Cast) -> None:
    eve = await inside(committed.acme, lambda: Member.objects.create_user("eve", password=PASSWORD, role=Role.AGENT))
    console = await sit_down(committed.acme, ACME_HOST, eve)
    await inside(committed.acme, lambda: Member.objects.get(pk=eve.pk).delete())
    assert await code_of(console) == 4403


async def test_a_log_out_ends_that_log_ins_consoles_alone(committed: Cast) -> None:
    def log_out(cookie: str) -> None:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
        client.post("/admin/logout/", headers={"host": ACME_HOST})

    cookie = await in_thread(log_in)(committed.acme, committed.bob)
    here, elsewhere = Console(ACME_HOST, cookie), await sit_down(committed.acme, ACME_HOST, committed.bob)
    await here.connect()
    await here.next("welcome")
    await in_thread(log_out)(cookie)
    assert await code_of(here) == 4401
    assert "Log in again" in here.seen[-1]["message"]
    await elsewhere.send("ping")
    await elsewhere.next("pong")
    await elsewhere.leave()


async def test_a_new_role_is_adopted_with_the_next_verb_and_told(committed: Cast) -> None:
    alice = await sit_down(committed.acme, ACME_HOST, committed.alice)
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    row = await inside(committed.acme, ask)
    await bob.send("claim", conversation=row.pk)
    await alice.next("claimed")
    await inside(committed.acme, lambda: quietly(committed.alice, role=Role.AGENT))
    await alice.send("claim", conversation=row.pk)
    assert (await alice.next("error"))["code"] == "taken", "an agent may not take over what an owner may"
    assert [frame["me"]["role"] for frame in alice.seen if frame["type"] == "me"] == ["agent"]
    await inside(committed.acme, lambda: set_member(committed.alice, role=Role.OWNER))
    assert (await alice.next("me"))["me"]["role"] == "owner"
    for each in (alice, bob):
        await each.leave()


async def test_a_blocked_visitor_does_nothing_more_though_nobody_told(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("Hello")
    await inside(committed.acme, lambda: Visitor.objects.update(blocked_at="2026-01-01T00:00Z"))
    tries: list[dict[str, Any]] = [
        {"type": "say", "client_id": str(uuid.uuid4()), "text": "x"}, {"type": "person"}, {"type": "rate", "score": 1},
        {"type": "contact", "email": "v@example.com"}, {"type": "attributes", "attributes": {"a": "b"}},
    ]  # fmt: skip
    for frame in tries:
        await vera.send(frame)
        error = await vera.next("error")
        assert (error["code"], error.get("client_id")) == ("not_found", frame.get("client_id")), frame
    assert await inside(committed.acme, lambda: (Event.objects.count(), Handover.objects.count())) == (1, 0)
    await vera.leave()


async def test_a_visitor_is_blocked_before_the_first_word_of_a_new_conversation(committed: Cast) -> None:
    """Their line is in a conversation that has no row yet."""
    row = await inside(committed.acme, wait)
    await inside(committed.acme, lambda: casework.resolve(row.conversation_id, committed.bob))
    token, _expires = await inside(committed.acme, lambda: visitors.token(row.conversation.visitor))
    vera = Customer(ACME_HOST)
    await vera.connect()
    await vera.hello(token)
    await inside(committed.acme, lambda: Block(row.conversation.visitor_id, True).act(committed.bob))
    await vera.send({"type": "say", "client_id": str(uuid.uuid4()), "text": "x"})
    assert (await vera.next("error"))["code"] == "not_found"
    count = await inside(committed.acme, lambda: Conversation.objects.filter(visitor=row.conversation.visitor).count())
    assert count == 1, "nothing was begun in their name"
    await vera.leave()


async def test_a_site_that_may_not_show_the_chat_any_more_loses_its_lines(committed: Cast) -> None:
    def allow(*origins: str) -> None:
        site = Site.load()
        site.allowed_origins = list(origins)
        site.save()

    await inside(committed.acme, allow, "https://shop.example")
    page = Customer(ACME_HOST, origin="https://shop.example")
    own = await visit(committed.acme, ACME_HOST)
    assert await page.connect()
    await page.hello(own.token)
    await inside(committed.acme, allow)
    assert await page.closed() == 4403
    await own.say("own pages go on")
    await own.leave()


async def test_a_host_that_was_given_to_another_tenant_serves_the_old_one_no_more(committed: Cast) -> None:
    def give(to: Tenant) -> None:
        domain = Domain.objects.get(domain=ACME_HOST)
        domain.tenant = to
        domain.save()

    vera = await visit(committed.acme, ACME_HOST)
    await inside(context.PUBLIC, give, committed.globex)
    assert await vera.closed() == 4403


async def test_a_new_plan_holds_for_open_lines_at_once(committed: Cast) -> None:
    def grant(per_minute: int) -> None:
        plan, _new = Plan.objects.get_or_create(name="small")
        plan.messages_per_minute = per_minute
        plan.save()
        row = Tenant.objects.get(pk=committed.acme.pk)
        row.plan = plan
        row.save()

    vera = await visit(committed.acme, ACME_HOST)
    await inside(context.PUBLIC, grant, 1)
    await wait_until(lambda: grants(committed.acme, 1))
    await vera.say("one")
    await vera.send({"type": "say", "client_id": str(uuid.uuid4()), "text": "two"})
    assert (await vera.next("error"))["code"] == "too_fast"
    await vera.leave()


async def grants(tenant: Tenant, per_minute: int) -> bool:
    """The socket has heard of it: memory would go on answering by the old plan."""
    return bool(await inside(tenant, hosts.messages_per_minute) == per_minute)


async def test_nobody_hears_of_another_tenants_people(committed: Cast) -> None:
    mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
    await inside(committed.acme, lambda: set_member(committed.bob, role=Role.OPERATOR))
    await inside(context.PUBLIC, suspend, committed.acme, False)
    theirs = await inside(committed.globex, ask)
    await mallory.row(theirs.pk)  # all that was told before it has come
    assert not [frame for frame in mallory.seen if frame["type"] in ("me", "error")]
    await mallory.leave()
