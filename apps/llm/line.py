"""The models' line out: the OpenAI client over `apps.tenants.web.outgoing`, so that what is judged is what is called.

The network below the client looks a name up once, judges its addresses and connects to one of them; TLS and the Host header
keep the name. No redirects, no cookies, no compression (a small answer could unfold to gigabytes), no proxy or header of this
machine's environment, and an end to what is read.
"""

# ruff: noqa: ASYNC109  the timeouts are httpcore2's interface
from collections.abc import AsyncIterator, Iterable
from functools import lru_cache
from typing import Any

import httpcore2
import httpx2
from django.conf import settings
from openai import AsyncOpenAI

from apps.tenants.web import outgoing, places

MOST = 16 * 1024 * 1024  # bytes of one answer, whatever its model may say
MOST_AHEAD = 256 * 1024  # bytes of headers and of what comes before them
MOST_OF_A_REFUSAL = 64 * 1024  # the rest of an error's page is not read
PATIENCE = 10.0  # seconds for a connection where the call names none
SENT = {b"host", b"accept", b"authorization", b"content-type", b"content-length", b"user-agent", b"connection"}


class TooMuch(ValueError):
    """The answer is longer or otherwise coded than was asked."""


@lru_cache(maxsize=64)
def client(base_url: str, api_key: str, *, own: bool) -> AsyncOpenAI:
    """One client for each base URL and key, `own` for the platform's model. For the background loop alone. Raises NoPlace."""
    http = httpx2.AsyncClient(transport=_transport(own=own), trust_env=False, follow_redirects=False)
    return AsyncOpenAI(
        base_url=places.read(base_url).url, api_key=api_key or "none", max_retries=0, http_client=http
    )  # retries are the turn's business


@lru_cache(maxsize=2)
def _transport(*, own: bool) -> "_Transport":
    return _Transport(own=own)


class _Network(httpcore2.AsyncNetworkBackend):
    """Connects to hosts that tenants name, or with `own` to the platform's own model and nowhere else."""

    def __init__(self, *, own: bool) -> None:
        self._own = own
        self._lines = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None
    ) -> httpcore2.AsyncNetworkStream:
        if self._own:
            model = places.read(settings.MODEL_URL)
            if (host, port) != (model.host, model.port):
                raise outgoing.OutOfReach(f"{host}:{port} is not the platform's model")
        patience = PATIENCE if timeout is None else timeout
        for address in (found := await outgoing.afind(host, patience, own=self._own))[: outgoing.TRIED]:
            try:
                return _Counted(await self._lines.connect_tcp(str(address), port, patience, local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed if found else outgoing.Unanswered("name", host)

    async def sleep(self, seconds: float) -> None:
        await self._lines.sleep(seconds)


class _Counted(httpcore2.AsyncNetworkStream):
    """Reads so many bytes after the last one written: headers, interim answers and chunks' sizes are counted too."""

    def __init__(self, line: httpcore2.AsyncNetworkStream) -> None:
        self._line, self._left = line, MOST_AHEAD

    def body_begins(self) -> None:
        self._left = MOST

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._line.read(max_bytes, timeout)
        self._left -= len(data)
        if self._left < 0:
            raise TooMuch("more bytes than any answer has")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._left = MOST_AHEAD
        await self._line.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._line.aclose()

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        return _Counted(await self._line.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._line.get_extra_info(info)


class _Transport(httpx2.AsyncBaseTransport):
    """One pool of lines for all endpoints. httpx2's own transport takes no network of ours, so this is that with one."""

    def __init__(self, *, own: bool) -> None:
        context = httpcore2.default_ssl_context()
        self._pool = httpcore2.AsyncConnectionPool(
            context, max_keepalive_connections=64, keepalive_expiry=5, network_backend=_Network(own=own)
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = httpcore2.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        headers = [(name, value) for name, value in request.headers.raw if name.lower() in SENT]
        asked = httpcore2.Request(
            request.method,
            url,
            headers=[*headers, (b"Accept-Encoding", b"identity")],
            content=request.stream,
            extensions=request.extensions,
        )
        answer = await self._pool.handle_async_request(asked)
        network = answer.extensions["network_stream"]
        told = [(name, value) for name, value in answer.headers if name.lower() != b"set-cookie"]
        coded = [value for name, value in told if name.lower() == b"content-encoding" and value.lower() != b"identity"]
        body = _Body(answer, MOST if answer.status == 200 else MOST_OF_A_REFUSAL)
        if coded or not isinstance(network, _Counted):  # the latter where the endpoint changes to another protocol
            await body.aclose()
            raise TooMuch("the answer is compressed or not HTTP, which was not asked for")
        network.body_begins()
        return httpx2.Response(answer.status, headers=told, stream=body, extensions=answer.extensions)


class _Body(httpx2.AsyncByteStream):
    """Ends where there is more than anybody reads."""

    def __init__(self, answer: httpcore2.Response, most: int) -> None:
        self._answer, self._left = answer, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            self._left -= len(part)
            yield part
            if self._left < 0:
                return

    async def aclose(self) -> None:
        await self._answer.aclose()


def causes(error: BaseException) -> Iterable[BaseException]:
    """The error and what it stems from: the client wraps whatever the network meets."""
    found: BaseException | None = error
    while found:
        yield found
        found = found.__cause__ or found.__context__
