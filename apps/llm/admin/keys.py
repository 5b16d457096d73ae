"""The part of a form that holds an address and its API key."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget

from apps.llm import reach
from apps.tenants.vault import encryption
from apps.tenants.web import outgoing


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """The API key goes in and never comes out; it stays with the address it was given for, which `address` names."""

    address: ClassVar[str]
    api_key = forms.CharField(
        label=gettext_lazy("API key"), required=False, strip=True, widget=UnfoldAdminPasswordWidget({"autocomplete": "off"})
    )
    forget_key = forms.BooleanField(label=gettext_lazy("Forget the stored key"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: Model | None = type(self.instance)._default_manager.filter(pk=self.instance.pk).first()
        has_key = bool(self.stored and encryption.kept(self.stored, "api_key"))
        if has_key:
            self.fields["api_key"].widget.attrs["placeholder"] = "••••••••••••"
        self.fields["api_key"].help_text = (
            _("A key is stored and is never shown. Leave this empty to keep it.")
            if has_key
            else _("Encrypted when it is stored.")
        )
        if not has_key:
            del self.fields["forget_key"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.stored and not given.get("api_key") and not given.get("forget_key"):
            stored = encryption.kept(self.stored, "api_key")
            if stored and given.get(self.address) != getattr(self.stored, self.address):
                self.add_error("api_key", _("The stored key belongs to the old address. Enter the key for the new one."))
            given["api_key"] = stored
        return given

    def _get_validation_exclusions(self) -> set[str]:
        """A stored key that does not open is kept all the same, without a look at it."""
        return {*super()._get_validation_exclusions(), "api_key"}  # type: ignore[misc]  # Django's own, which stubs leave out


def checked(address: str) -> str:
    """The address, if models may be called there. Raises ValidationError."""
    try:
        if address:
            reach.check(address)
    except reach.NoPlace as error:
        raise ValidationError(outgoing.NO_PLACE) from error
    except reach.OutOfReach as error:
        raise ValidationError(_("This address is in a network where models may not be called.")) from error
    return address
