import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from celery import signals
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from apps.flows.slots.kind import Kind


class FlowsConfig(AppConfig):
    name = "apps.flows"
    label = "flows"
    verbose_name = _("Flows")

    def ready(self) -> None:
        from apps.flows import part, scope, sweeping  # noqa: F401  registers the part, the scope of filters, the sweeper
        from apps.flows.definition import speech

        speech.asked = _kind

        @signals.celeryd_after_setup.connect(weak=False)
        def load(instance: Any, **_: object) -> None:
            """Beside the rest of a worker's start: what reads days and phone numbers takes a second to import."""
            if "turns" in instance.app.amqp.queues.consume_from:
                threading.Thread(target=import_module, args=["apps.flows.understanding.understand"], name="flows").start()


def _kind(name: str) -> "Kind | None":
    """Imported when the first value is said: the kinds bring what reads phone numbers and days along."""
    from apps.flows.slots import kinds

    return kinds.get(name)
