"""Chooses the threads a request runs on. Work that waits or computes for long has its own; pages never queue behind it."""

import re
from typing import Protocol

import structlog
from django.http import HttpResponse
from prometheus_client import Counter

from apps.tenants.live.threads import Threads, asks_model, at_door, looks_up, on_page, on_upload
from apps.tenants.refusal import Refusal
from apps.tenants.web import refusals
from apps.tenants.web.pages import BUSY

log = structlog.get_logger(__name__)

TURNED_AWAY = Counter("yingda_lane_full_total", "Requests turned away at once because too many of their kind waited.", ["lane"])
COME_AGAIN = 3  # seconds
_SENTENCE = "Too many others are ahead of you. Try again in a moment. 目前请求较多，请稍后再试。"

_PASSWORDS = r"/admin/(login/|password_change/|welcome/.+/|workspace/member/(add/|.+/password/)|tenants/tenant/add/)\Z"
# Forms in which somebody's host is typed, whose name server may be slow.
_NAMED = r"/admin/(llm/modelendpoint/(add/|test/|.+/change/)|agents/desksettings/(webhook/test/|.+/change/))\Z"
LANES: tuple[tuple[re.Pattern[str], Threads], ...] = (
    (re.compile(r"/api/v1/(widget|console)/attachments\Z"), on_upload),
    (re.compile(_PASSWORDS), at_door),
    (re.compile(_NAMED), looks_up),
)
TRIES = re.compile(r"/admin/try/\Z")  # a question in its address, for which a worker is waited


class Asked(Protocol):
    """The parts of a request by which its lane is chosen."""

    @property
    def method(self) -> str | None: ...
    @property
    def path_info(self) -> str: ...


def lane_of(request: Asked) -> Threads:
    """A POST, or trying a question, may be work of a kind of its own; any other request is a page."""
    if TRIES.match(request.path_info):
        return asks_model
    if request.method == "POST":
        for path, threads in LANES:
            if path.match(request.path_info):
                return threads
    return on_page


def full(request: Asked) -> HttpResponse:
    """503 in words, in both languages: no tenant's or person's language has been looked up yet."""
    TURNED_AWAY.labels(lane_of(request).name).inc()
    log.warning("lane_full", path=request.path_info)
    if request.path_info.startswith(refusals.API):
        answer = refusals.answer(Refusal("unavailable", _SENTENCE, retry_after=COME_AGAIN))
        answer["Access-Control-Allow-Origin"] = "*"  # the widget reads why
        return answer
    return HttpResponse(BUSY, status=503, headers={"Retry-After": str(COME_AGAIN), "Cache-Control": "no-store"})
