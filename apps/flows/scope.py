"""The flows that a filter may be limited to."""

from django.utils.translation import gettext as _

from apps.filters import scopes
from apps.flows.models import Flow
from apps.flows.models.flows import DRAFT


def choices() -> scopes.Choices:
    """A draft too: a rule may stand before its flow does."""
    rows = Flow.objects.exclude(name=DRAFT).order_by("order", "name").values_list("name", "enabled")
    return [(name, name if enabled else _("%s (draft)") % name) for name, enabled in rows]


scopes.register("flows", choices)
