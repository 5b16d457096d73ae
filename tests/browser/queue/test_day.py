"""A day at the desk: thirty customers, two agents who come and go, a mailbox. Nobody hears a thing twice, the order is kept,
and each who left is mailed once; one of them answers by mail into the same thread."""

import json
import re
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.beside import Beside
from tests.browser.people import sit_down
from tests.browser.queue.crowd import Crowd, Customer
from tests.browser.queue.test_queue import acme_crowd, look_at_waiting, stand_apart  # noqa: F401
from tests.browser.shop import Shop
from tests.browser.test_desk import colleague  # noqa: F401  the second agent's browser
from tests.imap_server import Mailbox, imap_server
from tests.mail_server import PASSWORD, USER, Outbox, mail_server
from tests.waiting import wait_for

pytestmark = pytest.mark.timeout(360)

CUSTOMERS, LEAVE = 30, range(12, 27, 3)

MAIL = """
from apps.agents.channels.mail import incoming
from apps.agents.models import DeskSettings, MailAccount
from apps.tenants import context
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug="acme")
with context.inside(shop):
    MailAccount.objects.all().delete()
    DeskSettings.objects.update(offer_seconds={offer}, patience_minutes={patience}, leave={leave!r}, capacity=5)
    if {smtp}:
        account = MailAccount(sender="care@acme.example", host="127.0.0.1", port={smtp}, security="plain", user={user!r})
        account.imap_host, account.imap_port, account.imap_security = "127.0.0.1", {imap}, "plain"
        account.password, account.origin, account.plus = {password!r}, {origin!r}, True
        account.save()
        incoming.look()
"""
ACME = """
import json
from django.utils import timezone
from apps.tenants import context
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug="acme")
with context.inside(shop):
"""
OWED = (
    ACME
    + """
    from apps.agents.models import Errand
    from apps.tenants.tasks import enqueue
    untried = Errand.objects.filter(kind="mail", done_at=None, attempts=0, wake_at__gt=timezone.now())
    if untried.update(wake_at=timezone.now()):
        enqueue("agents.run_errands", kind="mail")
"""
)
LOOK = (
    ACME
    + """
    from apps.agents.channels.mail import incoming
    incoming.look()
"""
)
OFFERS = (
    ACME
    + """
    from apps.agents.models import Offer
    rows = Offer.objects.order_by("offered_at").values_list("handover__conversation", "offered_at", "state")
    told = [[str(conversation), at.isoformat(), state] for conversation, at, state in rows]
    open({path!r}, "w").write(json.dumps(told))
"""
)


@pytest.fixture
def post(beside: Beside, acme_shop: Shop) -> Iterator[tuple[Outbox, Mailbox]]:
    """Acme's mail goes to, and comes from, servers on this machine."""
    with mail_server() as outbox, imap_server() as box:
        ways: dict[str, Any] = {"user": USER, "password": PASSWORD, "origin": acme_shop.url}
        beside(MAIL.format(offer=600, patience=60, leave="email", smtp=outbox.port, imap=box.port, **ways))
        yield outbox, box
        beside(MAIL.format(offer=30, patience=10, leave="phone", smtp=0, imap=0, **ways))


def serve(console: Page, *, ends: bool) -> None:
    """The agent takes the first offer of the strip, answers and is done with it, or goes on to the next."""
    first = console.locator("desk-offers .offer").first
    handover = first.locator(".who").get_attribute("id")
    console.keyboard.press("Enter")
    expect(console.locator(f"[id='{handover}']")).to_have_count(0)
    field = console.locator("desk-reply textarea")
    expect(field).to_be_focused()
    field.fill("I have looked into it: it is on its way.")
    field.press("Control+Enter" if ends else "Enter")
    expect(field).to_have_value("")
    field.press("Escape")


def flicker(console: Page) -> None:
    """Away and back, as people do who look for their glasses."""
    for state in ("Away", "Online"):
        chosen = console.get_by_role("radio", name=state)
        chosen.click()
        expect(chosen).to_have_attribute("aria-checked", "true")
    console.locator("desk-top .site").click()  # the focus is nowhere, so that Enter takes offers


