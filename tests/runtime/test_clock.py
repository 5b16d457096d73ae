"""Beat knows no tasks, so each entry of its schedule must say where it goes unless that is the default queue."""

from typing import Any

from django.conf import settings

from config.celery import app


def test_every_scheduled_task_is_sent_to_the_queue_it_names() -> None:
    app.loader.import_default_modules()
    schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    for entry in schedule.values():
        task = app.tasks[entry["task"]]
        sent_to = entry.get("options", {}).get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)
        assert getattr(task, "queue", None) in (None, sent_to), entry["task"]
