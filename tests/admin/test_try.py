"""Try it, conversations and the overview: what the bot does, told so that people understand it."""

import asyncio
import json
import re
import threading
from typing import Any

from channels.testing import ApplicationCommunicator
from django.utils import timezone

from apps.conversations import handover
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Handover, Turn, Visitor
from apps.conversations.worker.shift import answer
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.live.threads import asks_model, looks_up
from apps.tenants.workspace.models import Role, Site
from tests.admin.conftest import Browser, Hire, text
from tests.admin.test_guessing import ask
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.knowledge.conftest import know


def frames(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="frames" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    held: dict[str, Any] = json.loads(found[1])
    return held


def talk(cast: Cast, *said: str) -> Conversation:
    """A new visitor's conversation, as the ledger and the turn would leave it."""
    with context.inside(cast.acme):
        row = Conversation.objects.create(visitor=Visitor.objects.create(), release=active().number, language="en")
        for words in said:
            with pages.page(row.pk) as page:
                body = {"author": {"kind": "visitor", "name": "Vera"}, "text": words}
                page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, body)
                page.conversation.epoch += 1
                page.conversation.waiting_since = page.now
            answer(row.pk)
        row.refresh_from_db()
        return row


def test_try_it_shows_what_was_found_and_why_it_was_chosen(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        article = know("How long is the warranty?", "Two years on everything.")
        site = Site.load()
    page = text(owner.get("/admin/try/", q="How long is the warranty?"))
    assert "Quoted from the knowledge" in page
    assert "sure enough to be quoted" in page
    assert f"/admin/knowledge/article/{article.pk}/change/" in page
    assert f"sure from {site.sure:.2f}" in re.sub(r"\s+", " ", page)
    said = frames(page)["events"]
    assert [event["author"]["kind"] for event in said] == ["visitor", "bot"]
    assert said[1]["text"] == "Two years on everything."


def test_try_it_tells_when_a_person_would_take_over(cast: Cast, owner: Browser) -> None:
    page = text(owner.get("/admin/try/", q="Can I talk to a person?"))
    assert "A person takes over" in page
    assert "asked for a person" in page
    page = text(owner.get("/admin/try/", q="Do you sell kayaks?"))
    assert "A person takes over" in page
    assert "title=Do%20you%20sell%20kayaks%3F" in page


def test_try_it_stores_nothing(cast: Cast, owner: Browser) -> None:
    owner.get("/admin/try/", q="Do you sell kayaks?")
    with context.inside(cast.acme):
        assert not Conversation.objects.exists()
        assert not Turn.objects.exists()
        assert not Handover.objects.exists()


def test_an_older_release_answers_as_it_did(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        article = know("How long is the warranty?", "Two years.")
        old = active().number
        article.body = "Three years."
        from apps.knowledge.intake import ingestion, publishing

        publishing.save(article)
        ingestion.ingest(article.pk)
    then = frames(text(owner.get("/admin/try/", q="warranty?", release=str(old))))["events"][-1]["text"]
    assert "Two years." in then
    assert "Three years." in frames(text(owner.get("/admin/try/", q="How long is the warranty?")))["events"][-1]["text"]


def test_nonsense_is_refused_at_the_field(owner: Browser) -> None:
    for query in ({"q": ""}, {"q": "x" * 1001}, {"q": "x", "release": "99"}, {"q": "x", "language": "tlh"}, {"q": "\x00"}):
        assert owner.get("/admin/try/", **query).status_code == 200


def test_a_conversation_is_drawn_from_its_events_beside_its_traces(cast: Cast, owner: Browser) -> None:
    row = talk(cast, "Hello", "Do you sell kayaks? </script><script>alert(1)</script>")
    page = text(owner.get(f"/admin/conversations/conversation/{row.pk}/change/"))
    drawn = frames(page)["events"]
    assert [event["seq"] for event in drawn] == list(range(1, row.last_seq + 1))
    assert "<script>alert(1)" not in page
    assert "yingda-timeline" in page
    assert "The search found nothing at all." in page


def test_conversations_are_found_by_what_was_said(cast: Cast, owner: Browser) -> None:
    row = talk(cast, "我想退掉这个帐篷")
    path = "/admin/conversations/conversation/"
    assert str(row.pk) in text(owner.get(path, q="帐篷"))
    assert str(row.pk) not in text(owner.get(path, q="睡袋"))
    assert str(row.pk) in text(owner.get(path, cause="no_passage"))
    assert str(row.pk) not in text(owner.get(path, cause="none"))
    assert str(row.pk) in text(owner.get(path, owner__exact="queue", state="open"))


def test_conversations_are_only_read(cast: Cast, owner: Browser) -> None:
    row = talk(cast, "Hello")
    path = f"/admin/conversations/conversation/{row.pk}"
    assert owner.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    assert owner.get("/admin/conversations/conversation/add/").status_code == 403
    assert owner.get("/admin/conversations/conversation/nonsense/change/").status_code == 404


def test_mallory_reads_no_conversation_of_acme(cast: Cast, mallory: Browser) -> None:
    row = talk(cast, "My secret order")
    assert mallory.get(f"/admin/conversations/conversation/{row.pk}/change/").status_code == 404
    for page in (mallory.get("/admin/conversations/conversation/", q="secret"), mallory.get("/admin/")):
        assert "My secret order" not in text(page)
        assert str(row.pk) not in text(page)


def test_the_overview_counts_and_names_what_nobody_answered(cast: Cast, owner: Browser) -> None:
    assert "No customer has asked anything yet" in text(owner.get("/admin/"))
    talk(cast, "Do you sell kayaks?")
    with context.inside(cast.acme):
        know("How long is the warranty?", "Two years on everything.")
    talk(cast, "How long is the warranty?")
    page = text(owner.get("/admin/"))
    assert re.search(r"Answered by the bot</span>\s*<b>50 %</b>", page)
    assert "Do you sell kayaks?" in page
    assert "title=Do%20you%20sell%20kayaks%3F" in page


def test_who_may_not_write_is_not_asked_to(cast: Cast, hire: Hire) -> None:
    talk(cast, "Do you sell kayaks?")
    page = text(hire(Role.VIEWER).get("/admin/"))
    assert "Do you sell kayaks?" in page
    assert "/admin/knowledge/article/add/" not in page


def test_a_person_who_was_asked_for_is_counted(cast: Cast, owner: Browser) -> None:
    row = talk(cast, "Hello")
    with context.inside(cast.acme):
        handover.ask_for_person(row.pk)
        assert Handover.objects.get().requested_at <= timezone.now()
    assert "1 customer is waiting for a person" in text(owner.get("/admin/"))


async def test_who_tries_or_types_a_slow_host_holds_nobodys_pages(committed: Cast) -> None:
    """All the threads that one tenant may have for such requests are taken, and every page still answers."""
    gate = threading.Event()
    doors = [("GET", "/admin/try/")]
    doors += [("POST", f"/admin/llm/modelendpoint/{form}/") for form in ("add", "7/change", "test")]
    doors += [("POST", f"/admin/agents/desksettings/{form}/") for form in ("1/change", "webhook/test")]
    taken = [asks_model] * 3 + [looks_up] * 4
    with context.inside(committed.acme):
        held = [asyncio.ensure_future(threads(gate.wait)()) for threads in taken]
    await asyncio.sleep(0)
    try:
        for method, path in doors:
            assert (await status(await ask(method, ACME_HOST, path)), path) == (503, path)
            assert (await status(await ask("GET", ACME_HOST, "/admin/login/"))) == 200
            assert (await status(await ask("GET", GLOBEX_HOST, "/admin/login/"))) == 200
        assert (await status(await ask("GET", GLOBEX_HOST, "/admin/try/"))) == 302
    finally:
        gate.set()
        await asyncio.gather(*held)


async def status(browser: ApplicationCommunicator) -> int:
    start = await browser.receive_output(20)
    await browser.receive_output(20)
    await browser.wait(20)
    return int(start["status"])
