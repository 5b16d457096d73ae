"""Rules of the live release, for the doors at which people type."""

from typing import Any

from apps.filters import live
from apps.filters.models import Filter
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.models import Tenant

MOBILE = {"kind": "personal", "settings": {"data": ["mobile", "card"]}}


def in_force(tenant: Tenant, name: str, *directions: str, action: str, **facts: Any) -> None:
    """A rule of the tenant's that is live from now on; without a kind, one that looks for `words`."""
    words = facts.pop("words", "")
    kind = {"kind": "words", "settings": {"words": words.split("|")}} if words else MOBILE
    with context.inside(tenant):
        Filter.objects.create(name=name, directions=list(directions), action=action, enabled=True, **{**kind, **facts})
        publish()
    live.forget()
