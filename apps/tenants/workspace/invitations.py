"""The way in for whoever is new or locked out: a link at which they choose a password of their own. It works once, for some
days; nobody else ever knows the password.

A link says whose it is and holds a proof over the member's password and address as they are: when one of them changes, and
with the first use, it is worth nothing more.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from apps.tenants import context
from apps.tenants.workspace.models import Member

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
