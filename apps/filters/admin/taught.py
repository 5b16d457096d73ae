"""The model by which a rule of a form judges offence: the one that is shipped, or what the tenant's marks taught."""

from collections.abc import MutableMapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from apps.filters.models import Weights

SHOWN = 10  # the newest, and the one that the rule has
ASKED = gettext_lazy("Your marks can teach it, beside what it knew already. They are made under Hits and Marks.")


class WeightsField(forms.ChoiceField):
    """→ a digest of the tenant's own, None for the shipped model."""

    widget = UnfoldAdminSelectWidget

    def offer(self, initial: MutableMapping[str, Any], chosen: str) -> None:
        """The choices that there are; `chosen` on the page before stands first, where it is one."""
        held = {row.digest: _told(row) for row in Weights.objects.defer("content")[:SHOWN]}
        own = str(initial.get("weights") or "")
        if own and own not in held:
            row = Weights.objects.filter(digest=own).defer("content").first()
            held |= {own: _told(row) if row else _("one that is not here any more")}
        self.choices = [("", _("the model as shipped")), *held.items()]
        if chosen in held:
            initial["weights"] = chosen

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


def _told(row: Weights) -> str:
    at = date_format(timezone.localtime(row.at), "SHORT_DATETIME_FORMAT")
    facts = {"at": at, "offensive": row.offensive, "safe": row.safe}
    return _("your marks of %(at)s: %(offensive)d offensive, %(safe)d not") % facts
