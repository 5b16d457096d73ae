"""Tickets reach the tenant's own system: signed, each at least once under one delivery id, and nobody else's."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.core import mail
from django.db import connection
from django.test import override_settings

from apps.agents.models import DeadLetter, DeskSettings, Errand, Ticket
from apps.agents.tickets import errands, tickets, webhook
from apps.conversations.guarding import outward
from apps.conversations.handover import leave_contact
from apps.conversations.models import Hit
from apps.filters import live
from apps.filters.rule import Direction
from apps.tenants import context
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.web import outgoing
from runtime.watching import logs
from tests.agents.asking import ask, wait
from tests.agents.receiver import Receiver, receiver
from tests.cast import Cast
from tests.conversations.guarding.rules import in_force
from tests.runtime.test_logs import captured


@pytest.fixture
def hook(desk: Cast) -> Iterator[Receiver]:
    """Acme's own system; Acme wants its tickets there."""
    with receiver() as found:
        found.secret = webhook.rotate()
        DeskSettings.objects.update(ticket_webhook=found.url)
        yield found


def make_ticket(text: str = "Where is my parcel?") -> Ticket:
    handover = wait(text)
    leave_contact(handover.conversation_id, "vera@example.org", "Vera")
    tickets.of_message(handover.pk)
    return Ticket.objects.latest("pk")


def run_all() -> None:
    for errand in Errand.objects.filter(done_at=None).order_by("pk"):
        errands.run(errand.pk)


def test_a_new_ticket_is_posted_and_the_other_side_can_prove_whose_it_is(hook: Receiver, desk: Cast) -> None:
    ticket = make_ticket()
    run_all()
    assert (hook.forged, len(hook.taken)) == (0, 1)
    told = hook.taken[0]
    assert (told["event"], told["header"], told["tenant"]) == ("ticket.created", "ticket.created", "acme")
    assert told["ticket"] == {
        "number": ticket.pk,
        "subject": "Where is my parcel?",
        "status": "open",
        "priority": 0,
        "assignee": None,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
        "reference": "",
        "body": ticket.body,
        "contact": "vera@example.org",
        "created_at": ticket.created_at.isoformat(),
        "conversation": str(ticket.conversation_id),
    }
    assert hook.keys == [f"ticket:{ticket.pk}:created"]
    assert hook.paths == ["/tickets?from=yingda"]


def test_another_secret_does_not_verify(hook: Receiver) -> None:
    webhook.rotate()
    make_ticket()
    run_all()
    assert (hook.forged, hook.taken) == (1, [])
    assert Errand.objects.get(kind="webhook").error == "The address answered 401 Unauthorized. bad signature"


def test_a_change_is_told_as_it_was_at_that_moment(hook: Receiver, desk: Cast) -> None:
    ticket = make_ticket()
    one = Ticket.objects.filter(pk=ticket.pk)
    assert tickets.change(one, status="pending", assignee=desk.bob) == 1
    assert tickets.change(one, status="solved") == 1
    assert tickets.change(one, status="solved") == 0
    run_all()
    told = [(each["event"], each.get("changed"), each["ticket"]["status"]) for each in hook.taken]
    assert told == [
        ("ticket.created", None, "open"),
        ("ticket.updated", ["assignee", "status"], "pending"),
        ("ticket.updated", ["status"], "solved"),
    ]
    assert hook.taken[1]["ticket"]["assignee"] == {"name": str(desk.bob), "email": desk.bob.email}
    assert len(set(hook.keys)) == 3


def test_globex_never_gets_acmes_tickets_nor_acme_globexs(hook: Receiver, desk: Cast) -> None:
    with receiver() as theirs:
        with context.inside(desk.globex):
            theirs.secret = webhook.rotate()
            DeskSettings.load()
            DeskSettings.objects.update(ticket_webhook=theirs.url)
            row = ask("Globex's own", language="zh-hans")
            leave_contact(row.pk, "mo@example.org", "Mo")
            tickets.of_message(row.handovers.get().pk)
            run_all()
        make_ticket("Acme's own")
        run_all()
        assert [(told["tenant"], told["ticket"]["subject"]) for told in theirs.taken] == [("globex", "Globex's own")]
        assert [(told["tenant"], told["ticket"]["subject"]) for told in hook.taken] == [("acme", "Acme's own")]
        assert theirs.forged == hook.forged == 0


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("500", "500 Internal Server Error. <h1>the ticket box is full</h1>"),
        ("404", "404 Not Found"),
        ("hold", "within 1 seconds"),
        ("drip", "within 1 seconds"),
        ("cut", "connection broke"),
        ("redirect", "302 Found: it sends us elsewhere"),
    ],
)
def test_what_was_not_taken_is_tried_three_times_and_kept_with_a_sentence(hook: Receiver, how: str, words: str) -> None:
    hook.how, hook.elsewhere = how, "http://169.254.169.254/latest"
    make_ticket()
    errand = Errand.objects.get(kind="webhook")
    with override_settings(WEBHOOK_SECONDS=1):
        for _ in range(3):
            Errand.objects.filter(pk=errand.pk).update(wake_at=errand.created_at)
            assert not errands.run(errand.pk)
    letter = DeadLetter.objects.get()
    assert words in letter.error
    assert len(set(hook.keys)) == 1
    assert len(hook.taken) == 3
    hook.how = "good"
    errands.resend(letter)
    assert errands.run(errand.pk)
    assert len(set(hook.keys)) == 1


