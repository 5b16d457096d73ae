"""The one way to say no: a code for programs, a sentence for people, and when to come again.

Raised where the reason is known, rendered once at each door: by a socket, by `web.middleware`, by a form, by `manage.py`.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The wire's codes (PROTOCOL.md: add, never rename), and what HTTP calls them.
STATUS = {
    "bad_frame": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_yours": 403,
    "origin_not_allowed": 403,
    "not_found": 404,
    "too_slow": 408,
    "closed": 409,
    "confirm": 409,
    "filtered": 409,
    "no_model": 409,
    "nothing_to_do": 409,
    "taken": 409,
    "too_many": 409,
    "expired": 410,
    "too_long": 413,
    "bad_file": 415,
    "too_fast": 429,
    "nonsense": 502,
    "unavailable": 503,
}


def unavailable(retry_after: int = 5) -> "Refusal":
    """The refusal of something the machine could not do now, such as without its database."""
    return Refusal("unavailable", _("That could not be done right now. Try again in a moment."), retry_after=retry_after)


class Refusal(Exception):
    """Nothing was done. A lazy `sentence` is read in the language of the door; `status` is HTTP's, `retry_after` in seconds."""

    def __init__(
        self, code: str, sentence: str | Promise, status: int | None = None, *, retry_after: int | None = None
    ) -> None:
        super().__init__(code, sentence)
        self.code, self.sentence = code, sentence
        self.status, self.retry_after = status or STATUS[code], retry_after

    def __str__(self) -> str:
        return str(self.sentence)

    def frame(self, client_id: str | None = None) -> dict[str, Any]:
        """The frame that sockets and HTTP send; `client_id`: of the message that was refused."""
        frame: dict[str, Any] = {"type": "error", "code": self.code, "message": str(self)}
        if client_id:
            frame["client_id"] = client_id
        if self.retry_after is not None:
            frame["retry_after"] = self.retry_after
        return frame
