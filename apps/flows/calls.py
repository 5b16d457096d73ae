"""A flow's call to a system of its tenant: signed, bounded in time, and made once with effect however often its turn is told.

The row (`Call`) is written before the first byte is sent. A call that is done is retold from it; one of which nobody knows what
came of it is sent again under the same Idempotency-Key, by which the system knows it. docs/systems.md tells the system's side.
"""

import json
import random
import sys
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlencode

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from apps.flows.engine.place import Value
from apps.flows.engine.said import Returned
from apps.flows.engine.step import LONGEST_CALL, Request
from apps.flows.models import Call, System
from apps.tenants.refusal import Refusal
from apps.tenants.vault import blind
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.web import outgoing, signing
from apps.tenants.workspace.models import Site

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOST = 256 * 1024  # bytes of an answer
LEAST = 0.1  # seconds of a try that is still worth to begin
MOST_RETRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
PASSING = ("name", "slow", "refused", "broken")  # what the next try may find mended
LONGEST_TEXT = 10_000  # characters of one value
LARGEST = sys.float_info.max  # of a number; JSON's have no end


def make(request: Request) -> Returned:
    """Makes the call and waits for it. Whatever goes wrong is one sentence in the language of the tenant's people."""
    with translation.override(Site.load().language):
        try:
            return _retold(_made(request))
        except Refusal as refusal:
            return Returned(error=str(refusal))


def address(base: str, path: str) -> str:
    """A path of a system as a whole address below the system's. Raises Refusal for a path that leads out of it."""
    steps = unquote(path.partition("?")[0]).split("/")
    if not path.startswith("/") or {".", ".."} & set(steps) or "" in steps[1:-1] or "\\" in path:
        raise Refusal("bad_frame", _("%s is no path of a system: it begins with / and stays below its address.") % path[:100])
    return base.rstrip("/") + path


def headers(method: str, url: str, body: bytes, secret: str, stamp: int) -> dict[str, str]:
    """Raises Unanswered for what is no address. Without a secret nothing is signed."""
    found = {"Accept": "application/json", "User-Agent": "Yingda", "X-Yingda-Timestamp": str(stamp)}
    if body:
        found["Content-Type"] = "application/json; charset=utf-8"
    target = outgoing.target(url)
    return found | ({"X-Yingda-Signature": signing.sign(secret, str(stamp), method, target, body)} if secret else {})


def _retold(call: Call) -> Returned:
    return Returned(error=call.error) if call.state == Call.State.FAILED else Returned(call.slots)


def _made(request: Request) -> Call:
    """The call, ended. Raises Refusal where it was not made, or nobody knows what came of it."""
    method, path, body = _written(request)
    asked = {"name": request.name[:100], "system": request.system[:60], "method": method}
    digest = blind.index("whole", "\n".join((method, request.system, path, body.decode())))
    call = Call.begin(request.key, digest=digest, **asked)
    if call.state != Call.State.BEGUN:
        return call
    url, secret = _way(request.system, path)
    answer = _answered(call, request, url, body, secret)
    if problem := signing.refusal(answer):
        return call.end(answer.status, {}, problem)
    try:
        return call.end(answer.status, _values(answer, request.result))
    except Refusal as refusal:
        return call.end(answer.status, {}, str(refusal))


def _written(request: Request) -> tuple[str, str, bytes]:
    """The method, the path with its query, and the body as they are sent. What a GET is given stands in its query."""
    method = request.method.upper()
    if method not in METHODS:
        raise Refusal("bad_frame", _("%s is no method that a call may have.") % request.method[:20])
    if method != "GET":
        body = json.dumps(request.body, separators=(",", ":")).encode() if request.body else b""
        return method, request.url, body
    given = {name: value for name, value in request.body.items() if value is not None}
    query = urlencode({name: json.dumps(value) if isinstance(value, bool) else value for name, value in given.items()})
    return method, request.url + ("&" if "?" in request.url else "?") * bool(query) + query, b""


def _way(name: str, path: str) -> tuple[str, str]:
    """→ a whole address and the secret that signs; a call that names no system is not signed."""
    if not name:
        return path, ""
    system = System.objects.filter(name=name).first()
    if system is None:
        raise Refusal("not_found", _("There is no system “%s”.") % name)
    if not system.enabled:
        raise Refusal("unavailable", _("The system “%s” is switched off.") % name)
    try:
        return address(system.base_url, path), system.secret
    except CannotDecrypt as error:
        raise Refusal("unavailable", _("The secret of “%s” does not open. Make a new one.") % name) from error


def _answered(call: Call, request: Request, url: str, body: bytes, secret: str) -> outgoing.Answer:
    """The first answer that is final. A second try has a second timestamp, so that no system takes it for a replay."""
    until = time.monotonic() + LONGEST_CALL
    stamp, problem, status = 0, "", None
    for number in range(1 + min(max(0, request.retries), MOST_RETRIES)):
        if number and not _paused(number, until):
            break
        call.tried()
        if not connection.in_atomic_block:
            connection.close()  # back to the pool: the other side may take its time
        seconds = min(request.timeout, until - time.monotonic())
        stamp = max(int(time.time()), stamp + 1)
        try:
            told = {**headers(call.method, url, body, secret, stamp), "Idempotency-Key": call.sent_as}
            answer = outgoing.send(call.method, url, body, told, seconds, MOST)
            if answer.torn and answer.status < 300 and request.result:
                raise outgoing.Unanswered("broken", "the answer broke off")
        except (outgoing.OutOfReach, outgoing.Unanswered) as failure:
            problem, status = signing.unreached(failure, seconds), None
            if getattr(failure, "code", "") not in PASSING:
                break
            continue
        if answer.status != 429 and answer.status < 500:
            return answer
        problem, status = signing.refusal(answer), answer.status
    call.unanswered(status, problem)
    raise Refusal("unavailable", problem)


def _paused(number: int, until: float) -> bool:
    """Waits before the next try, longer each time and never as long as others do; False when no time is left for it."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (number - 1)) * random.uniform(0.5, 1.5)  # noqa: S311
    if time.monotonic() + pause + LEAST >= until:
        return False
    time.sleep(pause)
    return True


def _values(answer: outgoing.Answer, wanted: Mapping[str, str]) -> dict[str, Value]:
    """The values of the slots, from where `wanted` says that they stand. Raises Refusal."""
    if not wanted:
        return {}
    if not answer.whole:
        raise Refusal("too_long", _("The answer is longer than %d KB.") % (MOST // 1024))
    try:
        content = json.loads(answer.text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refusal("nonsense", _("The answer is no JSON.")) from error
    return {slot: _value(content, path) for slot, path in wanted.items()}


def _value(content: Any, path: str) -> Value:
    """The scalar at `order.status` or `items.0.name`."""
    for step in path.split("."):
        if isinstance(content, dict) and step in content:
            content = content[step]
        elif isinstance(content, list) and step.isascii() and step.isdigit() and int(step) < len(content):
            content = content[int(step)]
        else:
            raise Refusal("nonsense", _("The answer has no “%s”.") % path)
    if isinstance(content, dict | list):
        raise Refusal("nonsense", _("“%s” of the answer is no single value.") % path)
    if isinstance(content, int | float) and not abs(content) <= LARGEST:
        raise Refusal("nonsense", _("“%s” of the answer is too large a number.") % path)
    if isinstance(content, str):
        content = _storable(content)
        if len(content) > LONGEST_TEXT:
            raise Refusal("too_long", _("“%s” of the answer is too long.") % path)
    kept: Value = content
    return kept


def _storable(text: str) -> str:
    """The text without what PostgreSQL keeps in no text: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
