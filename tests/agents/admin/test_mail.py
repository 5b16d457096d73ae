"""The tenant's mail in the admin: set up, tested by a mail, and missed on the first page."""

from typing import Any

import pytest

from apps.agents.models import MailAccount
from apps.agents.tasks import try_mail
from apps.tenants import context
from tests.admin.conftest import Browser, Hire, make_member, text, tried
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.mail_server import PASSWORD, USER, mail_server


@pytest.fixture
def hire(cast: Cast) -> Hire:
    """A new member of Acme in this role, logged in."""
    return lambda role: Browser(ACME_HOST).log_in(cast.acme, make_member(cast.acme, role))


PAGE = "/admin/agents/mailaccount/"
GIVEN = {
    "sender": "care@acme.example", "sender_name": "Acme Care", "host": "127.0.0.1", "port": "465", "security": "plain",
    "user": USER, "password": PASSWORD, "wait_minutes": "2",
    "imap_host": "", "imap_port": "993", "imap_security": "tls", "folder": "INBOX",
}  # fmt: skip


def given(**more: Any) -> dict[str, Any]:
    return GIVEN | more


def test_the_first_page_says_that_mail_is_not_set_up_until_it_is(cast: Cast, hire: Hire) -> None:
    owner = hire("owner")
    home = text(owner.get("/admin/"))
    assert "Mail is not set up" in home
    assert f'href="{PAGE}"' in home
    assert "Mail is not set up" not in text(hire("viewer").get("/admin/"))
    assert owner.post(PAGE + "add/", given()).status_code == 302
    assert "Mail is not set up" not in text(owner.get("/admin/"))
    with context.inside(cast.acme):
        row = MailAccount.objects.get()
        assert (row.sender, row.password, row.origin) == ("care@acme.example", PASSWORD, "http://acme.test")


def test_the_password_never_comes_out_and_stays_with_its_server(cast: Cast, hire: Hire) -> None:
    owner = hire("owner")
    owner.post(PAGE + "add/", given())
    with context.inside(cast.acme):
        row = MailAccount.objects.get()
    change = f"{PAGE}{row.pk}/change/"
    assert PASSWORD not in text(owner.get(change))
    assert owner.post(change, given(password="", sender_name="Acme")).status_code == 302
    with context.inside(cast.acme):
        assert MailAccount.objects.get().password == PASSWORD
    refused = text(owner.post(change, given(password="", host="mail.example.org")))
    assert "The stored password belongs to the old server or user." in refused
    with context.inside(cast.acme):
        assert MailAccount.objects.get().host == "127.0.0.1"


def test_a_test_mail_comes_by_what_stands_in_the_form(cast: Cast, hire: Hire) -> None:
    with mail_server() as box:
        page = tried(cast, hire("owner"), PAGE + "test/", given(port=str(box.port), test_to="alice@acme.example"), try_mail)
    assert "It was accepted." in page
    [mail] = box.taken
    assert (mail["From"], mail["To"]) == ("Acme Care <care@acme.example>", "alice@acme.example")
    assert box.envelopes == [("care@acme.example", ["alice@acme.example"])]
    with context.inside(cast.acme):
        assert not MailAccount.objects.exists(), "nothing is saved"


def test_what_is_wrong_with_a_server_is_said_in_a_sentence(cast: Cast, hire: Hire) -> None:
    owner = hire("owner")
    with mail_server() as box:
        at = given(port=str(box.port), test_to="alice@acme.example")
        assert "did not accept the user name and password" in tried(
            cast, owner, PAGE + "test/", {**at, "password": "x"}, try_mail
        )
        assert "encryption was not accepted" in tried(cast, owner, PAGE + "test/", {**at, "security": "tls"}, try_mail)
        box.refuses_mailbox = "550 no such person"
        assert "550 no such person" in tried(cast, owner, PAGE + "test/", at, try_mail)
    assert "did not accept it" in tried(cast, owner, PAGE + "test/", at, try_mail), "nobody listens any more"
    assert "Enter the address to which" in text(owner.post(PAGE + "test/", {**at, "test_to": "a@b, c@d"}))


def test_no_server_inside_the_platform_is_taken(cast: Cast, hire: Hire, settings: Any) -> None:
    settings.PRIVATE_NETWORKS = False
    owner = hire("owner")
    for host in ("127.0.0.1", "169.254.169.254"):
        assert "in a network where nothing may be sent" in text(owner.post(PAGE + "add/", given(host=host)))
    assert "Enter the server&#x27;s name alone" in text(owner.post(PAGE + "add/", given(host="http://mail.example.org/")))
    with context.inside(cast.acme):
        assert not MailAccount.objects.exists()


def test_mallory_and_those_without_the_right_find_nothing(cast: Cast, hire: Hire) -> None:
    hire("owner").post(PAGE + "add/", given())
    with context.inside(cast.acme):
        change = f"{PAGE}{MailAccount.objects.get().pk}/change/"
    mallory = Browser(GLOBEX_HOST).log_in(cast.globex, cast.mallory)
    assert "care@acme.example" not in text(mallory.get(change))
    assert "Mail is not set up" in text(mallory.get("/admin/")), "Acme's is none of theirs"
    for role in ("agent", "viewer"):
        person = hire(role)
        assert person.get(PAGE).status_code == 403
        assert person.post(PAGE + "test/", given(test_to="a@acme.example")).status_code == 403
