"""RabbitMQ as the broker: the product's own workers on quorum queues, with kills of the worker and of the broker."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from runtime import programs
from runtime.services.service import Running, Service
from tests import rabbitmq
from tests.cast import Cast
from tests.crew import own_database
from tests.notes import Sender
from tests.rabbitmq import RabbitMQ
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.skipif(not rabbitmq.installed(), reason=rabbitmq.ABSENT),
    pytest.mark.timeout(180),
]


class Workers:
    """Processes of the product that take their tasks from this RabbitMQ."""

    def __init__(self, folder: Path, broker: RabbitMQ) -> None:
        self.environment = {"DATABASE_URL": own_database(), "CELERY_BROKER_URL": broker.url}
        self._folder = folder
        self._running: list[Running] = []

    def start(self, *names: str) -> None:
        for name in names:
            argv = (*programs.worker(name), "-I", "tests.noting")
            service = Service(name, argv, ready=lambda: True, environment=self.environment)
            self._running.append(Running(service, self._folder / f"{name}.log"))

    def kill(self) -> None:
        while self._running:
            worker = self._running.pop().process
            worker.kill()
            worker.wait()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    found = RabbitMQ(tmp_path_factory.mktemp("broker") / "rabbitmq")
    yield found
    found.stop()


@pytest.fixture
def workers(committed: Cast, broker: RabbitMQ, tmp_path: Path) -> Iterator[Workers]:
    found = Workers(tmp_path, broker)
    yield found
    found.kill()


@pytest.fixture
def sender(workers: Workers, tmp_path: Path) -> Iterator[Sender]:
    found = Sender({**os.environ, **workers.environment}, tmp_path / "notes")
    yield found
    found.stop()


def test_what_the_broker_cannot_place_costs_a_line_in_the_log_and_no_request(broker: RabbitMQ, sender: Sender) -> None:
    """A countdown before any worker has come, a queue of the same name and another type."""
    sender.send("turns", "too early", countdown=5)
    with Connection(broker.url) as line:
        channel: Any = line.channel()
        channel.queue_declare(queue="turns", durable=True, auto_delete=False)
        sender.send("turns", "of another type")
        channel.queue_delete(queue="turns")
    sender.send("turns", "welcome")
    assert sender.lengths()["turns"] == 1


def test_every_queue_is_a_quorum_queue_whose_tasks_run(broker: RabbitMQ, workers: Workers, sender: Sender) -> None:
    workers.start(*programs.WORKERS)
    for queue in programs.WORKERS:
        sender.send(queue, f"for {queue}")
    wait_for(lambda: {f"ended for {queue}" for queue in programs.WORKERS} <= set(sender.words()), 60)
    types = broker.queues()
    assert {types[queue] for queue in programs.WORKERS} == {"quorum"}


def test_a_countdown_is_waited_for_in_the_broker_and_not_shortened(broker: RabbitMQ, workers: Workers, sender: Sender) -> None:
    workers.start("tickets")
    sender.send("tickets", "at once")
    wait_for(lambda: "ended at once" in sender.words(), 60)
    sender.send("tickets", "soon", countdown=0.3)
    sender.send("tickets", "later", countdown=1.2)
    wait_for(lambda: {"ended soon", "ended later"} <= set(sender.words()))
    began = {words: at for at, words in sender.noted()}
    assert 0.3 < began["began soon"] - began["ended at once"] < began["began later"] - began["ended at once"]
    assert began["began later"] - began["ended at once"] > 1.2
    assert broker.queues()["celery_delayed_0"] == "quorum"
    sender.send("tickets", "without a worker", countdown=4)
    workers.kill()
    assert sender.lengths()["tickets"] == 0
    wait_for(lambda: sender.lengths()["tickets"] == 1)


def test_a_killed_workers_task_is_taken_over(workers: Workers, sender: Sender) -> None:
    workers.start("turns")
    sender.send("turns", "long", pause=5)
    wait_for(lambda: sender.words() == ["began long"], 60)
    workers.kill()
    workers.start("turns")
    wait_for(lambda: sender.words() == ["began long", "began long", "ended long"], 60)


def test_what_was_sent_outlives_a_killed_broker_and_the_line_is_mended(
    broker: RabbitMQ, workers: Workers, sender: Sender
) -> None:
    for number in range(3):
        sender.send("ingest", f"before {number}")
    assert sender.lengths()["ingest"] == 3
    broker.kill()
    sender.send("ingest", "into the void")  # told in the log; its row would wait for the sweeper
    broker.start()
    sender.send("ingest", "after")
    workers.start("ingest")
    wait_for(lambda: {"ended before 0", "ended before 1", "ended before 2", "ended after"} <= set(sender.words()), 60)
    assert "began into the void" not in sender.words()
    wait_for(lambda: sender.lengths()["ingest"] == 0)
