"""The form of a rule: what its kind needs, where it looks and what it does, and the texts that it must catch and let pass."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import Script
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.filters import checking, scopes, trial
from apps.filters.admin import code, holding, taught
from apps.filters.admin.words import WordsField, WordsFileField
from apps.filters.kinds.wasm import BLOCK, PASS
from apps.filters.models import Filter, Module, Stop
from apps.filters.models.rules import LONGEST_SAY, Direction
from apps.filters.past import brake
from apps.filters.personal.found import BY_NAME
from apps.filters.rule import Rule
from apps.tenants.backoffice.fields import LinesField
from apps.tenants.workspace.models import LANGUAGES

KIND_NAMES = {
    "words": gettext_lazy("words and phrases"),
    "regex": gettext_lazy("a pattern (RE2)"),
    "personal": gettext_lazy("personal data"),
    "injection": gettext_lazy("prompt injection"),
    "classifier": gettext_lazy("offence, by a model"),
    "topic": gettext_lazy("a topic, by meaning"),
    "wasm": gettext_lazy("what your own code finds (WebAssembly)"),
}
DATA_NAMES = {
    "mail": gettext_lazy("e-mail addresses"),
    "iban": gettext_lazy("bank accounts (IBAN)"),
    "identity_card": gettext_lazy("Chinese identity cards"),
    "passport": gettext_lazy("passports"),
    "card": gettext_lazy("bank cards"),
    "social_security": gettext_lazy("US social security numbers"),
    "mobile": gettext_lazy("Chinese mobile numbers"),
    "landline": gettext_lazy("Chinese landlines"),
    "net_address": gettext_lazy("IP addresses"),
    "plate": gettext_lazy("Chinese number plates"),
    "national_insurance": gettext_lazy("UK national insurance numbers"),
    "phone": gettext_lazy("phone numbers of other countries"),
}
# The settings of each kind, which are fields of the form by the same names.
SETTINGS = {
    "words": ("words", "allowed", "anywhere"),
    "regex": ("pattern", "ignore_case"),
    "personal": ("data",),
    "injection": ("threshold",),
    "classifier": ("threshold", "weights"),
    "topic": ("examples", "others", "threshold"),
    "wasm": ("module", "on_fault"),
}
FILE, MODULE = "words_file", "module_file"
# The fields that are shown for a kind, where they are others than its settings.
SHOWN = SETTINGS | {"words": (*SETTINGS["words"], FILE), "wasm": (MODULE, "on_fault")}


class FilterForm(forms.ModelForm):  # type: ignore[type-arg]
    """`by`: who saves it, for the worker that holds it against its examples. `chosen_weights`: by the page before.
    `is_tried`: it will not be saved."""

    by: object = None
    chosen_weights = ""
    is_tried = False
    anyway = forms.BooleanField(label=gettext_lazy("Save it all the same"), required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("Looks for"),
        choices=list(KIND_NAMES.items()),
        widget=UnfoldAdminSelectWidget,
    )
    words = WordsField(
        label=gettext_lazy("Words"),
        required=False,
        help_text=gettext_lazy(
            "One a line. Found in capitals, full width, traditional characters and with signs between the letters, too."
        ),
    )
    words_file = WordsFileField(
        label=gettext_lazy("More words from a file"),
        required=False,
        help_text=gettext_lazy("A text file in UTF-8, one word a line."),
    )
    allowed = WordsField(
        label=gettext_lazy("Allowed phrases"),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line. A word within one of these is left alone: “账户信息” lets “信息” pass there."),
    )
    anywhere = forms.BooleanField(
        label=gettext_lazy("Within other words too"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    pattern = forms.CharField(
        label=gettext_lazy("Pattern"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"spellcheck": "false", "class": "yingda-mono"}),
        help_text=gettext_lazy("In RE2's syntax: no look-around and no back-references, so that no text can slow it down."),
    )
    ignore_case = forms.BooleanField(
        label=gettext_lazy("Capitals do not matter"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    data = forms.MultipleChoiceField(  # type: ignore[assignment]  # the metaclass takes it away
        label=gettext_lazy("Data"),
        required=False,
        choices=[(name, DATA_NAMES[name]) for name in BY_NAME],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Numbers are checked by how they are made. Order numbers are none of these."),
    )
    examples = WordsField(
        label=gettext_lazy("Sentences of the topic"),
        required=False,
        help_text=gettext_lazy("Three or more, one a line. What means nearly the same is found."),
    )
    others = WordsField(
        label=gettext_lazy("Sentences that are not of it"),
        required=False,
        help_text=gettext_lazy("One a line, such as look like it. What is nearer to these is left alone."),
    )
    threshold = forms.FloatField(
        label=gettext_lazy("Threshold"),
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=gettext_lazy(
            "The higher, the less is found. Usual, where it is left empty: prompt injection 1, offence 0.8, topics 0.6."
        ),
    )
    weights = taught.WeightsField(label=gettext_lazy("Judged by"), required=False, help_text=taught.ASKED)
    module_file = code.ModuleField(label=gettext_lazy("Module"), required=False, help_text=code.ASKED)
    on_fault = forms.ChoiceField(
        label=gettext_lazy("When the code fails"),
        required=False,
        choices=[
            (PASS, gettext_lazy("the message passes; that is recorded")),
            (BLOCK, gettext_lazy("the message is blocked: the words below are said")),
        ],
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy(
            "Code fails when it takes too long, crashes or answers nonsense. If that goes on, the rule is switched off."
        ),
    )
    directions = forms.MultipleChoiceField(
        label=gettext_lazy("Looks at what is said"), choices=Direction, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means all."),
    )
    flows = forms.MultipleChoiceField(
        label=gettext_lazy("Only in these flows"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means everywhere, outside flows too."),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means all."),
    )
    must_catch = LinesField(
        label=gettext_lazy("Must catch"), required=False, help_text=gettext_lazy("Texts in which it has to find something.")
    )
    must_pass = LinesField(
        label=gettext_lazy("Must let pass"), required=False, help_text=gettext_lazy("Texts that it has to leave alone.")
    )

    class Meta:
        model = Filter
        fields = (
            "name",
            "enabled",
            "order",
            "kind",
            "directions",
            "action",
            "say",
            "languages",
            "flows",
            "channels",
            "stops",
            "must_catch",
            "must_pass",
        )
        widgets = {"say": UnfoldAdminTextareaWidget({"rows": 2, "maxlength": LONGEST_SAY})}
        help_texts = {
            "enabled": gettext_lazy("In force from the next save on. Off: a draft."),
            "order": gettext_lazy("Of two rules at one place the one with the smaller number has it."),
            "say": gettext_lazy("Stands for the place, is said instead of the message, or warns the agent."),
        }

    class Media:
        js = [Script("admin/filters/kind.js", type="module")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in (self.instance.settings or {}).items():
            if name in self.fields:
                self.initial.setdefault(name, value)
        cast(taught.WeightsField, self.fields["weights"]).offer(self.initial, self.chosen_weights)
        self._module = str((self.instance.settings or {}).get("module", ""))
        self.fields[MODULE].help_text = code.told(self._module) or code.ASKED
        for name in ("flows", "channels"):
            field = cast(forms.MultipleChoiceField, self.fields[name])
            field.choices = scopes.offered(name, getattr(self.instance, name))
            if not field.choices:
                field.widget = field.hidden_widget()

    @property
    def rule(self) -> Rule:
        """The rule as it stands in the form."""
        for name in self._meta.fields or ():
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])
        self.instance.settings = self._settings(self.cleaned_data)
        rule: Rule = self.instance.rule
        return rule

    def asked(self, text: str) -> dict[str, Any]:
        """The rule as a worker tries it, with the code that came with the form."""
        given = self.cleaned_data
        module = given[MODULE].content if given[MODULE] else b""
        return trial.asked(self.rule, text, given["must_catch"], given["must_pass"], module)

    def clean_on_fault(self) -> str:
        return self.cleaned_data["on_fault"] or PASS

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") != "wasm":
            self.errors.pop(MODULE, None)  # the field is not to be seen
            given[MODULE] = None
        if not self.errors:
            given["words"] = list(dict.fromkeys([*given.get("words", ()), *given.get(FILE, ())]))
            given["module"] = given[MODULE].digest if given[MODULE] else self._module
            self._hold(given)
        if self.errors and given.get(MODULE) and MODULE not in self.errors and not self.is_tried:
            self.add_error(MODULE, _("Nothing was saved. Choose the file again."))
        return given

    def save(self, commit: bool = True) -> Filter:
        self.instance.settings = self._settings(self.cleaned_data)
        self.instance.stopped_at, self.instance.stopped_for = None, ""  # somebody has seen to it
        if self.instance.enabled:
            Stop.of(str(self.instance.pk), self.instance.settings).delete()
        if sent := self.cleaned_data[MODULE]:
            Module.keep(sent.content, sent.name)
        saved: Filter = super().save(commit)
        return saved

    def _settings(self, given: dict[str, Any]) -> dict[str, Any]:
        return {name: given[name] for name in SETTINGS.get(given["kind"], ()) if given.get(name) is not None}

    def _hold(self, given: dict[str, Any]) -> None:
        """Holds it against its examples and real messages where it shall be in force, and has its code looked at where that is
        new."""
        if problems := checking.problems(self.rule):
            self._refuse(problems)
        elif (given.get("enabled") or given[MODULE]) and not self.is_tried:
            self._refuse_held(given)

    def _refuse_held(self, given: dict[str, Any]) -> None:
        asked = self.asked("")
        if given.get("enabled"):
            asked["brake"] = not given["anyway"] and brake.is_needed(self.rule)
        else:
            asked |= {"must_catch": [], "must_pass": []}
        held = holding.held(asked, by=self.by)
        if held.refused:
            self.add_error(MODULE, held.refused)
        self._refuse(held.problems)
        if much := held.sample if held.sample and held.sample.is_much else None:
            self._refuse([holding.ASKED % {"would": brake.sentence(self.rule, much)}])
        if much or given["anyway"]:
            self.fields["anyway"].widget = UnfoldBooleanSwitchWidget()

    def _refuse(self, sentences: Sequence[str]) -> None:
        if sentences:
            self.add_error(None, ValidationError([ValidationError(sentence) for sentence in sentences]))
