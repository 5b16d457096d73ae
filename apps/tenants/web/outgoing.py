"""The one door through which the product calls addresses that tenants typed in: nowhere that only the platform may reach.

Without it, the server would carry a tenant's requests to the cloud's metadata service or to the databases beside it. A name is
looked up once, all its addresses are judged, and the line goes to one of those very addresses, so that a name cannot change its
mind in between (DNS rebinding). Nothing follows a redirect, reads a proxy from the environment, or waits or reads without end.
`send` is for synchronous code; `apps.llm.line` puts the same `find` below the models' client.
"""

import asyncio
import http.client
import io
import socket
import ssl
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from django.utils.translation import gettext_lazy

from apps.tenants import context
from apps.tenants.web import addresses, places
from apps.tenants.web.addresses import Address, is_open
from apps.tenants.web.places import NoPlace, Place

__all__ = [
    "Answer",
    "NoPlace",
    "OutOfReach",
    "Unanswered",
    "afind",
    "check",
    "find",
    "host",
    "is_open",
    "post",
    "send",
    "target",
]

NO_PLACE = gettext_lazy("This address cannot be called. Write it plainly, like https://host/path, without a user name.")
SECONDS = 10.0  # for a whole request, from looking up the name to the last byte that is read
CHECK_SECONDS = 3.0  # for a name in a form: a page waits for it
MOST = 4_096  # bytes of an answer that are read where the call names no other number
MOST_AROUND = 64 * 1024  # bytes of its headers and of what is sent before it
TRIED = 3  # of a name's addresses
LOOK_UPS, LOOK_UPS_EACH = 64, 8  # at once in a process, and of one tenant: a name server may hold each for half a minute


class OutOfReach(OSError):
    """The address lies where tenants may send nothing."""


class Unanswered(OSError):
    """No answer came. `code`: address (not http…), name (has no address), slow, refused (nobody listens), tls, broken."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Answer:
    """The answer that came back. `text`: its first bytes, as many as were wanted; `whole`: whether these were all; `torn`: the
    line broke before they had come. A redirect is an answer like any other and is not followed."""

    status: int
    text: str
    ms: float
    whole: bool = True
    torn: bool = False


def check(url: str, seconds: float = CHECK_SECONDS) -> None:
    """Raises NoPlace, or OutOfReach. A name that has no address now passes: the call itself looks again."""
    with suppress(Unanswered):
        find(places.read(url).host, seconds)


def find(host: str, seconds: float, *, own: bool = False) -> Sequence[Address]:
    """A host's addresses, all of them open to tenants, or any with `own`: the platform's. Raises OutOfReach, Unanswered."""
    literal = _literal(host)
    if literal:
        return _judged([literal], own)
    try:
        return _judged(_read(_look_up(host).result(max(0.0, seconds))), own)
    except (TimeoutError, OSError, UnicodeError) as error:
        raise _unfound(host, error) from error


async def afind(host: str, seconds: float, *, own: bool = False) -> Sequence[Address]:
    """`find` for the event loop."""
    literal = _literal(host)
    if literal:
        return _judged([literal], own)
    try:
        return _judged(_read(await asyncio.wait_for(asyncio.wrap_future(_look_up(host)), max(0.0, seconds))), own)
    except (TimeoutError, OSError, UnicodeError) as error:
        raise _unfound(host, error) from error


def target(url: str) -> str:
    """The path and query of a URL, as they stand in the request's first line. Raises Unanswered for what is no address."""
    return _place(url).target


def host(url: str) -> str:
    """The host of a URL; empty for what is no address."""
    try:
        return places.read(url).host
    except NoPlace:
        return ""


def post(url: str, body: bytes, headers: dict[str, str], seconds: float = SECONDS, most: int = MOST) -> Answer:
    return send("POST", url, body, headers, seconds, most)


