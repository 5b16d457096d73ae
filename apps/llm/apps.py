import threading
from typing import Any

from celery import signals
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LlmConfig(AppConfig):
    name = "apps.llm"
    verbose_name = _("Models")

    def ready(self) -> None:
        from apps.llm import chat, embeddings, release  # noqa: F401  registers the part
        from apps.tenants import creation

        creation.furnish(chat.furnish)

        @signals.celeryd_after_setup.connect(weak=False)
        def load(instance: Any, **_: object) -> None:
            """Beside the rest of a worker's start: else the first to ask after it would wait two seconds longer."""
            if "turns" in instance.app.amqp.queues.consume_from:
                threading.Thread(target=embeddings.load, name="encoders").start()
