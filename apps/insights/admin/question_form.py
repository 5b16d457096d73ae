"""The form of a question: its category, and for each turn what is asked and what should happen."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.conversations.wire.frames import MOST_CHARACTERS
from apps.insights import questions
from apps.insights.models import EvaluationSet, Item
from apps.insights.questions import LONGEST_NAME, MOST_TURNS, BadRow, End, Question, Row
from apps.knowledge.models import Article
from apps.tenants.backoffice.fields import LinesField, LinesWidget
from apps.tenants.workspace.models import LANGUAGES

TITLES = "article-titles"  # the id of the page's datalist
ENDS = [
    (End.ANSWER, gettext_lazy("Answered from the knowledge")),
    (End.REFUSE, gettext_lazy("Refused: the knowledge does not hold it")),
    (End.PERSON, gettext_lazy("Handed over: the customer wishes for a person")),
    (End.COURTESY, gettext_lazy("Answered politely: thanks, greetings, farewells")),
]
EITHER = " / "


class ItemForm(forms.Form):
    """`set` is asked for a new question alone."""

    set = forms.ModelChoiceField(
        label=gettext_lazy("Evaluation set"),
        queryset=EvaluationSet.objects.none(),
        empty_label=None,
        widget=UnfoldAdminSelectWidget,
    )
    kind = forms.CharField(
        label=gettext_lazy("Category"),
        max_length=LONGEST_NAME,
        widget=UnfoldAdminTextInputWidget({"list": "categories"}),
        help_text=gettext_lazy("Figures are told by category, for example: returns, follow-up, unknown."),
    )

    def __init__(self, *args: Any, item: Item | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["set"].queryset = EvaluationSet.objects.all()  # type: ignore[attr-defined]
        if item is not None:
            del self.fields["set"]


class TurnForm(forms.Form):
    question = forms.CharField(
        label=gettext_lazy("The customer says"), max_length=MOST_CHARACTERS, widget=UnfoldAdminTextareaWidget({"rows": 2})
    )
    end = forms.ChoiceField(
        label=gettext_lazy("What should happen"), choices=ENDS, initial=End.ANSWER, widget=UnfoldAdminRadioSelectWidget
    )
    points = LinesField(
        label=gettext_lazy("Must say"),
        required=False,
        widget=LinesWidget(add=gettext_lazy("Add words")),
        help_text=gettext_lazy(
            "Every line must stand in the answer. Put / between words of which one will do: 6–10 / 6 to 10."
        ),
    )
    never = LinesField(
        label=gettext_lazy("Must not say"),
        required=False,
        widget=LinesWidget(add=gettext_lazy("Add words")),
        help_text=gettext_lazy("Any of these makes the answer wrong. ^No means that it must not open with “No”."),
    )
    articles = LinesField(
        label=gettext_lazy("From one of these articles"),
        required=False,
        widget=LinesWidget(add=gettext_lazy("Add an article"), offered=TITLES),
        help_text=gettext_lazy("Titles, as they stand in the knowledge. Without words above, being cited is enough."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In this language"),
        choices=[("", gettext_lazy("in any")), *LANGUAGES],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    kind = forms.CharField(required=False, max_length=LONGEST_NAME, widget=forms.HiddenInput)

    def clean_articles(self) -> list[str]:
        titles: list[str] = self.cleaned_data["articles"]
        known = set(Article.objects.filter(title__in=titles).values_list("title", flat=True))
        unknown = [title for title in titles if title not in known and title not in (self.initial.get("articles") or ())]
        if unknown:
            raise ValidationError(_("There is no article “%s”.") % unknown[0])
        return titles

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            self.cleaned_data["expected"] = questions.expected_of(_expected(given))
        except BadRow as problem:
            if given["end"] == End.ANSWER and not given["points"] and not given["articles"]:
                raise ValidationError(_("Say what the answer must say, or which article it comes from.")) from problem
            raise ValidationError(str(problem)) from problem
        return given


class _Turns(BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        if not any(self.errors) and not self.kept:
            raise ValidationError(_("At least one question must be left."))

    @property
    def kept(self) -> list[TurnForm]:
        return [form for form in self.forms if form not in self.deleted_forms]


Turns = formset_factory(
    TurnForm, formset=_Turns, extra=0, can_delete=True, max_num=MOST_TURNS, validate_max=True, absolute_max=MOST_TURNS
)


def row_of(label: str, kind: str, turns: _Turns) -> Row:
    """The question as the forms hold it. Raises BadRow."""
    given = [form.cleaned_data for form in turns.kept]
    several = len(given) > 1
    asked = [
        Question(
            f"{label}.{n}" if several else label, (each["kind"] if several else "") or kind, each["question"], each["expected"]
        )
        for n, each in enumerate(given, 1)
    ]
    return questions.row_of(questions.written(Row(label, kind, tuple(asked))))


def initial(item: Item) -> list[dict[str, Any]]:
    """The turns of a question as the forms show them."""
    return [
        {
            "question": turn.text,
            "end": turn.expected.end,
            "points": [EITHER.join(one_of) for one_of in turn.expected.points],
            "never": list(turn.expected.never),
            "articles": list(turn.expected.articles),
            "language": turn.expected.language,
            "kind": turn.kind if turn.kind != item.kind else "",
        }
        for turn in item.row.turns
    ]


def _expected(given: dict[str, Any]) -> dict[str, Any]:
    if given["end"] != End.ANSWER:
        return {given["end"]: True}
    points = [[part.strip() for part in line.split(EITHER) if part.strip()] for line in given["points"]]
    found: dict[str, Any] = {"points": points, "not": given["never"], "articles": given["articles"]}
    return found | ({"language": given["language"]} if given["language"] else {})
