"""The form in which a flow is written. What customers would meet has to load, together with all other flows that they meet."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.flows import proving
from apps.flows.definition.problem import Problem, Severity
from apps.flows.models import Flow
from apps.flows.models.flows import LONGEST_TEXT
from apps.flows.shelf import broken, checked

MOST_TOLD = 20


class FlowForm(forms.ModelForm):  # type: ignore[type-arg]
    text = forms.CharField(
        label=gettext_lazy("Definition"),
        strip=False,
        max_length=LONGEST_TEXT,
        widget=UnfoldAdminTextareaWidget({"rows": 30, "spellcheck": "false", "class": "yingda-yaml"}),
    )

    class Meta:
        model = Flow
        fields = ("name", "enabled", "order", "text")
        widgets = {"name": UnfoldAdminTextInputWidget, "order": UnfoldAdminIntegerFieldWidget}

    def clean_text(self) -> str:
        """Browsers send a text area's lines with CRLF."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").rstrip() + "\n"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        name, text = given.get("name"), given.get("text")
        if not name or not text:
            return given
        loaded = checked(text, name, self.instance.pk or 0)
        if loaded.definition and loaded.definition.name != name:
            told = _("The text calls this flow “%(name)s”. Take `name` out of it, or write the same in both places.")
            self.add_error("name", told % {"name": loaded.definition.name})
        if given.get("enabled"):
            self._refuse("text", told_of(loaded.problems))
            self._refuse("text", self._failed(name, text))
        self._refuse(None, told_of_others(self.instance.pk or 0, {name: text} if given.get("enabled") else {}))
        return given

    def _failed(self, name: str, text: str) -> list[str]:
        """The dialogues that are known to come out otherwise, of what would go live by this save."""
        if not {"text", "enabled", "name"} & set(self.changed_data):
            return []
        found = proving.outcomes(name, proving.beside(name, text, self.instance.pk or 0))
        return [each.sentence() for each in found or () if not each.passed][:MOST_TOLD]

    def _refuse(self, field: str | None, sentences: list[str]) -> None:
        if sentences:
            self.add_error(field, ValidationError([ValidationError(sentence) for sentence in sentences]))


def told_of(problems: Iterable[Problem], severity: Severity = "error") -> list[str]:
    """The problems of this severity, each with its place."""
    place = _("Line %(line)s, column %(column)s: %(sentence)s")
    found = [problem for problem in problems if problem.severity == severity][:MOST_TOLD]
    return [place % {"line": each.line, "column": each.column, "sentence": each.sentence} for each in found]


def told_of_others(pk: int, instead: dict[str, str]) -> list[str]:
    """Why other flows that are enabled would no longer work, if the flow of this key were these texts, or none."""
    told = _("The flow “%(name)s” would no longer work: %(sentence)s")
    bad = broken(pk, instead).items()
    return [told % {"name": name, "sentence": told_of(loaded.problems)[0]} for name, loaded in bad]
