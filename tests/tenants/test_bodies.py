"""The edge: no body over the limit reaches what would spool and parse it."""

import json
from collections.abc import Iterable
from typing import Any

from apps.tenants.bodies import BodyLimit

LIMIT, LARGER = 1_000, 5_000


async def post(path: str, pieces: Iterable[bytes], **headers: str) -> tuple[int, bytes, int]:
    """(status, body, bytes that the application below was given)"""
    given = 0
    told: list[Any] = []
    waiting = iter([*pieces, None])

    async def receive() -> dict[str, Any]:
        piece = next(waiting)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Any) -> None:
        told.append(message)

    async def below(scope: Any, receive: Any, send: Any) -> None:
        nonlocal given
        while (message := await receive())["type"] == "http.request":
            given += len(message["body"])
            if not message["more_body"]:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": b"taken"})
                return

    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    app = BodyLimit(below, most=LIMIT, larger={"/files": LARGER}, cookie="sessionid")
    await app({"type": "http", "path": path, "headers": sent}, receive, send)
    return told[0]["status"], told[1]["body"], given


async def test_a_body_within_the_limit_passes() -> None:
    assert await post("/", [b"x" * LIMIT], content_length=str(LIMIT)) == (200, b"taken", LIMIT)


async def test_a_body_that_says_it_is_too_large_is_not_read_at_all() -> None:
    status, body, given = await post("/", [b"x" * 2_000], content_length="2000")
    assert (status, given) == (413, 0)
    assert json.loads(body)["code"] == "too_long"
    assert json.loads(body)["most"] == LIMIT


async def test_a_body_that_lies_is_cut_where_the_limit_is() -> None:
    for headers in ({"content_length": "10"}, {}):
        status, _body, given = await post("/", [b"x" * 400] * 1_000, **headers)
        assert status == 413
        assert given <= LIMIT


async def test_only_who_shows_a_credential_may_send_more_and_only_there() -> None:
    large = {"content_length": "4000"}
    assert (await post("/files", [b"x" * 4_000], **large))[0] == 413
    assert (await post("/files", [b"x" * 4_000], authorization="Bearer x", **large))[0] == 200
    assert (await post("/files", [b"x" * 4_000], cookie="sessionid=1", **large))[0] == 200
    assert (await post("/", [b"x" * 4_000], cookie="sessionid=1", **large))[0] == 413
