"""Production behind a real proxy with TLS: the repository's own Caddyfile, and before it one that ends TLS.

Both shops are asked through it, and what only shows there is looked at: addresses, cookies, headers, shut doors, files.
"""

import asyncio
import base64
import contextlib
import functools
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin

from runtime.services.service import LOOPBACK, free_port
from tests.product import ROOT, Product
from tests.waiting import wait_for

CADDY = Path(sys.executable).with_name("caddy")
TOKEN = "numbers-for-prometheus"
SHOPS = {"acme.localhost": "How long is the warranty?", "changfeng.localhost": "保修期多长？"}
KNOWN = {"acme.localhost": "covered for 3 years", "changfeng.localhost": "保修"}
FRONT = """
{{
	admin off
	skip_install_trust
	auto_https disable_redirects
}}
{hosts} {{
	tls internal
	reverse_proxy {loopback}:{inner}
}}
"""


@dataclass
class House:
    product: Product
    port: int  # of TLS
    inner: int  # of the repository's Caddyfile
    trust: ssl.SSLContext

    def ask(self, host: str, path: str, *, method: str = "GET", body: str = "", **headers: str) -> http.client.HTTPResponse:
        """The certificate is checked for the shop's own name, though the line goes to loopback."""
        line = http.client.HTTPConnection(host, self.port)
        line.sock = self.trust.wrap_socket(socket.create_connection((LOOPBACK, self.port), 60), server_hostname=host)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body=body or None, headers={"Host": f"{host}:{self.port}", **named})
        answer = line.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        return answer


