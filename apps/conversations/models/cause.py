"""Why the bot could not do it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cause(models.TextChoices):
    """Kept at the turn, and as the reason of the handover that followed it."""

    ASKED = "asked_for_person", _("asked for a person")
    NO_PASSAGE = "no_passage", _("nothing known")
    LOW_CONFIDENCE = "low_confidence", _("not sure enough")
    MODEL_DOWN = "model_down", _("no model")
    HIGH_RISK = "high_risk", _("too risky for the bot")
    FILTERED = "filtered", _("stopped by a filter")
    BY_FLOW = "by_flow", _("as the flow says")
    FLOW_DEAD_END = "flow_dead_end", _("stuck in a flow")
    FAILED = "failed", _("the turn failed")
    THUMBS_DOWN = "thumbs_down", _("no help to the customer")
    AGENT_CORRECTION = "agent_correction", _("marked wrong by an agent")

    @classmethod
    def of_handovers(cls) -> list[tuple[str, Any]]:
        """The causes that a turn ends with, as choices; the others come to light after its answer."""
        after = (cls.THUMBS_DOWN, cls.AGENT_CORRECTION)
        return [choice for choice in cls.choices if choice[0] not in after]
