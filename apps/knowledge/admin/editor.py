"""The form in which an article is written."""

from typing import Any

from django import forms
from django.forms import Script
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    TEXTAREA_CLASSES,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from apps.knowledge.models import MOST_ALTERNATIVES, Article, Kind
from apps.tenants.backoffice.fields import LinesField, LinesWidget
from apps.tenants.workspace.models import Site


class MarkdownWidget(forms.Textarea):
    """A text area, which static/admin/backoffice/markdown.js gives a toolbar and a preview by the chat's own renderer."""

    template_name = "admin/widgets/markdown.html"

    class Media:
        css = {"all": ["css/chat.css"]}
        js = [Script("admin/backoffice/markdown.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 16, "class": " ".join(TEXTAREA_CLASSES), "spellcheck": "true", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        site = Site.load()
        context["widget"] |= {"accent": site.accent, "bot": site.name}
        return context


class CategoryWidget(forms.TextInput):
    """Free text that offers the categories in use."""

    template_name = "admin/widgets/category.html"

    def __init__(self) -> None:
        super().__init__({"class": " ".join(INPUT_CLASSES), "list": "categories", "autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["categories"] = used_categories()
        return context


class ArticleForm(forms.ModelForm):  # type: ignore[type-arg]
    alternatives = LinesField(
        label=_("Other ways to ask"),
        required=False,
        widget=LinesWidget(add=_("Add a question"), most=MOST_ALTERNATIVES),
        help_text=_("Customers' own words for the same thing. Each one is searched like the question itself."),
    )

    url = forms.URLField(
        label=_("Page"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=_("A page where customers can read more; it is linked under the answer."),
    )

    class Meta:
        model = Article
        fields = ("kind", "title", "alternatives", "body", "status", "language", "category", "url")
        widgets = {
            "kind": UnfoldAdminRadioSelectWidget(choices=Kind.choices),
            "title": UnfoldAdminTextInputWidget,
            "body": MarkdownWidget,
            "category": CategoryWidget,
        }
        help_texts = {
            "kind": _("A Q&A is quoted word for word; an article is a longer text that the search cuts into passages."),
            "body": "",
            "status": _("Only published ones are found. Archived ones can be published again."),
        }


def used_categories() -> list[str]:
    used = Article.objects.exclude(category="").order_by("category").values_list("category", flat=True).distinct()
    return list(used[:200])
