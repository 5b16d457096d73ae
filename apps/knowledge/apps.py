from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "apps.knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from apps.knowledge import release, search_part, sweeping  # noqa: F401  registers the parts, the sweeper
