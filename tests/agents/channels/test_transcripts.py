"""A customer asks for their conversation by mail: it goes to the address that is known, once, and to nobody else's."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from apps.agents.models import DeadLetter, Errand, MailAccount
from apps.agents.tickets import errands
from apps.conversations import handover
from apps.conversations.customer import visitors
from apps.conversations.models import Conversation, Visitor
from apps.tenants import context
from tests.agents.asking import ask
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.mail_server import PASSWORD, USER, Outbox, mail_server

URL = "/api/v1/widget/transcript"


@pytest.fixture
def box() -> Iterator[Outbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def mailing(acme: Cast, box: Outbox) -> Cast:
    """Acme's mail goes to the server on loopback."""
    account = MailAccount(sender="care@acme.example", host="127.0.0.1", port=box.port, security="plain", user=USER)
    account.password, account.origin = PASSWORD, "http://acme.test"
    account.save()
    return acme


def post(visitor: Visitor, row: Conversation | None, host: str = ACME_HOST, **more: Any) -> Any:
    token = visitors.token(visitor)[0]
    body = json.dumps({"conversation": str(row.pk) if row else "x", **more})
    headers = {"host": host, "authorization": f"Bearer {token}"}
    return Client().post(URL, body, content_type="application/json", headers=headers)


def text_of(mail: Any, kind: str) -> str:
    return str(mail.get_body((kind,)).get_content())


def newcomer() -> Visitor:
    return Visitor.objects.create(name="Vera")


def run_all() -> None:
    for pk in Errand.objects.filter(kind="transcript", done_at=None).values_list("pk", flat=True):
        errands.run(pk)


def test_it_goes_whole_to_the_address_that_was_left_and_once(mailing: Cast, box: Outbox) -> None:
    vera = newcomer()
    row = ask("Where is <b>my</b> parcel?", visitor=vera, language="en")
    handover.leave_contact(row.pk, "vera@example.org", "Vera")
    for _again in range(2):
        answer = post(vera, row)
        assert (answer.status_code, answer.json()) == (200, {"to": "vera@example.org"})
    context.enter(mailing.acme)
    run_all()
    (mail,) = box.taken
    assert mail["To"] == "vera@example.org"
    assert mail["Subject"] == "Your conversation with Acme"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = text_of(mail, "plain"), text_of(mail, "html")
    assert "Where is <b>my</b> parcel?" in plain
    assert "Where is &lt;b&gt;my&lt;/b&gt; parcel?" in html
    assert "You asked for this conversation by e-mail." in plain


def test_an_address_that_nobody_knows_is_asked_for_and_kept(mailing: Cast, box: Outbox) -> None:
    vera = newcomer()
    row = ask("Where is my parcel?", visitor=vera, language="zh-hans")
    assert post(vera, row).json()["code"] == "not_found"
    assert post(vera, row, email="vera@").json()["code"] == "bad_frame"
    assert not Errand.objects.filter(kind="transcript").exists()
    assert post(vera, row, email="vera@example.org").json() == {"to": "vera@example.org"}
    context.enter(mailing.acme)
    run_all()
    assert box.taken[0]["Subject"] == "您与 Acme 的对话"


def test_without_a_mail_account_nothing_is_promised(acme: Cast) -> None:
    vera = newcomer()
    row = ask("Where is my parcel?", visitor=vera)
    assert post(vera, row, email="vera@example.org").json()["code"] == "nothing_to_do"


def test_a_server_that_is_away_makes_an_item_that_people_send_again(mailing: Cast) -> None:
    MailAccount.objects.update(port=1)
    vera = newcomer()
    row = ask("Where is my parcel?", visitor=vera)
    post(vera, row, email="vera@example.org")
    context.enter(mailing.acme)
    for _try in range(3):
        Errand.objects.filter(kind="transcript").update(wake_at="2020-01-01T00:00:00Z")
        run_all()
    assert DeadLetter.objects.filter(errand__kind="transcript").exists()


def test_nobody_gets_a_conversation_of_somebody_else(mailing: Cast, box: Outbox) -> None:
    vera, stranger = newcomer(), newcomer()
    row = ask("Where is my parcel?", visitor=vera)
    assert post(stranger, row, email="mallory@example.org").status_code == 404
    assert post(vera, None).status_code == 404
    assert post(vera, row, GLOBEX_HOST).status_code == 401
    with context.inside(mailing.globex):
        mallory = Visitor.objects.create(pk=vera.pk)
        assert post(mallory, row, ACME_HOST, email="mallory@example.org").status_code == 401
        assert post(mallory, row, GLOBEX_HOST, email="mallory@example.org").status_code in (404, 409)
    context.enter(mailing.acme)
    assert not Errand.objects.filter(kind="transcript").exists()
