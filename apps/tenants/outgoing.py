"""Requests of ours to addresses that tenants typed in: nowhere that only the platform's own machines can reach.

Without this, the server would carry a tenant's requests to the cloud's metadata service or to the databases beside it.
`post` connects to the very address that was looked at, so that a name cannot change its mind in between (DNS rebinding).
"""

import http.client
import socket
import ssl
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address
# Of cloud providers, beside the link-local ones.
METADATA = [ip_network("100.100.100.200/32"), ip_network("fd00:ec2::254/128"), ip_network("192.0.0.192/32")]
SECONDS = 10.0  # for a whole request, from the first packet to the last byte that is read
MOST = 4_096  # bytes of an answer that anybody reads


class OutOfReach(OSError):
    """The address lies where tenants may send nothing."""


class Unanswered(OSError):
    """No answer came. `code`: address (not http…), name (has no address), slow, refused (nobody listens), tls, broken."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Answer:
    """What came back. `text`: the first MOST bytes; a redirect is an answer like any other and is not followed."""

    status: int
    text: str
    ms: float


def check(url: str) -> None:
    """Raises OutOfReach. A name that has no address passes: nothing can be sent there. Looks names up, so it may wait."""
    for address in _addresses(url):
        if not is_open(address):
            raise OutOfReach(f"{address} is not for tenants")


def is_open(address: Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped:
        return is_open(mapped)
    if address.is_link_local or address.is_multicast or any(address in network for network in METADATA):
        return False
    return address.is_global or (settings.PRIVATE_NETWORKS and (address.is_private or address.is_loopback))


def target(url: str) -> str:
    """The path and query of a URL, as they stand in the request's first line. Raises Unanswered for what is no address."""
    parts = _parts(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def post(url: str, body: bytes, headers: dict[str, str], seconds: float = SECONDS) -> Answer:
    """Send `body` once. Raises OutOfReach or Unanswered; whatever status comes back is an Answer."""
    parts = _parts(url)
    addresses = _addresses(url)
    if not addresses:
        raise Unanswered("name", str(parts.hostname))
    for address in addresses:
        if not is_open(address):
            raise OutOfReach(f"{address} is not for tenants")
    began = time.monotonic()
    try:
        status, text = _exchange(parts, addresses[0], body, headers, seconds)
    except ssl.SSLError as error:
        raise Unanswered("tls", getattr(error, "verify_message", "") or str(error.reason or error)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() - began >= seconds
        code = "slow" if late else "refused" if isinstance(error, ConnectionRefusedError) else "broken"
        raise Unanswered(code, str(error) or type(error).__name__) from error
    took = time.monotonic() - began
    if took >= seconds:  # cut off: to http.client the end of the line looks like the end of an answer
        raise Unanswered("slow", "cut off")
    return Answer(status, text, took * 1000)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unanswered("address", url[:200])
    return parts


def _exchange(parts: SplitResult, address: Address, body: bytes, headers: dict[str, str], seconds: float) -> tuple[int, str]:
    connection = _Pinned(parts, address, seconds)
    try:
        connection.connect()
        connection.request("POST", target(parts.geturl()), body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(MOST).decode("utf-8", "replace")
    finally:
        connection.end()


class _Pinned(http.client.HTTPConnection):
    """To one address, under the URL's name: the Host header and the certificate's check are the name's."""

    def __init__(self, parts: SplitResult, address: Address, seconds: float) -> None:
        secure = parts.scheme == "https"
        self.default_port = 443 if secure else 80
        super().__init__(parts.hostname or "", parts.port, timeout=seconds)
        self.secure, self.address = secure, address
        self.until = time.monotonic() + seconds
        self.ended = ExitStack()

    def connect(self) -> None:
        self.sock = socket.create_connection((str(self.address), self.port), self.timeout)
        # The socket's own limit is one for each packet; who sends a byte a second is cut off all the same.
        twin = self.ended.enter_context(self.sock.dup())
        cut = Timer(max(0.1, self.until - time.monotonic()), _cut, [twin])
        cut.daemon = True
        cut.start()
        self.ended.callback(cut.cancel)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def end(self) -> None:
        self.ended.close()
        self.close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):  # it is over already
        sock.shutdown(socket.SHUT_RDWR)


def _addresses(url: str) -> list[Address]:
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname or "", None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return []
    return [ip_address(str(info[4][0]).partition("%")[0]) for info in found]
