"""`GET /api/v1/widget/conversations`: customers read their own earlier conversations, and nobody else's."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.conversations.customer import history, visitors
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Visitor
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.models import Tenant
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast

URL = "/api/v1/widget/conversations"


def token_of(tenant: Tenant, visitor: Visitor) -> str:
    with context.inside(tenant):
        return visitors.token(visitor)[0]


@pytest.fixture
def vera(cast: Cast) -> Visitor:
    """A visitor of Acme's with all their requests left: reading is limited."""
    with context.inside(cast.acme):
        return Visitor.objects.create(name="Vera")


def get(token: str, path: str = "", *, host: str = ACME_HOST, origin: str = "") -> Any:
    headers = {"host": host, "authorization": f"Bearer {token}", **({"origin": origin} if origin else {})}
    return Client().get(URL + path, headers=headers)


def talk(visitor: Visitor, *texts: str, days: int = 0) -> Conversation:
    """A conversation that has ended; the bot has answered, and the team has noted something."""
    row = Conversation.objects.create(visitor=visitor, release=active().number)
    with pages.page(row.pk) as page:
        for text in texts:
            page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"author": {"kind": "visitor", "name": ""}, "text": text})
            page.append(
                Event.Kind.MESSAGE, Event.Author.BOT, {"author": {"kind": "bot", "name": "Acme"}, "text": f"Re: {text}"}
            )
        page.append(Event.Kind.NOTE, Event.Author.AGENT, {"author": {"kind": "agent", "name": "Bob"}, "text": "secret"})
        page.append(Event.Kind.CLOSED, Event.Author.SYSTEM, {"reason": "resolved"})
        page.conversation.close(page.now)
    Conversation.objects.filter(pk=row.pk).update(opened_at=timezone.now() - timedelta(days=days))
    return row


def test_customers_list_and_read_what_they_said_before_without_the_teams_notes(cast: Cast, vera: Visitor) -> None:
    with context.inside(cast.acme):
        older, newer = talk(vera, "tents", days=3), talk(vera, "shoes", "socks", days=1)
        token = token_of(cast.acme, vera)
    answer = get(token)
    assert answer.headers["Cache-Control"] == "private, no-store"
    listed = answer.json()
    assert [(one["id"], one["text"], one["closed"]) for one in listed["conversations"]] == [
        (str(newer.pk), "socks", True),
        (str(older.pk), "tents", True),
    ]
    assert not listed["more"]
    found = get(token, f"/{newer.pk}").json()
    assert [event.get("text", event["type"]) for event in found["events"]] == [
        "shoes",
        "Re: shoes",
        "socks",
        "Re: socks",
        "closed",
    ]
    assert not found["more"]


def test_a_long_history_comes_page_by_page_and_nothing_twice(
    cast: Cast, vera: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "LISTED", 2)
    monkeypatch.setattr(history, "EVENTS", 3)
    with context.inside(cast.acme):
        rows = [talk(vera, "one", "two", "three", days=day) for day in (5, 4, 3, 2, 1)]
        token = token_of(cast.acme, vera)
    seen, before = list[str](), ""
    while True:
        page = get(token, before and f"?before={before}").json()
        seen += [one["id"] for one in page["conversations"]]
        before = seen[-1]
        if not page["more"]:
            break
    assert seen == [str(row.pk) for row in reversed(rows)]
    numbers, path = list[int](), f"/{rows[0].pk}"
    while True:
        page = get(token, path).json()
        numbers = [event["seq"] for event in page["events"]] + numbers
        path = f"/{rows[0].pk}?before={numbers[0]}"
        if not page["more"]:
            break
    assert numbers == [1, 2, 3, 4, 5, 6, 8]


def test_nobody_else_reads_them(cast: Cast, vera: Visitor) -> None:
    with context.inside(cast.acme):
        row = talk(vera, "tents")
        stranger = token_of(cast.acme, Visitor.objects.create())
        own = token_of(cast.acme, vera)
    with context.inside(cast.globex):
        mallorys = token_of(cast.globex, Visitor.objects.create(pk=vera.pk))  # the same id, in the other tenant
    assert get(stranger).json() == {"conversations": [], "more": False}
    assert get(stranger, f"/{row.pk}").status_code == 404
    assert get(stranger, f"?before={row.pk}").status_code == 404
    assert get(mallorys).status_code == 401
    assert get(mallorys, host=GLOBEX_HOST).json() == {"conversations": [], "more": False}
    assert get(mallorys, f"/{row.pk}", host=GLOBEX_HOST).status_code == 404
    assert get(own, f"/{row.pk}", host=GLOBEX_HOST).status_code == 401
    assert get(own, f"/{row.pk}", origin="https://evil.example").status_code == 403
    assert get("", f"/{row.pk}").status_code == 401


@pytest.mark.parametrize("path", ["/x", f"/{uuid.uuid4()}", "?before=x"])
def test_what_is_no_conversation_is_not_found(cast: Cast, vera: Visitor, path: str) -> None:
    with context.inside(cast.acme):
        token = token_of(cast.acme, vera)
    assert get(token, path).json()["code"] == "not_found"


def test_what_is_no_number_is_told(cast: Cast, vera: Visitor) -> None:
    with context.inside(cast.acme):
        row, token = talk(vera, "tents"), token_of(cast.acme, vera)
    for number in ("x", "-1", "99999999999", "\u0663"):
        assert get(token, f"/{row.pk}?before={number}").json()["code"] == "bad_frame"


def test_a_blocked_visitor_reads_nothing(cast: Cast, vera: Visitor) -> None:
    with context.inside(cast.acme):
        row, token = talk(vera, "tents"), token_of(cast.acme, vera)
        Visitor.objects.filter(pk=vera.pk).update(blocked_at=timezone.now())
    assert get(token, f"/{row.pk}").status_code == 404
