"""Words of a rule in its form: typed one a line, and from a text file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from apps.tenants.backoffice.fields import LinesField

LARGEST_LIST = 4 << 20  # bytes


class WordsField(LinesField):
    widget = UnfoldAdminTextareaWidget({"rows": 8, "spellcheck": "false"})


class WordsFileField(forms.FileField):
    """→ list[str], empty where no file was chosen."""

    widget = UnfoldAdminFileFieldWidget({"accept": ".txt,.csv"})

    def clean(self, data: Any, initial: Any = None) -> list[str]:
        file = super().clean(data, initial)
        if not file:
            return []
        if file.size > LARGEST_LIST:
            raise ValidationError(_("The file is larger than %(most)d MB.") % {"most": LARGEST_LIST >> 20})
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is not in UTF-8. Save it as UTF-8 and choose it again.")) from error
        return [line.strip() for line in text.splitlines() if line.strip()]
