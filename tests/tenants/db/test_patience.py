"""One statement that takes too long ends in a sentence, and holds neither a page's thread nor the ledger for long."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import InternalError, connection, transaction

from apps.conversations.ledger import group_commit
from apps.tenants import context
from apps.tenants.db import address, patience
from apps.tenants.workspace import idle
from apps.tenants.workspace.sessions import SessionStore
from runtime import programs
from runtime.services.stack import Options, Stack
from runtime.services.supervisor import Supervisor
from tests.admin.conftest import Browser, text
from tests.cast import ACME_HOST, Cast
from tests.conversations.client import visit
from tests.waiting import wait_for


@pytest.fixture
def impatient(committed: Cast, settings: Any) -> Iterator[Cast]:
    """Connections made from here on wait for one second."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    settings.DB_SECONDS = (1, 1)
    yield committed
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


@contextmanager
def locked(table: str, mode: str = "ACCESS EXCLUSIVE") -> Iterator[None]:
    with psycopg.connect(address.conninfo()) as other:
        other.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield


def unsaved(cast: Cast) -> Browser:
    """A browser whose next page saves its session: it was used last a while ago."""
    browser = Browser(ACME_HOST).log_in(cast.acme, cast.alice)
    browser.client.raise_request_exception = False
    with context.inside(cast.acme):
        session = SessionStore(browser.client.cookies["sessionid"].value)
        session[idle.SEEN] = time.time() - 2 * idle.EVERY_SECONDS
        session.save()
    return browser


def cut_off_who_waits() -> None:
    """Ends the waiting connections, as when the database restarts, or a connection was waited for in vain."""
    with psycopg.connect(address.conninfo(), autocommit=True) as other:
        asked = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
        wait_for(lambda: other.execute(asked, [other.info.dbname]).fetchone() is not None)


def test_a_page_that_takes_too_long_says_so(impatient: Cast) -> None:
    browser = Browser(ACME_HOST).log_in(impatient.acme, impatient.alice)
    browser.client.raise_request_exception = False
    with locked("acme.agents_ticket"):
        answer = browser.get("/admin/agents/ticket/")
        assert answer.status_code == 503
        assert "This took too long and was stopped." in text(answer)
        assert "处理时间过长" in text(answer)
        assert browser.get("/admin/knowledge/article/").status_code == 200, "its connection goes on"
    assert browser.get("/admin/agents/ticket/").status_code == 200


def test_a_session_that_is_not_saved_in_time_says_so(impatient: Cast) -> None:
    browser = unsaved(impatient)
    with locked("acme.django_session", "SHARE"):
        answer = browser.get("/admin/")
    assert answer.status_code == 503
    assert "This took too long and was stopped." in text(answer)
    assert browser.get("/admin/").status_code == 200, "who asks again is logged in as before"


def test_a_session_that_finds_no_database_to_be_saved_in_is_no_log_out(committed: Cast) -> None:
    browser = unsaved(committed)
    with locked("acme.django_session", "SHARE"), ThreadPoolExecutor(1) as operator:
        ended = operator.submit(cut_off_who_waits)
        answer = browser.get("/admin/")
        ended.result()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "We can't answer right now." in text(answer)
    connection.close()
    assert browser.get("/admin/").status_code == 200, "who asks again is logged in as before"


def test_a_session_that_was_deleted_meanwhile_is_over(committed: Cast) -> None:
    browser = unsaved(committed)
    with context.inside(committed.acme):
        session = SessionStore(browser.client.cookies["sessionid"].value)
        session.load()
        SessionStore(session.session_key).delete()
        with pytest.raises(UpdateError):
            session.save()
    assert browser.get("/admin/").status_code == 302


def test_a_transaction_that_is_forgotten_ends(impatient: Cast) -> None:
    with pytest.raises(InternalError):
        _dawdle(impatient)
    connection.close()
    assert Browser(ACME_HOST).log_in(impatient.acme, impatient.alice).get("/admin/").status_code == 200


def _dawdle(cast: Cast) -> None:
    with context.inside(cast.acme), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT pg_backend_pid()")
        wait_for(partial(_is_over, cursor.fetchone()[0]))
        cursor.execute("SELECT 1")


def _is_over(pid: int) -> bool:
    with psycopg.connect(address.conninfo()) as other:
        return other.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone() is None


@pytest.mark.usefixtures("sockets")
async def test_a_lock_held_for_long_keeps_no_message_for_ever(impatient: Cast) -> None:
    vera = await visit(impatient.acme, ACME_HOST)
    await vera.say("Hello")
    await group_commit.close()  # the ledger of this loop begins anew, with connections that wait for a second
    own, told = str(uuid.uuid4()), {"type": "say", "text": "Where is my order?"}
    with locked("acme.conversations_event"):
        await vera.send({**told, "client_id": own})
        assert (await vera.next("error", seconds=20))["code"] == "unavailable"
    await vera.send({**told, "client_id": own})
    await vera.next("ack", seconds=20)
    await vera.leave()


def test_commands_wait_as_long_as_it_takes(settings: Any) -> None:
    assert settings.WORK == "command"
    assert patience.statements() == []


def test_each_process_is_told_its_kind_of_work(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"YINGDA_DATA_DIR": str(tmp_path), "YINGDA_TURNS_WORKERS": "2", "YINGDA_WEB_PROCESSES": "2"}.items():
        monkeypatch.setenv(name, value)
    options = Options.read()
    options.folder.prepare()
    stack = Stack(options)
    kinds = {service.name: service.environment.get(programs.WORK) for service in stack.app}
    assert kinds == {
        **dict.fromkeys(("web", "web2"), "web"),
        **dict.fromkeys(("turns", "turns2"), "turns"),
        **{name: name for name in ("ingest", "tickets", "housekeeping")},
        **dict.fromkeys(("beat", "orders")),
    }
    Supervisor(stack.folder, {"stores": stack.stores, "app": stack.app}, stack.environment)
    assert 'environment=YINGDA_WORK="ingest"' in (stack.folder.run / "supervisord.conf").read_text()
