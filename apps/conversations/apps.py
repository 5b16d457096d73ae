from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "apps.conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        from apps.conversations import channels, past, site_part, sweeping  # noqa: F401  registers all of these
        from apps.conversations.guarding import lines

        lines.begin()
