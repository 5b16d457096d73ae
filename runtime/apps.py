"""Django's entry for the runtime room; it has no models."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "runtime"
    label = "runtime"
    verbose_name = "Runtime"

    def ready(self) -> None:
        from django.conf import settings

        from apps.tenants.backoffice.adminsite import platform_site
        from runtime.watching import machine, metrics, pulse

        platform_site.add_overview(machine.numbers)
        pulse.listen(settings.VALKEY_URL)
        if settings.WORKER_METRICS_PORT:
            metrics.listen(settings.WORKER_METRICS_PORT)
