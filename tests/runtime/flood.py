"""An ASGI application that sends and sends, for the test of a client that does not read; at /busy it reads late, for the
test of one that sends and sends."""

import asyncio
from typing import Any

PIECE = "x" * 64 * 1024
MOST = 2_000  # pieces, 125 MB
BUSY_SECONDS = 3.0
state = "here"  # what its pages say: "over" once a flood has ended


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    global state
    if scope["type"] != "websocket":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": state.encode()})
        return
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] == "/busy":
        await asyncio.sleep(BUSY_SECONDS)
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": str(len(message["text"]))})
        return
    try:
        for _ in range(MOST):
            await send({"type": "websocket.send", "text": PIECE})
    finally:
        state = "over"
