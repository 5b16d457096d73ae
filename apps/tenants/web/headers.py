"""The headers of every answer to a browser, whoever made it: a page, JSON, a file, a refusal before any tenant was known.

The outermost ASGI piece but one, so that nothing answers before it. What an answer says itself stays.
"""

from collections.abc import MutableMapping
from typing import Any

from apps.tenants.web.asgi import App, Receive, Scope, Send

# Of what says nothing itself: error pages, which style themselves, and JSON, which should never become a page.
STRICT = b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Nothing here takes pictures, listens, or asks where somebody is. The console does write to the clipboard.
DENIED = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
    *("payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
ALWAYS = (
    (b"content-security-policy", STRICT),
    (b"permissions-policy", ", ".join(f"{name}=()" for name in DENIED).encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)


class Headers:
    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return

        async def told(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                said = {bytes(name).lower() for name, _value in message.get("headers", ())}
                missing = [(name, value) for name, value in ALWAYS if name not in said]
                message = {**message, "headers": [*message.get("headers", ()), *missing]}
            await send(message)

        await self.inner(scope, receive, told)
