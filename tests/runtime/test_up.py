"""`manage.py up`: comes up whole, brings back what dies, leaves nothing behind, and says in one sentence why it cannot."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from runtime.folder import Folder
from runtime.services.service import listeners
from tests.product import Product
from tests.waiting import wait_for


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def product(folder: Path) -> Iterator[Product]:
    running = Product(folder, YINGDA_WEB_PROCESSES="2", YINGDA_TURNS_WORKERS="2")
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(60)
    assert running.processes() == []


def logged(product: Product, name: str, word: str) -> bool:
    return word in (product.folder / "logs" / f"{name}.log").read_text()


@pytest.mark.timeout(480)
def test_the_product_comes_up_mends_itself_and_leaves_nothing_behind(product: Product) -> None:
    product.wait_until_told("Ready in")
    assert product.get("/healthz")[0] == 200
    status, body = product.get("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ready"), body
    assert 'yingda_worker_up{queue="turns"} 1.0' in product.get("/metrics")[1]

    # The first question finds the encoders loaded in either worker.
    for name in ("turns", "turns2"):
        wait_for(partial(logged, product, name, "encoders_ready"))

    # What dies comes back, also one of two that take the same questions.
    for name in ("turns", "turns2"):
        product.process_of(f"-n {name}@").kill()
        product.wait_until_told(rf"{name} +died")
        assert product.get("/readyz")[0] == 200, "the other one takes the questions"
        product.wait_until_told(rf"{name} +died[\s\S]+{name} +ready")

    # The same of two that share the port.
    assert listeners(product.port) == 2
    product.process_of("runtime.web.serving").kill()
    product.wait_until_told(r"web2? +died")
    assert product.get("/healthz")[0] == 200
    product.wait_until_told(r"web2? +died[\s\S]+web2? +ready")
    assert listeners(product.port) == 2

    # A killed supervisor takes everything with it.
    product.process.kill()
    product.process.wait()
    wait_for(lambda: product.processes() == [])

    # The next start has nothing to prepare, and an orderly end.
    again = Product(product.folder, YINGDA_WEB_PROCESSES="1", YINGDA_TURNS_WORKERS="1")
    again.wait_until_told(r"(?s)Ready in.*Ready in")
    assert again.told().count("Preparing the database") == 1
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(60) == 0
    assert again.told().rstrip().endswith("Stopped.")


def refused(folder: Path, **environment: str) -> str:
    """The one line of a start that must fail."""
    product = Product(folder, **environment)
    assert product.process.wait(60) == 1
    assert product.processes() == []
    complaint = product.told().strip().splitlines()[-1]
    assert "Traceback" not in product.told()
    assert complaint.startswith("yingda: ")
    return complaint


def test_a_taken_port_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is taken" in refused(folder, PORT=str(port))


def test_a_wrong_port_is_told(folder: Path) -> None:
    assert "PORT is 'eighty'" in refused(folder, PORT="eighty")


def test_what_is_wrong_with_the_environment_is_told_before_anything_is_prepared(folder: Path) -> None:
    told = refused(folder, YINGDA_ENV="prod", YINGDA_DBPOOL="4")
    assert "YINGDA_ENV is 'prod'. Set it to one of: dev, production." in told
    assert "Did you mean YINGDA_DB_POOL?" in told
    assert not (folder / "logs" / "prepare.log").exists()


def test_a_wrong_number_of_workers_is_told(folder: Path) -> None:
    assert "YINGDA_TURNS_WORKERS is 'many': set it to a number from 1 to 8." in refused(folder, YINGDA_TURNS_WORKERS="many")
    assert "YINGDA_TURNS_WORKERS is '0'" in refused(folder, YINGDA_TURNS_WORKERS="0")
    assert "YINGDA_TURNS_WORKERS is '²'" in refused(folder, YINGDA_TURNS_WORKERS="²")
    assert "YINGDA_WEB_PROCESSES is '17': set it to a number from 1 to 8." in refused(folder, YINGDA_WEB_PROCESSES="17")


def test_a_path_that_cannot_be_used_is_told(folder: Path) -> None:
    assert "may not contain" in refused(folder.with_name("100%"))


def test_a_folder_of_a_newer_version_is_told(folder: Path) -> None:
    folder.mkdir()
    (folder / "LAYOUT").write_text("99\n")
    assert "made by a newer version" in refused(folder)


def test_a_damaged_folder_is_told(folder: Path) -> None:
    folder.mkdir()
    (folder / "LAYOUT").write_text("1\n")
    (folder / "kept.json").write_text("{")
    assert "damaged" in refused(folder)


def test_a_database_of_another_major_version_is_told(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("17\n")
    assert "made by PostgreSQL 17" in refused(folder)


def test_a_damaged_database_is_told(folder: Path) -> None:
    (folder / "postgres" / "base").mkdir(parents=True)
    assert "damaged" in refused(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(folder: Path) -> None:
    folder.parent.chmod(0o555)
    assert "cannot be made" in refused(folder)


def test_a_database_that_does_not_answer_is_told(folder: Path) -> None:
    complaint = refused(folder, DATABASE_URL="postgresql://yingda@127.0.0.1:1/yingda")
    assert "The database does not answer" in complaint


def test_a_second_start_on_the_same_folder_is_told(folder: Path) -> None:
    owner = Folder(folder)
    owner.prepare()
    with owner.locked():
        assert "in use" in refused(folder)
