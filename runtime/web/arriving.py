"""Daphne's requests, handed to the application with their head: the body follows piece by piece, as it is asked for.

As it comes, Daphne calls the application when the whole body lies on its disk, however large it is and whoever sent it; nothing
could be refused before. Here nothing is read beyond a few pieces that the application has not taken yet, and a head has to be
complete in time.
"""

import asyncio
import io
from collections import deque
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import reactor
from twisted.web import http

_reactor: Any = reactor
_generic: Any = http._GenericHTTPChannelProtocol
_Channel: Any = http.HTTPChannel  # Twisted's types of it are partly none
HEAD_SECONDS = 15.0  # from the first byte of a request's head to its last
MOST_UNTAKEN = 256 * 1024  # bytes that wait for the application


class Inbox:
    """The application's messages of one request. Daphne puts them in and the application takes them out, on one loop."""

    def __init__(self, request: "Arriving") -> None:
        self._request = request
        self._pieces: deque[bytes] = deque()
        self._untaken = 0
        self._ended = self._told = self._gone = False
        self._news = asyncio.Event()

    @property
    def ended(self) -> bool:
        return self._ended

    def put_nowait(self, message: dict[str, Any]) -> None:
        """Daphne's own: the body that it believes to have is none; that the client has left is true."""
        if message["type"] == "http.disconnect":
            self._gone = True
            self._news.set()

    def arrived(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._untaken += len(piece)
        if self._untaken > MOST_UNTAKEN:
            self._request.pause()
        self._news.set()

    def end(self) -> None:
        self._ended = True
        self._news.set()

    async def get(self) -> dict[str, Any]:
        self._request.go_on()
        while not (self._pieces or self._gone or (self._ended and not self._told)):
            self._news.clear()
            await self._news.wait()
        if self._gone:
            return {"type": "http.disconnect"}
        body = b"".join(self._pieces)
        self._pieces.clear()
        self._untaken = 0
        self._request.resume()
        self._told = self._ended
        return {"type": "http.request", "body": body, "more_body": not self._ended}


class Arriving(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """A request that is processed when its head is complete, where it has a body."""

    inbox: Inbox | None = None
    streams = owes_continue = paused = False

    def gotLength(self, length: int | None) -> None:
        if length == 0:
            super().gotLength(length)
            return
        self.content = io.BytesIO()
        if self.requestHeaders.hasHeader(b"Upgrade"):  # a line that is to be a socket has nothing to send yet
            self.channel._respondToBadRequestAndDisconnect()
            return
        self.streams = True
        self.method, self.uri, self.clientproto = self.channel._command, self.channel._path, self.channel._version
        self.path = self.uri.split(b"?", 1)[0]
        self.process()

    def handleContentChunk(self, data: bytes) -> None:
        if self.inbox and not self.finished:
            self.inbox.arrived(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        if not self.streams:
            super().requestReceived(command, path, version)
        elif self.inbox:
            self.inbox.end()

    def handle_reply(self, message: dict[str, Any]) -> None:
        early = self.streams and not self.finished and not (self.inbox and self.inbox.ended)
        if early and message.get("type") == "http.response.start" and self.channel is not None:
            self.channel.persistent = False  # what is left of the body is no next request
            headers = [each for each in message.get("headers", ()) if each[0].lower() != b"connection"]
            message = {**message, "headers": [*headers, (b"connection", b"close")]}
        super().handle_reply(message)

    def go_on(self) -> None:
        """The application wants the body: now the client that asked before sending is told to send."""
        if self.owes_continue and not self._response_started and not self.finished:
            self.channel.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.owes_continue = False

    def pause(self) -> None:
        if not self.paused and not self.finished:
            self.paused = True
            self.channel._networkProducer.pauseProducing()

    def resume(self) -> None:
        if self.paused and not self.finished and self.channel is not None:
            self.paused = False
            self.channel._networkProducer.resumeProducing()


class Channel(_Channel):  # type: ignore[misc]
    """A line on which a head has to be complete in time, however slowly its bytes come."""

    _late: Any = None

    def connectionMade(self) -> None:
        super().connectionMade()
        self._watch()

    def dataReceived(self, data: bytes) -> None:
        if not self.requests:
            self._watch()
        super().dataReceived(data)

    def allHeadersReceived(self) -> None:
        self._rest()
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        if self.requests:  # else it was answered before its body was complete, and the line is being closed
            super().allContentReceived()

    def connectionLost(self, reason: Any) -> None:
        self._rest()
        super().connectionLost(reason)

    def _send100Continue(self) -> None:
        if self.requests:
            self.requests[-1].owes_continue = True

    def _watch(self) -> None:
        if self._late is None:
            self._late = _reactor.callLater(HEAD_SECONDS, self._end)

    def _rest(self) -> None:
        late, self._late = self._late, None
        if late is not None and late.active():
            late.cancel()

    def _end(self) -> None:
        self._late = None
        self.transport.abortConnection()


class Arrivals(HTTPFactory):  # type: ignore[misc]
    """Makes the above instead of Daphne's and Twisted's own."""

    protocol = staticmethod(lambda: _generic(Channel()))

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = Arriving
        return protocol


class Untaken(asyncio.Queue[dict[str, Any]]):
    """The messages a socket's client has sent and the application has not taken. Past a small limit nothing more is read."""

    def __init__(self, protocol: Any) -> None:
        super().__init__()
        self._protocol, self._untaken, self._paused = protocol, 0, False

    def _put(self, item: dict[str, Any]) -> None:
        super()._put(item)
        self._untaken += _size(item)
        if self._untaken > MOST_UNTAKEN and not self._paused:
            self._paused = True
            self._protocol.transport.pauseProducing()

    def _get(self) -> dict[str, Any]:
        item = super()._get()
        self._untaken -= _size(item)
        if self._paused and self._untaken <= MOST_UNTAKEN:
            self._paused = False
            self._protocol.transport.resumeProducing()
        return item


def _size(message: dict[str, Any]) -> int:
    return len(message.get("text") or message.get("bytes") or b"")


def application_queue(protocol: Any) -> Any:
    """The queue in which Daphne puts messages for an application of this protocol."""
    if isinstance(protocol, Arriving) and protocol.streams:
        protocol.inbox = Inbox(protocol)
        return protocol.inbox
    return Untaken(protocol) if isinstance(protocol, WebSocketProtocol) else asyncio.Queue()
