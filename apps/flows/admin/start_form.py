"""The form that begins a flow with sentences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.flows.models.flows import LONGEST_NAME, check_name
from apps.tenants.backoffice.fields import LinesField, LinesWidget
from apps.tenants.workspace.models import LANGUAGES

FEWEST, MOST = 3, 100


class StartForm(forms.Form):
    wish = forms.CharField(
        label=_("What customers want"),
        max_length=LONGEST_NAME - 5,
        validators=[check_name],
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_("In a word or two, for example: return an item."),
    )
    sentences = LinesField(
        label=_("How they say it"),
        widget=LinesWidget({"rows": 8}, add=_("Add a sentence"), most=MOST),
        help_text=_("At least three sentences in customers' own words; ten or more are good."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=UnfoldAdminSelectWidget)

    def clean_sentences(self) -> list[str]:
        given: list[str] = self.cleaned_data["sentences"]
        if not FEWEST <= len(given) <= MOST:
            told = _("Give between %(fewest)d and %(most)d sentences.")
            raise forms.ValidationError(told % {"fewest": FEWEST, "most": MOST})
        return given

    def clean(self) -> dict[str, Any]:
        return super().clean() or {}
