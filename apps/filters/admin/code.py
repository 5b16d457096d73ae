"""A rule's own code in its form: the file that was sent up, and what is told of the one that is there."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from apps.filters.models import Module
from apps.filters.sandbox import content as sent
from apps.tenants.refusal import Refusal


@dataclass(frozen=True)
class Sent:
    """A file as it came with the form."""

    content: bytes
    name: str

    @property
    def digest(self) -> str:
        return sent.digest(self.content)


class ModuleField(forms.FileField):
    """→ Sent, or None where no file was chosen. What only a compiler sees is a worker's to refuse."""

    widget = UnfoldAdminFileFieldWidget({"accept": ".wasm,application/wasm"})

    def clean(self, data: Any, initial: Any = None) -> Sent | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            sent.check_size(file.size)
            content = file.read()
            sent.check(content)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        return Sent(content, file.name)


SHOWN = 12  # of the digest's digits: enough to tell by, and no wider than a phone
ASKED = gettext_lazy("A .wasm file of up to 2 MB that exports alloc, filter and memory, and imports nothing.")


def told(digest: str) -> str:
    """The module that a rule has, in a line; "" where it has none."""
    module = Module.objects.filter(digest=digest).defer("content").first() if digest else None
    if module is None:
        return ""
    facts = {"name": module.name, "size": filesizeformat(module.size), "digest": module.digest[:SHOWN]}
    return _("In use: %(name)s (%(size)s, SHA-256 %(digest)s…). Choose a file to put another in its place.") % facts
