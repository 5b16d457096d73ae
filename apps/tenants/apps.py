from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    name = "apps.tenants"
    verbose_name = _("Tenants")

    def ready(self) -> None:
        from apps.tenants import checks, security, standing  # noqa: F401  registers the checks

        standing.listen()
        security.listen()
