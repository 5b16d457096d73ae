"""Form fields of the admins for what the rows keep as JSON: a list typed one a line."""

from typing import Any

from django import forms
from django.forms import Script
from django.utils.translation import gettext_lazy as _
from unfold.widgets import TEXTAREA_CLASSES


class LinesWidget(forms.Textarea):
    """A text area, one entry a line; static/admin/backoffice/lines.js makes it a list of single inputs."""

    template_name = "admin/widgets/lines.html"

    class Media:
        js = [Script("admin/backoffice/lines.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None, *, add: Any = "", most: int = 0, offered: str = "") -> None:
        """`offered`: the id of a datalist on the page, from which entries may be chosen."""
        super().__init__({"rows": 4, "class": " ".join(TEXTAREA_CLASSES), **(attrs or {})})
        self.add, self.most, self.offered = add or _("Add"), most, offered

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"add": self.add, "most": self.most, "offered": self.offered}
        return context


class LinesField(forms.CharField):
    """list[str] ↔ lines; blank ones and repetitions fall away."""

    widget = LinesWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(line) for line in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(list(initial or []) != self.to_python(data))
