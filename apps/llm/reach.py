"""Where a tenant's model endpoint may lie: nowhere that only the platform's own machines can reach.

The server asks whatever address a tenant types in. Without this, it would carry a tenant's requests to the cloud's
metadata service or to the databases beside it. What stays open: a name that changes its address between the look here
and the call; an outgoing proxy closes that.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

# Of cloud providers, beside the link-local ones.
METADATA = [ip_network("100.100.100.200/32"), ip_network("fd00:ec2::254/128"), ip_network("192.0.0.192/32")]


class OutOfReach(OSError):
    """The address lies where tenants' models may not be asked."""


def check(base_url: str) -> None:
    """Raises OutOfReach. A name that has no address passes: nothing can be asked there. Looks names up, so it may wait."""
    if base_url == settings.MODEL_URL:  # the platform's own choice
        return
    for address in _addresses(base_url):
        if not is_open(address):
            raise OutOfReach(f"{address} is not for tenants' models")


def is_open(address: IPv4Address | IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped:
        return is_open(mapped)
    if address.is_link_local or address.is_multicast or any(address in network for network in METADATA):
        return False
    return address.is_global or (settings.PRIVATE_MODELS and (address.is_private or address.is_loopback))


def _addresses(base_url: str) -> list[IPv4Address | IPv6Address]:
    try:
        found = socket.getaddrinfo(urlsplit(base_url).hostname or "", None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return []
    return [ip_address(str(info[4][0]).partition("%")[0]) for info in found]