def send(method: str, url: str, body: bytes, headers: dict[str, str], seconds: float = SECONDS, most: int = MOST) -> Answer:
    """Send `body` once, and read up to `most` bytes of the answer. Raises OutOfReach or Unanswered; whatever status comes back
    is an Answer."""
    began = time.monotonic()
    place, until = _place(url), began + seconds
    found = find(place.host, seconds)
    try:
        status, read, torn = _exchange(method, place, found, body, headers, until, most + 1)
    except ssl.SSLError as error:
        raise Unanswered("tls", getattr(error, "verify_message", "") or str(error.reason or error)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() >= until
        code = "slow" if late else "refused" if isinstance(error, ConnectionRefusedError) else "broken"
        raise Unanswered(code, str(error) or type(error).__name__) from error
    text = read[:most].decode("utf-8", "replace")
    return Answer(status, text, (time.monotonic() - began) * 1000, whole=len(read) <= most, torn=torn)


def _place(url: str) -> Place:
    try:
        return places.read(url)
    except NoPlace as error:
        raise Unanswered("address", url[:200]) from error


def _literal(host: str) -> Address | None:
    try:
        return addresses.read(host)
    except ValueError:
        return None


def _read(found: list[Any]) -> list[Address]:
    return [addresses.read(str(info[4][0])) for info in found]


def _judged(found: list[Address], own: bool) -> list[Address]:
    """One address that is not open closes the whole name: another time it would be the one that is called."""
    for address in found:
        if not own and not is_open(address):
            raise OutOfReach(f"{address} is not for tenants")
    return found


def _unfound(host: str, error: Exception) -> OSError:
    if isinstance(error, OutOfReach | Unanswered):
        return error
    return Unanswered("slow" if isinstance(error, TimeoutError) else "name", host)


_lock = Lock()
_looking: Counter[str] = Counter()


def _look_up(host: str) -> "Future[list[Any]]":
    """Looks up a name in a thread of its own, because nothing can end getaddrinfo; a caller that has waited long enough leaves
    it behind."""
    tenant = context.get()
    whose = tenant.schema_name if tenant else ""
    with _lock:
        if _looking.total() >= LOOK_UPS or _looking[whose] >= LOOK_UPS_EACH:
            raise Unanswered("slow", host)
        _looking[whose] += 1
    answer: Future[list[Any]] = Future()
    Thread(target=_ask_names, args=(host, whose, answer), name="look-up", daemon=True).start()
    return answer


def _ask_names(host: str, whose: str, answer: "Future[list[Any]]") -> None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except Exception as error:  # told to whoever waits
        failed: Exception | None = error
    else:
        failed = None
    with _lock:
        _looking[whose] -= 1
    if answer.set_running_or_notify_cancel():
        if failed:
            answer.set_exception(failed)
        else:
            answer.set_result(found)


def _exchange(
    method: str, place: Place, found: Sequence[Address], body: bytes, headers: dict[str, str], until: float, most: int
) -> tuple[int, bytes, bool]:
    connection = http.client.HTTPConnection(place.host, place.port)  # under the URL's name, which the Host header tells
    connection.default_port = 443 if place.secure else 80
    line = _connected(place, found, until)
    try:
        connection.sock = _Line(line, until, most)
        connection.request(method, place.target, body or None, headers)
        answer = connection.getresponse()
        read = answer.read(most)
        return answer.status, read, bool(answer.length) and len(read) < most
    finally:
        line.close()


def _connected(place: Place, found: Sequence[Address], until: float) -> socket.socket:
    """Connects to the first address that accepts; the certificate is checked against the name."""
    failed: OSError = ConnectionError(f"{place.host} has no address")
    for address in found[:TRIED]:
        try:
            line = socket.create_connection((str(address), place.port), _left(until))
            break
        except OSError as error:
            failed = error
    else:
        raise failed
    if not place.secure:
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=place.host)
    except BaseException:
        line.close()
        raise


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


class _Line:
    """A socket with a deadline, however often a byte comes, and with a limit of bytes. http.client asks it for no more."""

    def __init__(self, sock: socket.socket, until: float, most: int) -> None:
        self._sock, self._until, self._most = sock, until, MOST_AROUND + most

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), 65_536):
            self._sock.settimeout(_left(self._until))
            self._sock.sendall(data[start : start + 65_536])

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Does nothing. http.client calls it when the headers have come, before the answer is read; `_exchange` closes."""

    def receive(self, buffer: Any) -> int:
        if not self._most:
            raise http.client.HTTPException(f"more than {MOST_AROUND} bytes of headers")
        self._sock.settimeout(_left(self._until))
        count = self._sock.recv_into(memoryview(buffer)[: self._most])
        self._most -= count
        return count


class _Reader(io.RawIOBase):
    def __init__(self, line: _Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.receive(buffer)
