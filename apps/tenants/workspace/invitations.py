"""The way in for whoever is new or locked out: a link at which they choose a password of their own. It works once, for some
days; nobody else ever knows the password.

A link says whose it is and holds a proof over the member's password and address as they are: when one of them changes, and
with the first use, it is worth nothing more.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget

from apps.tenants import context, security, standing
from apps.tenants.workspace.models import Member, Role

DAYS = settings.PASSWORD_RESET_TIMEOUT // 86_400


class _Proof(PasswordResetTokenGenerator):
    key_salt = "apps.tenants.workspace.invitations"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{context.schema()}{super()._make_hash_value(user, timestamp)}"


proof = _Proof()
_post: Callable[[Member], bool] = lambda member: False  # noqa: E731  replaced by register()


def register(post: Callable[[Member], bool]) -> None:
    """`post(member)` mails the link to the member, where this tenant can write mails; → whether it will."""
    global _post
    _post = post


def invite(member: Member, *, new: bool = False) -> bool:
    """Keeps the member, new or not. The old password is worth nothing from now on, and every log-in is over. → whether the
    link goes by mail."""
    member.set_unusable_password()
    member.save(update_fields=None if new else ["password"])
    return bool(member.email) and _post(member)


def path(member: Member) -> str:
    """The link's address on this tenant's host."""
    return f"/admin/welcome/{urlsafe_base64_encode(force_bytes(member.pk))}/{proof.make_token(member)}/"


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
    token_generator = proof
    post_reset_login = True
    reset_url_token = "choose"  # noqa: S105  a word in an address
    title = gettext_lazy("Choose a password")
    user: Member | None
    admits: Callable[[object], bool] = staticmethod(lambda user: False)

    def get_user(self, uidb64: str) -> Member | None:
        found: Any = super().get_user(uidb64)
        gone = found is None or not found.is_active or standing.is_suspended(context.schema())
        return None if gone or not self.admits(found) else found

    def get_success_url(self) -> str:
        """Whoever only answers customers begins where they do."""
        try:
            return reverse("console" if self.user and self.user.role == Role.AGENT else "admin:index")
        except NoReverseMatch:
            return reverse("admin:index")

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return {**super().get_context_data(**given), "member": self.user, "days": DAYS}

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **given)
        response["Referrer-Policy"] = "no-referrer"
        return response
