"""`POST /api/v1/widget/introduction`: what a tenant asks before the first message, and the consent that is kept."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.conversations import handover, people
from apps.conversations.customer import visitors
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Introduction, Visitor
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast

URL = "/api/v1/widget/introduction"
CONSENT = "I agree that my data is used to answer me."
GIVEN = {"name": "Vera Stone", "email": "vera@example.com", "consent": CONSENT}


@pytest.fixture
def asking(cast: Cast) -> Cast:
    with context.inside(cast.acme):
        link = "https://acme.example/privacy"
        Site.objects.update(ask_first=["name", "email"], consent=CONSENT, consent_link=link)
    return cast


def newcomer(cast: Cast, **fields: Any) -> tuple[Visitor, str]:
    with context.inside(cast.acme):
        visitor = Visitor.objects.create(**fields)
        return visitor, visitors.token(visitor)[0]


def post(token: str, body: object, host: str = ACME_HOST) -> Any:
    headers = {"host": host, "authorization": f"Bearer {token}"}
    return Client().post(URL, json.dumps(body), content_type="application/json", headers=headers)


def test_what_is_given_becomes_the_contact_and_the_consent_is_kept_with_its_text_and_time(asking: Cast) -> None:
    visitor, token = newcomer(asking)
    began = timezone.now()
    assert post(token, GIVEN).status_code == 200
    with context.inside(asking.acme):
        Site.objects.update(consent="Another sentence.")
        visitor.refresh_from_db()
        kept = Introduction.objects.get(visitor=visitor)
        assert (visitor.name, visitor.email) == ("Vera Stone", "vera@example.com")
        assert (kept.consent, kept.link, kept.given) == (CONSENT, "https://acme.example/privacy", ["name", "email"])
        assert began <= kept.at <= timezone.now()


@pytest.mark.parametrize(
    "lacking",
    [{"consent": ""}, {"consent": "Something else."}, {"email": "vera@"}, {"email": None}, {"name": " "}, {"name": 7}],
)
def test_what_is_lacking_is_told_and_nothing_is_kept(asking: Cast, lacking: dict[str, Any]) -> None:
    visitor, token = newcomer(asking)
    answer = post(token, GIVEN | lacking)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_frame")
    with context.inside(asking.acme):
        visitor.refresh_from_db()
        assert (visitor.name, visitor.email, visitor.introductions.count()) == ("", "", 0)


def test_what_was_signed_is_not_replaced(asking: Cast) -> None:
    visitor, token = newcomer(asking, email="signed@example.com", vouched=["email"])
    assert post(token, GIVEN).status_code == 200
    with context.inside(asking.acme):
        visitor.refresh_from_db()
        assert (visitor.name, visitor.email) == ("Vera Stone", "signed@example.com")


def test_an_address_that_was_given_is_not_asked_for_again(asking: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "asks", lambda: "email")
    visitor, token = newcomer(asking)
    post(token, GIVEN)
    with context.inside(asking.acme):
        row = Conversation.objects.create(visitor=visitor, release=1)
        handover.ask_for_person(row.pk)
        with pages.page(row.pk) as page:
            assert "vera@example.com" in page.conversation.events.filter(author="bot").latest("seq").body["text"]


def test_the_widget_is_told_what_to_ask_and_nobody_elses_tenant_is(asking: Cast) -> None:
    def config(tenant: Any, host: str) -> dict[str, Any]:
        with context.inside(tenant):
            key = Site.load().site_key
        body = json.dumps({"site_key": key})
        answer = Client().post("/api/v1/widget/session", body, content_type="application/json", headers={"host": host})
        found: dict[str, Any] = answer.json()["config"]
        return found

    told = config(asking.acme, ACME_HOST)
    assert told["first"] == {"fields": ["name", "email"], "consent": CONSENT, "link": "https://acme.example/privacy"}
    assert "first" not in config(asking.globex, GLOBEX_HOST)


def test_nobody_of_another_tenant_gives_anything_in_their_name(asking: Cast) -> None:
    visitor, token = newcomer(asking)
    assert post(token, GIVEN, GLOBEX_HOST).status_code == 401
    assert post("", GIVEN).status_code == 401
    with context.inside(asking.globex):
        mallorys = visitors.token(Visitor.objects.create(pk=visitor.pk))[0]
    assert post(mallorys, GIVEN).status_code == 401
    with context.inside(asking.acme):
        visitor.refresh_from_db()
        assert visitor.name == ""
