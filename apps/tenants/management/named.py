"""The tenant that a command names."""

from django.core.management.base import CommandError

from apps.tenants import context
from apps.tenants.models import Tenant


def tenant(slug: str) -> Tenant:
    """Raises CommandError where there is none of that name."""
    with context.inside(context.PUBLIC):
        found: Tenant | None = Tenant.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no tenant “{slug}”.")
    return found
