"""Where a request comes from."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client's network address; behind a proxy the one it vouches for (the last of X-Forwarded-For)."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.PRODUCTION else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


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
