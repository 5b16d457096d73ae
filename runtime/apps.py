"""Django's entry for the runtime room; it has no models."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "runtime"
    label = "runtime"
    verbose_name = "Runtime"

    def ready(self) -> None:
        from django.conf import settings

        from runtime.watching import metrics, pulse

        pulse.listen(settings.VALKEY_URL)
        if settings.WORKER_METRICS_PORT:
            metrics.listen(settings.WORKER_METRICS_PORT)
