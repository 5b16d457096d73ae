from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from apps.flows.slots.kind import Kind


class FlowsConfig(AppConfig):
    name = "apps.flows"
    label = "flows"
    verbose_name = _("Flows")

    def ready(self) -> None:
        from apps.flows import part, sweeping  # noqa: F401  registers the part, the sweeper
        from apps.flows.definition import speech

        speech.asked = _kind


def _kind(name: str) -> "Kind | None":
    """Imported when the first value is said: the kinds bring what reads phone numbers and days along."""
    from apps.flows.slots import kinds

    return kinds.get(name)