def test_a_day_at_the_desk(
    desk: BrowserContext,
    colleague: BrowserContext,  # noqa: F811
    acme_crowd: Crowd,  # noqa: F811
    beside: Beside,
    post: tuple[Outbox, Mailbox],
    acme_shop: Shop,
    tmp_path: Path,
) -> None:
    outbox, box = post
    consoles = [sit_down(desk, acme_shop, "agent"), sit_down(colleague, acme_shop, "operator")]
    customers = [
        acme_crowd.come(f"My order 10{n:03} is late", email=f"c{n}@example.org" if n in LEAVE else "") for n in range(CUSTOMERS)
    ]
    gone = [customers[n] for n in LEAVE]
    there = [customer for customer in customers if customer not in gone]
    for console in consoles:
        expect(console.locator("desk-offers .others")).to_contain_text("3")

    # Five leave; agents come and go.
    for customer in gone:
        acme_crowd.leave(customer)
    for console in consoles:
        look_at_waiting(console)
        stand_apart(beside, console, "acme", *gone, minutes=24)
        flicker(console)

    # Those who are there are served first, then those who left.
    served = 0
    while served < len(there):
        console = consoles[served % 2]
        expect(console.locator("desk-offers .offer").first).to_be_visible()
        serve(console, ends=True)
        served += 1
        if served in (8, 16):
            flicker(consoles[1])
    for n in range(len(gone)):
        console = next(each for each in consoles if each.locator("desk-offers .offer").count())
        serve(console, ends=False)
        if n < len(gone) - 1:
            wait_for(lambda: any(each.locator("desk-offers .offer").count() for each in consoles))

    told = tmp_path / "offers.json"
    beside(OFFERS.format(path=str(told)))
    _order_was_kept(json.loads(told.read_text()), there, gone)
    for customer in there:
        wait_for(lambda customer=customer: any(frame["type"] == "closed" for frame in customer.frames))  # type: ignore[misc]
        assert len(set(customer.told)) == len(customer.told), customer.told
        assert sorted(customer.places, reverse=True) == customer.places, "no place ever grew"
        assert len(set(customer.places)) == len(customer.places)

    # Each who left gets one mail, and one of them answers.
    def mailed() -> bool:
        beside(OWED)
        return len(outbox.taken) >= len(gone)

    wait_for(mailed)
    assert sorted(to for _sender, [to] in outbox.envelopes) == sorted(f"c{n}@example.org" for n in LEAVE)
    _answer(box, outbox.taken[0], "Wonderful, thank you very much!")
    beside(LOOK)
    answered = next(n for n in LEAVE if f"c{n}@" in outbox.envelopes[0][1][0])
    conversation = customers[answered].conversation
    console = consoles[0]
    console.goto(f"{acme_shop.url}/console/#{conversation}")
    thread = console.locator("desk-conversation chat-thread")
    expect(thread).to_contain_text("I have looked into it")
    expect(thread).to_contain_text("Wonderful, thank you very much!")
    assert len(outbox.taken) == len(gone), "and nobody is mailed twice"


def _order_was_kept(offers: list[list[str]], there: list[Customer], gone: list[Customer]) -> None:
    """By the first offer of each; no offer was made twice."""
    ours = {customer.conversation for customer in (*there, *gone)}
    made = [(conversation, at) for conversation, at, _state in offers if conversation in ours]
    first = dict(made)
    assert len(made) == len(first) == CUSTOMERS
    times = [first[customer.conversation] for customer in (*there, *gone)]
    assert times == sorted(times)


def _answer(box: Mailbox, mail: EmailMessage, text: str) -> None:
    answer = EmailMessage()
    answer["From"], answer["To"] = mail["To"], mail["Reply-To"] or mail["From"]
    answer["Subject"], answer["In-Reply-To"] = f"Re: {mail['Subject']}", mail["Message-ID"]
    answer["Message-ID"] = f"<{uuid.uuid4()}@example.org>"
    quoted = re.sub("^", "> ", str(mail.get_body(("plain",)).get_content()), flags=re.MULTILINE)  # type: ignore[union-attr]
    answer.set_content(f"{text}\n\nOn Tue, 1 Dec 2026 at 09:00, Acme <care@acme.example> wrote:\n{quoted}")
    box.put(answer.as_bytes())
