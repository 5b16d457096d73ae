"""Real services for the tests: an embedded PostgreSQL and Valkey, started once a run and stopped at its end.

They live in YINGDA_TEST_DIR (`.data/test` by default; one run at a time a folder). DATABASE_URL and VALKEY_URL given
from outside are used instead. Ports and secrets are known before Django reads its settings; nothing is started by
`--collect-only`.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest

from runtime.folder import Folder
from runtime.programs import ONE_THREAD
from runtime.services import postgres, valkey
from runtime.services.service import Running

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Folder(Path(os.environ.get("YINGDA_TEST_DIR", ROOT / ".data" / "test")))
STACK = contextlib.ExitStack()


def _claim_services() -> list[str]:
    """Choose the services this run starts itself and tell Django where they will be."""
    wanted = [name for name in ("DATABASE_URL", "VALKEY_URL") if not os.environ.get(name)]
    os.environ["YINGDA_DATA_DIR"] = str(FOLDER.path / "product")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.update(ONE_THREAD)
    # All of the tests' visitors sit behind one address, and a quick machine makes hundreds of them in a minute.
    for name in ("YINGDA_ADDRESS_FACTOR", "YINGDA_SESSIONS_PER_SECOND", "YINGDA_SESSION_BURST"):
        os.environ.setdefault(name, "1000")
    FOLDER.prepare()
    STACK.enter_context(FOLDER.locked())
    if "DATABASE_URL" in wanted:
        os.environ["DATABASE_URL"] = postgres.url(FOLDER, FOLDER.port("postgres"))
        os.environ["YINGDA_PG_DUMP"] = str(postgres.binaries() / "pg_dump")
    if "VALKEY_URL" in wanted:
        os.environ["VALKEY_URL"] = valkey.url(FOLDER, FOLDER.port("valkey"))
    return wanted


def _choose_examples() -> None:
    """The same examples in every run, so that a red check is about the change; YINGDA_EXAMPLES=20000 searches at random."""
    wanted = os.environ.get("YINGDA_EXAMPLES", "")
    hypothesis.settings.register_profile("steady", derandomize=True, database=None, deadline=None, max_examples=200)
    hypothesis.settings.register_profile("searching", deadline=None, max_examples=int(wanted or 1), print_blob=True)
    hypothesis.settings.load_profile("searching" if wanted else "steady")


WANTED = _claim_services()
_choose_examples()
django.setup()  # the cast's module imports models
pytest_plugins = ["tests.thrift", "tests.cast"]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.option.collectonly:
        return
    if "DATABASE_URL" in WANTED:
        STACK.enter_context(_database())
    if "VALKEY_URL" in WANTED:
        STACK.enter_context(_broker())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: Playwright keeps a loop running in this thread, in which no other test may start one.

    It is stopped before the database is taken down, since what was set up last is torn down first.
    """
    browser = ROOT / "tests" / "browser"
    items.sort(key=lambda item: browser in item.path.parents)


def pytest_unconfigure() -> None:
    STACK.close()


@contextlib.contextmanager
def _database() -> Iterator[None]:
    port = FOLDER.port("postgres")
    postgres.ensure_cluster(FOLDER)
    server = Running(
        # Durability against a power cut is not what the tests are about.
        postgres.service(FOLDER, port, fsync="off", full_page_writes="off", autovacuum="off"),
        FOLDER.logs / "postgres.log",
    )
    try:
        server.wait_until_ready()
        postgres.prepare(FOLDER, port)
        yield
    finally:
        server.stop()


@contextlib.contextmanager
def _broker() -> Iterator[None]:
    server = Running(valkey.service(FOLDER, FOLDER.port("valkey"), appendonly="no"), FOLDER.logs / "valkey.log")
    try:
        server.wait_until_ready()
        yield
    finally:
        server.stop()
