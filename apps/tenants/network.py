"""Finds the address a request comes from."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client's network address; behind a proxy the one it vouches for (the last of X-Forwarded-For)."""
    return _vouched(request.headers.get("X-Forwarded-For", "")) or str(request.META.get("REMOTE_ADDR", ""))


def address_of(scope: Mapping[str, Any]) -> str:
    """The same of an ASGI scope: a socket's, or a request's before Django has seen it."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return _vouched(",".join(forwarded)) or str((scope.get("client") or ("",))[0])


def _vouched(forwarded: str) -> str:
    return forwarded.rpartition(",")[2].strip()[:64] if settings.PRODUCTION else ""


def neighbourhood(text: str) -> str:
    """An address as limits count it: of IPv6 the /64, since one line is given that many to choose from; a mapped IPv4 is
    itself. What is no address counts as it stands, shortened."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return text[:64]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)
