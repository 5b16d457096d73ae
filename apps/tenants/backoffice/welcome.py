"""The page to which an invitation leads: a password of one's own, told twice, and one is in."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget

from apps.tenants import security
from apps.tenants.workspace import invitations
from apps.tenants.workspace.models import Member, Role


class ChoosePassword(SetPasswordForm):  # type: ignore[type-arg]
    """A password of one's own, told twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("new_password1", "new_password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})

    def save(self, commit: bool = True) -> Any:
        security.note("choose_password", person=self.user.pk)
        return super().save(commit)


class Welcome(PasswordResetConfirmView):
    """Where the link leads. The proof goes into the session at once, so that no other page learns it from the address."""

    template_name = "admin/welcome.html"
    form_class = ChoosePassword
    token_generator = invitations.proof
    post_reset_login = True
    reset_url_token = "choose"  # noqa: S105  a word in an address
    title = gettext_lazy("Choose a password")
    user: Member | None
    admits: Callable[[object], bool] = staticmethod(lambda user: False)

    def get_user(self, uidb64: str) -> Member | None:
        found: Any = super().get_user(uidb64)
        return found if found and found.is_active and self.admits(found) else None

    def get_success_url(self) -> str:
        """Whoever only answers customers begins where they do."""
        try:
            return reverse("console" if self.user and self.user.role == Role.AGENT else "admin:index")
        except NoReverseMatch:
            return reverse("admin:index")

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return {**super().get_context_data(**given), "member": self.user, "days": invitations.DAYS}

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **given)
        response["Referrer-Policy"] = "no-referrer"
        if response.status_code == 200 and not self.validlink:
            response.status_code = 404
        return response
