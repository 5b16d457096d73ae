"""Where a tenant's model endpoint may lie: where `apps.tenants.outgoing` lets tenants send, and at the platform's own model.

What stays open: a name that changes its address between the look here and the call; an outgoing proxy closes that.
"""

from django.conf import settings

from apps.tenants import outgoing
from apps.tenants.outgoing import OutOfReach

__all__ = ["OutOfReach", "check"]


def check(base_url: str) -> None:
    """Raises OutOfReach. Looks names up, so it may wait."""
    if base_url != settings.MODEL_URL:  # the platform's own choice
        outgoing.check(base_url)
