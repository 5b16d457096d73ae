"""The network addresses that tenants may send to: a table of what is refused, and one question, `is_open`.

Ranges are those of IANA's special-purpose registries (RFC 6890) and what clouds and translators put elsewhere. Beyond the table
IPv6 is open only in 2000::/3, the one range that is given out as global.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Inside: the platform's own machines and networks. Open where YINGDA_PRIVATE_NETWORKS says so.
INSIDE: dict[str, str] = {
    "0.0.0.0/8": "this host",
    "10.0.0.0/8": "private",
    "127.0.0.0/8": "loopback",
    "172.16.0.0/12": "private",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "benchmarks; some local proxies answer every name with it",
    "::/128": "this host",
    "::1/128": "loopback",
    "fc00::/7": "private",
}
# Never: clouds' own services, what no server has, and what hides an IPv4 address. More exact than INSIDE, so it is asked first.
NEVER: dict[str, str] = {
    "100.64.0.0/10": "shared by providers; Alibaba's metadata is 100.100.100.200",
    "168.63.129.16/32": "Azure's host",
    "169.254.0.0/16": "link-local, most clouds' metadata",
    "192.0.0.0/24": "protocols; Oracle's metadata is 192.0.0.192",
    "192.0.2.0/24": "documentation",
    "192.88.99.0/24": "6to4 relays",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, broadcast",
    "::ffff:0:0:0/96": "IPv4 translated (SIIT)",
    "64:ff9b:1::/48": "IPv4 translated, locally",
    "100::/63": "discard, dummy",
    "2001::/23": "protocols, Teredo, ORCHID",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4",
    "3ffe::/16": "6bone, given back",
    "3fff::/20": "documentation",
    "5f00::/16": "segment routing",
    "fd00:ec2::/32": "Amazon's metadata",
    "fd00:42::42/128": "Scaleway's metadata",
    "fd20:ce::254/128": "Google's metadata",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local",
    "ff00::/8": "multicast",
}
_INSIDE: list[Network] = [ip_network(text) for text in INSIDE]
_NEVER: list[Network] = [ip_network(text) for text in NEVER]
_GLOBAL = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_ISATAP = 0x5EFE  # RFC 5214: an interface's half of an address that ends in 0000:5efe or 0200:5efe and an IPv4 address


def is_open(address: Address) -> bool:
    """Whether tenants may send there."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:  # the same socket as that address
            return is_open(address.ipv4_mapped)
        if address in _NAT64:  # what a network without IPv4 calls the rest of the internet, never its own machines
            return _is_everybodys(IPv4Address(int(address) & 0xFFFF_FFFF))
    if any(address in network for network in _NEVER):
        return False
    return _is_everybodys(address) or (settings.PRIVATE_NETWORKS and any(address in network for network in _INSIDE))


def read(text: str) -> Address:
    """Reads an address as getaddrinfo writes it, perhaps with a zone."""
    return ip_address(text.partition("%")[0])


def _is_everybodys(address: Address) -> bool:
    if any(address in network for network in (*_NEVER, *_INSIDE)):
        return False
    if isinstance(address, IPv4Address):
        return address.is_global
    return address in _GLOBAL and (int(address) >> 32) & 0xFDFF_FFFF != _ISATAP
