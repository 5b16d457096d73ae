"""A tenant's model endpoint is no way into the platform's own network."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings

from apps.llm import chat, line, reach
from apps.llm.admin.endpoints import EndpointForm
from apps.llm.models import ModelEndpoint
from apps.tenants import context
from tests.cast import Cast
from tests.tenants.web.test_outgoing import names
from tests.tenants.web.test_outgoing_tls import certified, secured

HELLO: list[chat.Message] = [{"role": "user", "content": "Hello"}]


class _Handler(BaseHTTPRequestHandler):
    seen: list[dict[str, str]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(dict(self.headers.items()))
        elsewhere = self.headers["Authorization"].partition("redirect ")[2]
        self.send_response(307 if elsewhere else 200)
        self.send_header("Set-Cookie", "kept=1")
        if elsewhere:
            self.send_header("Location", elsewhere)
        self.end_headers()
        chunk = {"choices": [{"delta": {"content": "Hello to you."}}]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode())

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def model(certificate: Path | None = None) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A model on loopback: its port, and the headers that it was told."""
    seen: list[dict[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"seen": seen}))
    if certificate:
        secured(server, certificate)
    Thread(target=server.serve_forever, daemon=True).start()
    line.client.cache_clear()
    line._transport.cache_clear()
    try:
        yield server.server_port, seen
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with context.inside(cast.acme):
        cache.clear()
        yield cast


def ask(url: str, key: str = "k") -> str:
    return "".join(chat.Model(0, "m", 2, url, "m", key, 5, 50).stream(HELLO))


def test_the_platforms_own_model_is_the_platforms_own_choice(acme: Cast) -> None:
    with model() as (port, seen), override_settings(PRIVATE_NETWORKS=False, MODEL_URL=f"http://127.0.0.1:{port}/v1"):
        reach.check(f"http://127.0.0.1:{port}/v1")
        assert ask(f"http://127.0.0.1:{port}/v1") == "Hello to you."
        for other in (f"http://127.0.0.1:{port + 1}/v1", f"http://127.0.0.1:{port}/v2", f"http://localhost:{port}/v1"):
            with pytest.raises(reach.OutOfReach):
                reach.check(other)
            with pytest.raises(chat.ModelFailed, match="OutOfReach"):
                ask(other)
        assert len(seen) == 1


def test_neither_the_form_nor_a_stored_row_asks_there(acme: Cast) -> None:
    given = {"name": "Inside", "tier": "2", "model": "m", "seconds": "5", "max_tokens": "50"}
    for address in ("http://169.254.169.254/latest/meta-data", "http://0x7f.1/v1", "http://user@models.example/v1"):
        assert list(EndpointForm({**given, "base_url": address}).errors) == ["base_url"]
        row = ModelEndpoint.objects.create(name=address[:50], base_url=address)
        with pytest.raises(chat.ModelFailed, match="OutOfReach"):
            list(chat.of_endpoint(row).stream(HELLO))


def test_what_is_judged_is_what_is_called(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name in two spellings: the one that IDNA 2003 made of it is open, the one that is called is not."""

    def answer(host: str) -> list[str]:
        return ["8.8.8.8"] if host.startswith("fass") else ["127.0.0.1"]

    with model() as (port, seen), override_settings(PRIVATE_NETWORKS=False), names(monkeypatch, answer) as asked:
        with pytest.raises(reach.OutOfReach):
            reach.check(f"http://faß.test:{port}/v1")
        with pytest.raises(chat.ModelFailed, match="OutOfReach"):
            ask(f"http://faß.test:{port}/v1")
        assert set(asked) == {"xn--fa-hia.test"}
        assert not seen


def test_a_name_that_changes_its_mind_is_asked_once_a_line(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: open when it is looked at, private every time after that."""
    times: list[str] = []

    def answer(host: str) -> list[str]:
        times.append(host)
        return ["8.8.8.8"] if len(times) % 2 else ["127.0.0.1"]

    reached: list[Any] = []
    with model() as (port, seen), override_settings(PRIVATE_NETWORKS=False), names(monkeypatch, answer):
        monkeypatch.setattr("httpcore2.AnyIOBackend.connect_tcp", _no_line(reached))  # there is no way to 8.8.8.8 here
        for _ in range(4):
            with pytest.raises(chat.ModelFailed):
                ask(f"http://turncoat.test:{port}/v1")
    assert set(reached) == {"8.8.8.8"}, "never the name itself, never the other address"
    assert not seen
    assert len(times) == 4


def _no_line(reached: list[Any]) -> Any:
    import httpcore2

    async def connect_tcp(_self: object, host: str, *_args: Any, **_options: Any) -> Any:
        reached.append(host)
        raise httpcore2.ConnectError("no way there")

    return connect_tcp


def test_a_redirect_is_not_followed_and_no_cookie_kept(acme: Cast) -> None:
    with model() as (port, seen), model() as (inside, others):
        with pytest.raises(chat.ModelFailed, match="307"):
            ask(f"http://127.0.0.1:{port}/v1", f"redirect http://127.0.0.1:{inside}/v1/chat/completions")
        assert (len(seen), len(others)) == (1, 0)
        assert ask(f"http://127.0.0.1:{port}/v1") == ask(f"http://127.0.0.1:{port}/v1") == "Hello to you."
        assert not [headers for headers in seen if "Cookie" in headers]


def test_nothing_of_this_machine_is_told_or_asked(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-ours")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-ours")
    monkeypatch.setenv("OPENAI_API_KEY", "key-ours")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Ours: 1")
    with model() as (port, seen):
        assert ask(f"http://127.0.0.1:{port}/v1", "") == "Hello to you."
    assert "ours" not in json.dumps(seen).lower()
    told = {name.lower() for name in seen[0]}
    assert told <= {
        "host",
        "accept",
        "accept-encoding",
        "authorization",
        "content-type",
        "content-length",
        "user-agent",
        "connection",
    }
    assert seen[0]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(("name", "reached"), [("localhost", True), ("shop.example", False)])
def test_the_certificate_is_the_names(
    acme: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reached: bool
) -> None:
    certificate = certified(tmp_path, name)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with model(certificate) as (port, seen):
        if reached:
            assert ask(f"https://localhost:{port}/v1") == "Hello to you."
            assert seen[0]["Host"] == f"localhost:{port}"
        else:
            with pytest.raises(chat.ModelFailed, match="down"):
                ask(f"https://localhost:{port}/v1")
            assert not seen
