"""More work than one process can do at once: classes do not wait for each other, connections stay bounded, nothing is lost."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from websockets.sync.client import connect

from apps.agents.models import DeskSettings, Errand, Offer, Ticket
from apps.agents.tickets import webhook
from apps.conversations.live import backlog
from apps.conversations.models import Conversation, Event, Turn
from apps.knowledge.intake import publishing
from apps.knowledge.models import Article, Ingestion, Kind, Status
from apps.tenants import context
from apps.tenants.live.valkey import client
from runtime import programs
from runtime.services.service import LOOPBACK
from tests.agents.asking import ask, texts, wait
from tests.agents.conftest import desk  # noqa: F401 — a fixture
from tests.agents.receiver import receiver
from tests.cast import ACME_HOST, Cast
from tests.conversations.client import open_session
from tests.crew import POOL, Crew
from tests.waiting import wait_for

QUEUES = tuple(programs.WORKERS)
ARTICLES, HOOKS = 300, 40
HASTY = "tests.hasty"
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def crew(desk: Cast, tmp_path: Path) -> Iterator[Crew]:  # noqa: F811
    client().delete(*QUEUES, *client().keys("yingda:*:backlog"))
    found = Crew(tmp_path)
    yield found
    found.stop()
    client().delete(*QUEUES, *client().keys("yingda:*:backlog"))


def flood() -> None:
    text = "Our shop sells things that keep for years. " * 20
    for number in range(ARTICLES):
        publishing.save(Article(kind=Kind.QA, title=f"Question {number}?", body=text, language="en", status=Status.PUBLISHED))
    for number in range(HOOKS):
        webhook.announce(Ticket.objects.create(subject=f"Lost parcel {number}"), webhook.CREATED)


def test_a_flood_of_imports_and_slow_webhooks_holds_up_no_turn_and_no_offer(crew: Crew, desk: Cast) -> None:  # noqa: F811
    with receiver("slow") as hook:
        hook.secret = webhook.rotate()
        DeskSettings.objects.update(ticket_webhook=hook.url)
        flood()
        crew.start(*QUEUES)
        wait_for(lambda: Article.objects.exclude(ingestion=Ingestion.WAITING).exists() and bool(hook.taken), 60)
        asked = ask("Do you deliver to the moon?")
        backlog.put([asked.pk])
        handover = wait("I want a person")
        wait_for(lambda: Turn.objects.filter(conversation=asked).exclude(state=Turn.State.RUNNING).exists(), 60)
        wait_for(lambda: Offer.objects.filter(handover=handover, member=desk.bob).exists(), 60)
        assert texts(asked, Event.Author.BOT)
        assert Article.objects.filter(ingestion=Ingestion.WAITING).exists(), "the imports had ended: flood with more"
        assert Errand.objects.filter(done_at=None).exists(), "the webhooks had ended: flood with more"
        crew.check(*QUEUES)


def say(crew: Crew, session: dict[str, Any], words: str) -> None:
    with connect(f"ws://{ACME_HOST}:{crew.port}/ws/chat/", address=(LOOPBACK, crew.port)) as line:
        line.send(json.dumps({"type": "hello", "token": session["token"], "conversation": None, "after": 0}))
        line.send(json.dumps({"type": "say", "client_id": str(uuid.uuid4()), "text": words}))
        while json.loads(line.recv(timeout=60))["type"] != "ack":
            pass


def answered() -> int:
    return Turn.objects.exclude(state=Turn.State.RUNNING).values("conversation").distinct().count()


def test_a_burst_on_few_connections_is_answered_and_never_takes_more(crew: Crew, desk: Cast) -> None:  # noqa: F811
    crew.start("turns", "housekeeping")
    crew.start_web()
    sessions = [open_session(desk.acme, ACME_HOST) for _ in range(30)]
    with ThreadPoolExecutor(60) as crowd:
        pages = [crowd.submit(crew.get, path, ACME_HOST) for path in ("/admin/login/", "/readyz") * 30]
        said = [crowd.submit(say, crew, session, "Where is my parcel?") for session in sessions]
        for each in said:
            each.result()
        assert {page.result() for page in pages[::2]} == {200}
    wait_for(lambda: answered() == len(sessions), 90)
    crew.check("web", "turns", "housekeeping")


def test_turns_that_waited_in_vain_for_a_connection_are_taken_up_again(crew: Crew, desk: Cast) -> None:  # noqa: F811
    """Another tenant's turn holds the only connection for longer than the pool is patient: the task fails, and the sweeper
    puts its conversations back."""
    crew.settings = HASTY
    with context.inside(desk.globex):
        others = ask("Who is there?")
    crew.start("turns", pool=1)  # for the two tenants that compute at a time
    crew.start("housekeeping")
    crew.start_beat()
    with psycopg.connect(crew.database, application_name="blocking") as line:
        line.execute("LOCK TABLE globex.conversations_turn IN ACCESS EXCLUSIVE MODE")
        backlog.put([others.pk], schema="globex")
        wait_for(_is_held_up, 60)
        rows = [ask(f"Question {number}?") for number in range(12)]
        backlog.put([row.pk for row in rows])
        wait_for(lambda: "PoolTimeout" in (crew.folder / "turns.log").read_text(), 60)
    wait_for(lambda: answered() == len(rows), 90)
    assert not Conversation.objects.filter(waiting_since__isnull=False, owner="bot").exists()
    crew.check("turns")


def _is_held_up() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'turns' AND wait_event_type = 'Lock'")
        return bool(cursor.fetchone() == (1,))


def test_a_page_that_waited_in_vain_for_a_connection_says_to_come_again(crew: Crew) -> None:
    crew.settings = HASTY
    crew.start_web()
    with psycopg.connect(crew.database, application_name="blocking") as line, ThreadPoolExecutor(6) as crowd:
        line.execute("LOCK TABLE acme.django_session IN ACCESS EXCLUSIVE MODE")
        pages = [crowd.submit(crew.get, "/admin/login/", ACME_HOST, f"sessionid={'a' * 32}") for _ in range(6)]
        wait_for(lambda: sum(page.done() for page in pages) == 6 - POOL)
        line.rollback()
        assert sorted(page.result() for page in pages) == [200] * POOL + [503] * (6 - POOL)
    assert crew.get("/admin/login/", ACME_HOST) == 200
    crew.check("web")


def test_the_stated_connections_hold_for_the_default_pool() -> None:
    assert {name: programs.connections(name, 8) for name in ("web", *QUEUES, "beat")} == {
        "web": 12,
        "turns": 8,
        "ingest": 3,
        "tickets": 8,
        "housekeeping": 5,
        "beat": 0,
    }