@contextlib.contextmanager
def caddy(folder: Path, config: str, **environment: str) -> Iterator[None]:
    """Stopped by its own number; what it keeps lies in the folder."""
    folder.mkdir()
    (folder / "Caddyfile").write_text(config)
    own = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder), **environment}
    with (folder / "log").open("wb") as log:
        argv = (str(CADDY), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile")
        process = subprocess.Popen(argv, env=own, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = tmp_path_factory.mktemp("house")
    product = Product(
        place / "data",
        YINGDA_ENV="production",
        SECRET_KEY="k3Jx-9QwZ7vRt_2LmP0sYb8NcH5dFgUa1eXo4iTqWr6KjVzBnMl",
        YINGDA_MASTER_KEYS=f"test:{base64.b64encode(os.urandom(32)).decode()}",
        YINGDA_BASE_DOMAIN="localhost",
        YINGDA_DEMO="1",
        YINGDA_METRICS_TOKEN=TOKEN,
        YINGDA_MODEL_URL="http://127.0.0.1:1/v1",
        YINGDA_WEB_PROCESSES="1",
        YINGDA_TURNS_WORKERS="1",
    )
    inner, port = free_port(), free_port()
    here = {"YINGDA_PROXY_PORT": str(inner), "YINGDA_WEB_HOST": LOOPBACK, "YINGDA_WEB_PORT": str(product.port)}
    hosts = ", ".join(f"https://{host}:{port}" for host in (*SHOPS, "localhost"))
    front = FRONT.format(hosts=hosts, loopback=LOOPBACK, inner=inner)
    ours = (ROOT / "docker" / "Caddyfile").read_text()
    try:
        with caddy(place / "inner", ours, YINGDA_PROXIES=LOOPBACK, **here), caddy(place / "front", front):
            authority = place / "front" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
            wait_for(authority.exists)
            trust = ssl.create_default_context(cafile=str(authority))
            product.wait_until_told("Ready in", 200)
            yield House(product, port, inner, trust)
    finally:
        product.process.terminate()
        product.process.wait(60)
    assert product.processes() == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("host", SHOPS)
def test_a_customer_is_answered_through_tls(host: str, house: House) -> None:
    page = house.ask(host, "/shop/")
    assert page.status == 200
    key = re.search(r'data-site-key="([^"]+)"', page.text)  # type: ignore[attr-defined]
    assert key
    assert f"https://{host}:{house.port}/widget.js" in page.text  # type: ignore[attr-defined]
    origin = f"https://{host}:{house.port}"
    body, kind = json.dumps({"site_key": key[1]}), "application/json"
    opened = house.ask(host, "/api/v1/widget/session", method="POST", body=body, origin=origin, content_type=kind)
    assert opened.status == 200
    token = json.loads(opened.text)["token"]  # type: ignore[attr-defined]
    assert KNOWN[host] in asyncio.run(said(house, host, origin, token)).lower()


async def said(house: House, host: str, origin: str, token: str) -> str:
    """The bot's first answer to the shop's question. On one thread: where one reads and another writes, OpenSSL may take up a
    session's ticket (TLS 1.3) in between and never send what was written."""
    address, at = f"wss://{host}:{house.port}/ws/chat/", functools.partial(connect, host=LOOPBACK, port=house.port)
    opening = at(address, ssl=house.trust, server_hostname=host, origin=Origin(origin), open_timeout=30)
    async with asyncio.timeout(60), opening as line:
        await line.send(json.dumps({"type": "hello", "token": token, "conversation": None, "after": 0}))
        await line.send(json.dumps({"type": "say", "client_id": str(uuid.uuid4()), "text": SHOPS[host]}))
        while True:
            frame = json.loads(await line.recv())
            if frame["type"] == "message" and frame["author"]["kind"] == "bot":
                return str(frame["text"])


def test_nobody_comes_in_by_plain_http_or_a_foreign_page(house: House) -> None:
    line = http.client.HTTPConnection(LOOPBACK, house.inner, timeout=20)
    line.request("GET", "/shop/", headers={"Host": "acme.localhost"})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://acme.localhost/shop/")
    assert (
        house.ask("acme.localhost", "/api/v1/widget/session", method="POST", body="{}", origin="https://evil.example").status
        == 403
    )


def test_metrics_are_closed_outside_and_inside(house: House) -> None:
    assert house.ask("acme.localhost", "/metrics").status == 404
    assert house.ask("acme.localhost", "/metrics", authorization=f"Bearer {TOKEN}").status == 404
    inside = http.client.HTTPConnection(LOOPBACK, house.product.port, timeout=20)
    told = []
    for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": f"Bearer {TOKEN}"}):
        inside.request("GET", "/metrics", headers=headers)
        answer = inside.getresponse()
        answer.read()
        told.append(answer.status)
    assert told == [401, 401, 200]


def test_every_answer_says_what_a_browser_may_do_with_it(house: House) -> None:
    asked = {
        "/shop/": 200, "/widget.js": 200, "/static/widget/loader.js": 200, "/no/such": 404, "/static/no.js": 404,
        "/admin/login/": 200,
        "/api/v1/console/conversations": 401, "/api/v1/attachments/x": 404, "/healthz": 200, "/readyz": None, "/console/": 302,
    }  # fmt: skip
    for path, status in asked.items():
        answer = house.ask("acme.localhost", path)
        if status is not None:
            assert answer.status == status, path
        for name in ("Content-Security-Policy", "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options"):
            assert len(answer.headers.get_all(name) or []) == 1, (path, name)
        assert "max-age=31536000" in answer.headers.get("Strict-Transport-Security", "max-age=31536000")
    large = house.ask("acme.localhost", "/admin/login/", method="POST", body="x" * (3 * 2**20))
    assert large.status == 413


def log_in(house: House, password: str, **headers: str) -> http.client.HTTPResponse:
    page = house.ask("acme.localhost", "/admin/login/")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrf=")
    assert {"Secure", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    form = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)  # type: ignore[attr-defined]
    assert form
    body = f"csrfmiddlewaretoken={form[1]}&username=alice&password={password}"
    more = {"referer": f"https://acme.localhost:{house.port}/admin/login/", "content_type": "application/x-www-form-urlencoded"}
    return house.ask(
        "acme.localhost", "/admin/login/", method="POST", body=body, cookie=cookie.split(";")[0], **more, **headers
    )


def test_cookies_are_this_hosts_alone_and_the_log_knows_from_where(house: House) -> None:
    answer = log_in(house, "wrong", x_forwarded_for="6.6.6.6")
    assert answer.status == 200
    log = house.product.folder / "logs" / "web.log"
    wait_for(lambda: '"verb": "log_in"' in log.read_text())
    lines = [json.loads(line) for line in log.read_text().splitlines() if '"event": "security"' in line]
    tries = [line for line in lines if line.get("verb") == "log_in"]
    assert tries
    assert {line["address"] for line in tries} == {LOOPBACK}, "what a client says of itself is not believed"
    assert {line["tenant"] for line in tries} == {"acme"}


def test_no_file_of_the_product_is_anybody_elses_to_read(house: House) -> None:
    assert house.product.folder.stat().st_mode & 0o066 == 0
    folders = [house.product.folder / name for name in ("logs", "run", "valkey", "postgres")]
    assert {str(folder): oct(folder.stat().st_mode & 0o777) for folder in folders if folder.stat().st_mode & 0o077} == {}
    files = [file for folder in folders[:3] for file in folder.rglob("*") if file.is_file()]
    assert any(file.name.endswith(".aof") for file in files)
    assert {str(file): oct(file.stat().st_mode & 0o777) for file in files if file.stat().st_mode & 0o077} == {}
