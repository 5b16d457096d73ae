from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FiltersConfig(AppConfig):
    name = "apps.filters"
    label = "filters"
    verbose_name = _("Filters")

    def ready(self) -> None:
        from apps.filters import part, sweeping  # noqa: F401  registers the part, the sweeper
