"""Every task has a queue that a worker of the product takes from, and waits only behind its own kind."""

from typing import Any

import pytest
from django.conf import settings

from config.celery import app
from runtime import programs
from runtime.watching import pulse

CONSUMED = {queue for queues, _threads in programs.WORKERS.values() for queue in queues.split(",")}
# What a person waits for, and what may take long, by the prefix of its name.
CLASSES = {
    "conversations.take_turns": "turns",
    "conversations.rehearse": "turns",
    "agents.take_message": "tickets",
    "agents.run_errand": "tickets",
    "agents.run_errands": "tickets",
    "agents.try_webhook": "turns",
    "llm.try_endpoint": "turns",
    "agents.dispatch": "housekeeping",
    "agents.end_offers": "housekeeping",
    "knowledge.ingest": "ingest",
    "knowledge.import": "ingest",
    "knowledge.build_space": "ingest",
}


@pytest.fixture(scope="module")
def tasks() -> dict[str, Any]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))}


def test_each_task_names_a_queue_that_a_worker_takes_from(tasks: dict[str, Any]) -> None:
    queues = {name: getattr(task, "queue", None) for name, task in tasks.items()}
    assert set(CLASSES) <= set(queues)
    assert {name: queue for name, queue in queues.items() if queue not in CONSUMED} == {}


def test_what_takes_long_never_stands_before_what_a_person_waits_for(tasks: dict[str, Any]) -> None:
    assert {name: tasks[name].queue for name in CLASSES} == CLASSES
    sweepers = {task.queue for name, task in tasks.items() if ".sweep" in name}
    assert sweepers == {"housekeeping"}


def test_the_clock_sends_into_the_queue_of_each_task(tasks: dict[str, Any]) -> None:
    """It does not know the tasks (runtime.clock): what its entry does not say goes to the default queue."""
    schedule: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE
    for entry in schedule.values():
        sent_to = entry.get("options", {}).get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)
        assert sent_to == tasks[entry["task"]].queue


def test_each_queue_has_one_worker_and_a_pulse() -> None:
    assert sorted(CONSUMED) == sorted(name for name in pulse.NAMES if name != "beat")
    assert sum(len(queues.split(",")) for queues, _threads in programs.WORKERS.values()) == len(CONSUMED)
