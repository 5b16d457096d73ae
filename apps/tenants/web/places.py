"""An address on the web that somebody typed, read once: what is looked up, checked, called and named is this one form.

Two readers of one URL that disagree (`faß` under IDNA 2003 and 2008, a backslash, `0x7f.1`) are how a check is passed by one
host and the call made to another. So whatever could be read in two ways is no address here.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote

import idna

LONGEST = 2_000
_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]+)(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:#.*)?", re.I)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^:@\[\]]+)(?::(?P<port>[0-9]{1,5}))?", re.I)
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # as a last label: inet_aton reads such a host as an IPv4 address
_KEPT = "%/:=&?~+!$,;'@()*"  # in a path or query as it was typed


class NoPlace(ValueError):
    """This is no web address, or one that can be read in two ways."""


@dataclass(frozen=True)
class Place:
    """`host`: in ASCII and small letters, an IPv6 address without brackets. `target`: path and query as they are sent."""

    secure: bool
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        usual = self.port == (443 if self.secure else 80)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' * self.secure}://{host}{'' if usual else f':{self.port}'}{self.target}"


def read(url: str) -> Place:
    """Raises NoPlace."""
    found = _URL.fullmatch(url) if len(url) <= LONGEST else None
    if not found or "\\" in url or any(char.isspace() or not char.isprintable() for char in url):
        raise NoPlace(url[:200])
    authority = _AUTHORITY.fullmatch(found["authority"])
    if not authority:  # with a user's name in it, for one
        raise NoPlace(url[:200])
    secure = found["scheme"].lower() == "https"
    port = int(authority["port"] or (443 if secure else 80))
    if not 0 < port < 65_536:
        raise NoPlace(url[:200])
    query = "" if found["query"] is None else f"?{quote(found['query'], _KEPT)}"
    return Place(secure, host(authority["host"]), port, quote(found["path"] or "/", _KEPT) + query)


def host(text: str) -> str:
    try:
        if text.startswith("["):
            return str(IPv6Address(text[1:-1]))
        # IDNA 2008 after UTS #46's mapping, as browsers do: wide letters and stops become plain ones before they are judged.
        name = text.lower() if text.isascii() else idna.encode(text, uts46=True, std3_rules=True).decode()
        if _NUMBER.fullmatch(name.rpartition(".")[2]):
            return str(IPv4Address(name))
    except (AddressValueError, UnicodeError) as error:  # idna's errors are UnicodeErrors
        raise NoPlace(text[:200]) from error
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise NoPlace(text[:200])
    return name
