from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LlmConfig(AppConfig):
    name = "apps.llm"
    verbose_name = _("Models")

    def ready(self) -> None:
        from apps.llm import chat, release  # noqa: F401  registers the part
        from apps.tenants import creation

        creation.furnish(chat.furnish)