def test_a_huge_answer_is_not_read(hook: Receiver) -> None:
    hook.how = "huge"
    make_ticket()
    run_all()
    assert Errand.objects.get(kind="webhook").done_at
    problem, answer = webhook.test(hook.url, hook.secret)
    assert not problem
    assert answer
    assert len(answer.text) == outgoing.MOST


def test_where_nobody_listens_is_told(desk: Cast) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    told = {
        f"http://127.0.0.1:{free}/": "Nothing is listening at this address. Check it, and whether your server is running.",
        "http://no-such-host.invalid/": "There is no such host: no-such-host.invalid",
        "ftp://example.org/": "The address must begin with http:// or https://.",
        "http://[::1": "The address must begin with http:// or https://.",
    }
    assert {url: webhook.test(url, "s")[0] for url in told} == told


def test_a_redirect_into_a_private_network_is_not_followed(hook: Receiver) -> None:
    with receiver() as inside:
        hook.how, hook.elsewhere = "redirect", inside.url
        make_ticket()
        run_all()
        assert not inside.paths


def test_a_private_address_is_the_operators_choice(hook: Receiver) -> None:
    make_ticket()
    with override_settings(PRIVATE_NETWORKS=False):
        run_all()
    assert not hook.paths
    assert Errand.objects.get(kind="webhook").error == "The address is in a network where nothing may be sent."


def test_a_name_that_changes_its_mind_is_asked_once(hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first look says one address, every later one another."""
    whole = socket.getaddrinfo
    asked: list[Any] = []

    def turncoat(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "hooks.example":
            return whole(host, *args, **kwargs)
        asked.append(host)
        return whole("127.0.0.1" if len(asked) == 1 else "169.254.169.254", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", turncoat)
    url = hook.url.replace("127.0.0.1", "hooks.example")
    assert not webhook.test(url, hook.secret)[0]
    assert len(asked) == 1
    assert hook.taken[0]["host"].startswith("hooks.example:")


def test_who_switched_it_off_gets_nothing_more(hook: Receiver) -> None:
    make_ticket()
    DeskSettings.objects.update(ticket_webhook="")
    run_all()
    assert not hook.paths
    assert not Errand.objects.filter(done_at=None).exists()


def test_the_desk_works_even_when_the_secret_does_not_open(desk: Cast) -> None:
    webhook.rotate()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agents_desksettings SET webhook_secret = 'v2.0000000000000000.AAAA'")
    assert DeskSettings.load().offer_seconds == 30
    with pytest.raises(CannotDecrypt):
        _ = DeskSettings.objects.get().webhook_secret


def test_what_leaves_is_masked_by_the_rules_of_exports_and_the_ticket_here_is_whole(hook: Receiver, desk: Cast) -> None:
    number = "13812345678"
    in_force(desk.acme, "numbers", "to_logs", action="mask")
    ticket = make_ticket(f"Where is my parcel? I am {number}")
    run_all()
    told = hook.taken[0]["ticket"]
    assert number in ticket.body
    assert number not in str(told)
    assert told["subject"] == "Where is my parcel? I am 138****5678"
    assert "138****5678" in told["body"]
    assert told["contact"] == "vera@example.org"
    subject, body = Hit.objects.filter(direction="to_logs", conversation=ticket.conversation).order_by("id")
    assert (subject.text, subject.what, subject.action, subject.start) == (number, "mobile", "mask", 25)
    assert body.text == number


def test_a_mail_is_masked_by_the_rules_of_exports(hook: Receiver, desk: Cast) -> None:
    in_force(desk.acme, "words", "to_logs", action="replace", words="parcel", say="[thing]")
    DeskSettings.objects.update(ticket_webhook="", ticket_email="desk@acme.test")
    make_ticket()
    run_all()
    assert mail.outbox[-1].subject.endswith("Where is my [thing]?")
    assert "parcel" not in mail.outbox[-1].body
    with context.inside(desk.globex):
        assert outward.leaving("my parcel", None) == "my parcel"


def test_what_a_line_of_the_log_says_is_masked_too(hook: Receiver, desk: Cast) -> None:
    in_force(desk.acme, "numbers", "to_logs", action="mask")
    logs.configure(production=True)
    live.of(Direction.TO_LOGS)
    with captured() as lines:
        structlog.get_logger("x").error("odd", error="the other side said: no such number 13812345678", key="13812345678")
    assert (lines[0]["error"], lines[0]["key"]) == ("the other side said: no such number 138****5678", "13812345678")
