"""Try it, conversations and the overview: what the bot does, told so that people understand it."""

import asyncio
import html
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any
from urllib.parse import parse_qsl

import pytest
from channels.testing import ApplicationCommunicator
from django.utils import timezone

from apps.conversations import handover
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Handover, Turn, Visitor
from apps.conversations.tasks import rehearse
from apps.conversations.worker import trial
from apps.conversations.worker.seats import REHEARSALS, Seat, Share, seats
from apps.conversations.worker.shift import answer
from apps.llm.chat import Message, Schema
from apps.llm.testing import ScriptedModel
from apps.releases.publishing import active
from apps.tenants import context, trials
from apps.tenants.live.threads import asks_model, looks_up
from apps.tenants.workspace.models import Role, Site
from tests.admin.conftest import Browser, Hire, text
from tests.admin.test_guessing import ask
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.knowledge.conftest import know
from tests.waiting import wait_for


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker will come meanwhile."""
    monkeypatch.setattr("apps.conversations.admin.tryout.PATIENCE_SECONDS", 0.0)


def more(page: str) -> dict[str, str]:
    """The parts of the address at which a page that still waits asks again."""
    found = re.search(r'hx-get="\?(q=[^"]+)"', page)
    assert found, page
    return dict(parse_qsl(html.unescape(found[1])))


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


@pytest.mark.usefixtures("worker")
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


@pytest.mark.usefixtures("worker")
def test_try_it_tells_when_a_person_would_take_over(cast: Cast, owner: Browser) -> None:
    page = text(owner.get("/admin/try/", q="Can I talk to a person?"))
    assert "A person takes over" in page
    assert "asked for a person" in page
    page = text(owner.get("/admin/try/", q="Do you sell kayaks?"))
    assert "A person takes over" in page
    assert "title=Do%20you%20sell%20kayaks%3F" in page


@pytest.mark.usefixtures("worker")
def test_try_it_stores_nothing(cast: Cast, owner: Browser) -> None:
    owner.get("/admin/try/", q="Do you sell kayaks?")
    with context.inside(cast.acme):
        assert not Conversation.objects.exists()
        assert not Turn.objects.exists()
        assert not Handover.objects.exists()


@pytest.mark.usefixtures("worker")
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


@pytest.mark.usefixtures("worker")
def test_nonsense_is_refused_at_the_field(owner: Browser) -> None:
    for query in ({"q": ""}, {"q": "x" * 1001}, {"q": "x", "release": "99"}, {"q": "x", "language": "tlh"}, {"q": "\x00"}):
        assert owner.get("/admin/try/", **query).status_code == 200


@pytest.mark.usefixtures("impatient")
def test_a_worker_takes_the_turn_while_the_page_waits(cast: Cast, owner: Browser, mallory: Browser, hire: Hire) -> None:
    with context.inside(cast.acme):
        know("How long is the warranty?", "Two years on everything.")
    page = text(owner.get("/admin/try/", q="How long is the warranty?", language="en"))
    assert "Waiting for a worker" in page
    asked = more(page)
    with context.inside(cast.globex):
        rehearse.run(trial=asked["trial"])
    assert "Waiting for a worker" in text(owner.get("/admin/try/", **asked)), "another tenant's worker finds nothing to do"
    with context.inside(cast.acme):
        for _ in range(2):  # a task may come twice
            rehearse.run(trial=asked["trial"])
    for stranger in (mallory, hire(Role.OPERATOR)):
        answer = text(stranger.get("/admin/try/", **asked))
        assert "over or was lost" in answer
        assert "Two years" not in answer
    assert frames(text(owner.get("/admin/try/", **asked)))["events"][-1]["text"] == "Two years on everything."


@pytest.mark.usefixtures("impatient")
def test_a_trial_of_something_else_is_none_of_this_pages(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        key = trials.begin("llm.try_endpoint", {}, by=cast.alice.pk, seconds=1)
        trials.carry_out(key, lambda _asked: {"said": "Hello.", "ms": 1.0, "first_ms": 1.0})
    assert "It answers." in text(owner.get(f"/admin/llm/modelendpoint/test/{key}/"))
    assert "over or was lost" in text(owner.get("/admin/try/", q="warranty?", trial=key))
    asked = more(text(owner.get("/admin/try/", q="warranty?")))
    assert "over or was lost" in text(owner.get(f"/admin/llm/modelendpoint/test/{asked['trial']}/"))
    with context.inside(cast.acme):
        rehearse.run(trial=asked["trial"])  # a trial that runs counts in the next test too


@pytest.mark.usefixtures("impatient")
def test_a_page_that_no_worker_hears_says_so(cast: Cast, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = more(text(owner.get("/admin/try/", q="warranty?")))
    now = time.time()
    monkeypatch.setattr("apps.tenants.trials.time.time", lambda: now + trials.SPARE + 1)
    assert "No worker picked up the test in time" in text(owner.get("/admin/try/", **asked))
    owner.client.cookies["django_language"] = "zh-hans"
    assert "没有工作进程及时接手" in text(owner.get("/admin/try/", **asked))
    with context.inside(cast.acme):
        rehearse.run(trial=asked["trial"])
    assert "No worker picked up the test in time" in text(owner.get("/admin/try/", **asked)), "it searched for nobody"


@pytest.mark.usefixtures("impatient")
def test_a_tenant_tries_a_few_questions_at_a_time(cast: Cast, owner: Browser) -> None:
    running = [more(text(owner.get("/admin/try/", q="warranty?"))) for _ in range(trial.AT_ONCE)]
    assert "Too many tests" in text(owner.get("/admin/try/", q="warranty?"))
    with context.inside(cast.acme):
        for asked in running:
            rehearse.run(trial=asked["trial"])
        running = [more(text(owner.get("/admin/try/", q="warranty?")))]
        rehearse.run(trial=running[0]["trial"])


@pytest.mark.usefixtures("impatient")
def test_rehearsals_that_wait_for_customers_take_some_threads_and_no_more(
    cast: Cast, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Customers keep all places: pages are told in time that nobody came, but the threads that waited for them still do."""
    monkeypatch.setattr("apps.conversations.worker.trial.rehearsing", Share(2))
    first, second, third = [more(text(owner.get("/admin/try/", q="warranty?")))["trial"] for _ in range(3)]
    with context.inside(cast.acme), ThreadPoolExecutor(3) as threads, Seat(seats, "busy"), Seat(seats, "other"):
        waiting = [threads.submit(copy_context().run, rehearse.run, trial=key) for key in (first, second)]
        wait_for(lambda: len(seats._waiting.get(REHEARSALS, ())) == 2)
        threads.submit(copy_context().run, rehearse.run, trial=third).result(timeout=20)
        assert not any(each.done() for each in waiting)
        monkeypatch.setattr("apps.conversations.worker.trial.trials.is_wanted", lambda _key: False)
    assert "Too many tests" in text(owner.get("/admin/try/", q="warranty?", trial=third))


@pytest.mark.usefixtures("impatient")
def test_a_page_tells_that_a_model_writes(cast: Cast, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile the worker has left its place to customers, and a worker that is being stopped says so."""
    with context.inside(cast.acme):
        know("How long is the warranty?", "Two years on everything.")
        know("Repairs", "Our workshop in Leeds repairs a torn tent.", kind="article")
    seen: list[str] = []

    class Slow(ScriptedModel):
        def stream(self, messages: Sequence[Message], schema: Schema | None = None) -> Iterator[str]:
            seen.append(text(owner.get("/admin/try/", **asked)))
            assert not seats._seated
            monkeypatch.setattr("apps.conversations.worker.shutdown._told_at", 0.0)
            yield ""

    monkeypatch.setattr("apps.conversations.bot.reach.models", lambda *_args, **_options: [Slow([])])
    asked = more(text(owner.get("/admin/try/", q="Who repairs a torn tent?")))
    with context.inside(cast.acme):
        rehearse.run(trial=asked["trial"])
    assert "A model is writing" in seen[0]
    assert "Search" in seen[0]
    assert "is being stopped" in text(owner.get("/admin/try/", **asked))


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
