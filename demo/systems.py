"""Enters a demo shop's order system as a tenant enters its own, so that the shop's flows can call it."""

from collections.abc import Iterator

from django.conf import settings

from apps.flows.models import System
from demo.shops import Shop
from runtime.folder import Folder
from runtime.services.orders import secret_name

NAME = "shop"
OURS = "http://127.0.0.1:"


def load(shop: Shop) -> Iterator[str]:
    """Enters it into the tenant of the moment, or mends the address and secret of the one that was entered here: after a start
    its port may be another. What a person has pointed elsewhere stays."""
    if not settings.DEMO_ORDERS:
        return
    url, secret = f"{settings.DEMO_ORDERS}/{shop.kind}", Folder(settings.DATA_DIR).secret(secret_name(shop.kind))
    system = System.objects.filter(name=NAME).first()
    if system is None:
        System.objects.create(name=NAME, base_url=url, secret=secret)
        yield f"its order system is the system “{NAME}”"
    elif system.base_url.startswith(OURS) and (system.base_url, system.secret) != (url, secret):
        system.base_url, system.secret = url, secret
        system.save(update_fields=["base_url", "secret"])
        yield "its order system, at today's address"
