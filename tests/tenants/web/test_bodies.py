"""The edge: no body over the limit reaches what would spool and parse it, none takes for ever, and there are not too many."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from apps.agents.console import entry
from apps.conversations.customer import senders
from apps.tenants import context
from apps.tenants.web import bodies
from apps.tenants.web.bodies import BodyLimit
from tests.cast import ACME_HOST, Cast

LIMIT, LARGER = 1_000, 5_000


async def may_send(scope: Any) -> bool:
    return (b"authorization", b"Bearer good") in scope["headers"]


class Edge:
    """`given`: bytes that the application below got; it answers when it has them all, and not before `gate`."""

    def __init__(self) -> None:
        self.given = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.app = BodyLimit(self.below, most=LIMIT, larger={"/files": LARGER}, may_send=may_send)

    async def below(self, _scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "http.request":
            self.given += len(message["body"])
            if not message["more_body"]:
                await self.gate.wait()
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": b"taken"})
                return

    async def post(self, path: str, pieces: Iterable[bytes], *, still_sends: bool = False, **headers: str) -> tuple[int, bytes]:
        told: list[Any] = []
        waiting = iter([*pieces, *([] if still_sends else [None])])

        async def receive() -> dict[str, Any]:
            try:
                piece = next(waiting)
            except StopIteration:
                await asyncio.sleep(60)  # a client that sends no more
                raise
            return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

        async def send(message: Any) -> None:
            told.append(message)

        sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "path": path, "headers": sent, "client": ["192.0.2.1", 1]}
        await self.app(scope, receive, send)
        assert not told[-1].get("more_body")
        return told[0]["status"], b"".join(each["body"] for each in told[1:])


async def test_a_body_within_the_limit_passes() -> None:
    edge = Edge()
    assert await edge.post("/", [b"x" * LIMIT], content_length=str(LIMIT)) == (200, b"taken")
    assert edge.given == LIMIT


async def test_a_body_that_says_it_is_too_large_is_not_read_at_all() -> None:
    edge = Edge()
    status, body = await edge.post("/", [b"x" * 2_000], content_length="2000")
    assert (status, edge.given) == (413, 0)
    assert json.loads(body)["code"] == "too_long"
    assert json.loads(body)["most"] == LIMIT
    assert (await edge.post("/", [b"x"], content_length="9" * 30))[0] in (200, 413)


async def test_a_body_that_lies_is_cut_where_the_limit_is() -> None:
    lies: tuple[dict[str, Any], ...] = ({"content_length": "10"}, {"transfer_encoding": "chunked"}, {})
    for headers in lies:
        edge = Edge()
        assert (await edge.post("/", [b"x" * 400] * 1_000, **headers))[0] == 413
        assert edge.given <= LIMIT


async def test_only_who_may_sends_more_and_only_there() -> None:
    large: dict[str, Any] = {"content_length": "4000"}
    post = Edge().post
    assert (await post("/files", [b"x" * 4_000], **large))[0] == 413
    assert (await post("/files", [b"x" * 4_000], authorization="Bearer bad", **large))[0] == 413
    assert (await post("/files", [b"x" * 4_000], authorization="Bearer good", **large))[0] == 200
    assert (await post("/files", [b"x" * 4_000], authorization="Bearer good", transfer_encoding="chunked"))[0] == 200
    assert (await post("/files", [b"x" * 4_000], transfer_encoding="chunked"))[0] == 413
    assert (await post("/", [b"x" * 4_000], authorization="Bearer good", **large))[0] == 413


async def test_a_body_that_comes_too_slowly_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.1)
    monkeypatch.setattr(bodies, "LINGER_SECONDS", 0.1)
    edge = Edge()
    status, body = await edge.post("/", [b"x"], still_sends=True, content_length="900")
    assert (status, json.loads(body)["code"]) == (408, "too_slow")
    assert edge.app.places.small == 0


@pytest.mark.parametrize(
    ("limit", "most"), [("MOST_LARGE", 2), ("OF_AN_ADDRESS", 2), ("MOST_BYTES", 2 * LIMIT), ("MOST_SMALL", 2)]
)
async def test_too_many_at_once_are_told_at_once_and_leave_no_place_taken(
    limit: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, limit, most)
    monkeypatch.setattr(bodies, "SMALL", LIMIT if limit == "MOST_SMALL" else 10)
    edge = Edge()
    edge.gate.clear()
    size = str(LIMIT)
    held = [asyncio.ensure_future(edge.post("/", [b"x" * LIMIT], content_length=size)) for _ in range(2)]
    await asyncio.sleep(0)
    status, body = await edge.post("/", [b"x" * LIMIT], content_length=size)
    assert (status, json.loads(body)["retry_after"]) == (503, bodies.COME_AGAIN)
    edge.gate.set()
    assert [answer[0] for answer in await asyncio.gather(*held)] == [200, 200]
    assert (await edge.post("/", [b"x" * LIMIT], content_length=size))[0] == 200
    assert (edge.app.places.small, edge.app.places.large, edge.app.places.bytes, edge.app.places.of.total()) == (0, 0, 0, 0)


@pytest.mark.parametrize("cookie", ['"\\000aaaaaaaaaaaa"', "x" * 5_000, '"\\377\\000"'])
def test_a_cookie_that_no_session_can_have_is_none(cast: Cast, settings: Any, cookie: str) -> None:
    client, sent = Client(), {"host": ACME_HOST, "cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
    doors = ("/admin/", "/console/", "/api/v1/console/conversations", "/admin/login/", "/api/v1/attachments/x")
    assert [client.get(path, headers=sent).status_code for path in doors] == [302, 302, 401, 200, 404]
    assert entry.session_of(sent["cookie"]) == ""


async def test_a_cookie_that_no_database_takes_lets_nobody_send_more(committed: Cast, settings: Any) -> None:
    cookie = f'{settings.SESSION_COOKIE_NAME}="\\000aaaaaaaaaaaa"'.encode()
    context.enter(committed.acme)
    assert not await senders.may_send({"path": "/api/v1/console/attachments", "headers": [(b"cookie", cookie)]})


def test_a_network_is_the_last_that_a_proxy_names_in_whatever_line(settings: Any) -> None:
    settings.PRODUCTION = True
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"198.51.100.2, 192.0.2.7")]
    assert bodies._address({"headers": headers, "client": ["127.0.0.1", 1]}) == "192.0.2.7"
