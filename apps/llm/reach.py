"""Checks where a tenant's model endpoint may be: wherever `outgoing` lets tenants send, and at the platform's own model."""

from django.conf import settings

from apps.tenants.web import outgoing
from apps.tenants.web.outgoing import NoPlace, OutOfReach

__all__ = ["NoPlace", "OutOfReach", "check", "is_own"]


def check(base_url: str) -> None:
    """Raises NoPlace or OutOfReach. Looks names up, so it may wait."""
    if not is_own(base_url):
        outgoing.check(base_url)


def is_own(base_url: str) -> bool:
    """Whether it is the platform's own choice, wherever that lies."""
    return bool(base_url) and base_url == settings.MODEL_URL
