"""Guessing passwords is slow, from wherever and at whomever it is aimed, and costs nothing before it is let through.

An attempt is counted before the password is hashed, in up to four places: this name from this network address, this address
at all names and tenants, this name from all addresses, and this tenant. Each has some attempts free; beyond them, each
further one makes the next wait longer, up to a limit of its own, and what waits is refused unhashed. A count melts with time.
An attempt that succeeds is taken back; names that nobody has are counted like all others.

Nobody is locked out by strangers for long: a name waits a minute at most, a tenant a quarter of one, and whoever has logged in
before from this browser (a cookie) or this address is counted apart from strangers (OWASP's *device cookies*).
"""

import hashlib
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from prometheus_client import Counter
from redis.exceptions import RedisError

from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.network import address, neighbourhood

log = structlog.get_logger(__name__)

ATTEMPTS = Counter("yingda_logins_total", "Attempts to log in or to change a password, by what became of them.", ["outcome"])
HELD = Counter(
    "yingda_logins_held_total", "Attempts refused before any password was hashed, by what was over its limit.", ["by"]
)
THROTTLED = "throttled"  # the code of the ValidationError; its params name `wait`, in seconds
COOKIE, COOKIE_PATH = "yingda_device", "/admin/"
KNOWN_SECONDS = 180 * 24 * 3600


@dataclass(frozen=True)
class Rule:
    """`free` attempts at once, one more every `melts` seconds; then waits of 1, 2, 4 … seconds up to `longest`."""

    free: int
    melts: int
    longest: int


RULES = {
    "own": Rule(free=8, melts=120, longest=900),  # a known browser, or a name from one address
    "address": Rule(free=20, melts=60, longest=300),
    "name": Rule(free=12, melts=60, longest=60),
    "tenant": Rule(free=60, melts=10, longest=15),
}

# KEYS: one a place. ARGV, three a place: free, melts and longest. Returns 0 and 0, or the seconds to wait and whose place it
# was. A place is a hash of the count, when that was true, and until when it is shut.
_ADMIT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local function count(key, melts)
    local known = redis.call('HMGET', key, 'count', 'at')
    return math.max(0, tonumber(known[1] or 0) - math.max(0, now - tonumber(known[2] or now)) / melts)
end
local wait, whose = 0, 0
for n, key in ipairs(KEYS) do
    local shut = tonumber(redis.call('HGET', key, 'shut') or 0) - now
    if shut > wait then wait, whose = shut, n end
end
if wait > 0 then return {math.ceil(wait), whose} end
for n, key in ipairs(KEYS) do
    local free, melts, longest = tonumber(ARGV[3 * n - 2]), tonumber(ARGV[3 * n - 1]), tonumber(ARGV[3 * n])
    local found = count(key, melts) + 1
    redis.call('HSET', key, 'count', string.format('%.4f', found), 'at', string.format('%.4f', now))
    local beyond = math.floor(found - free + 0.5)  -- a little of what came a moment ago has melted
    if beyond >= 0 then
        local pause = math.min(longest, 2 ^ math.min(30, beyond))
        redis.call('HSET', key, 'shut', string.format('%.4f', now + pause))
    end
    redis.call('EXPIRE', key, math.ceil(found * melts) + longest)
end
return {0, 0}
"""

# Takes one attempt back. ARGV: 1 where the whole place is forgotten. This ends no pause that has begun, or somebody who knows
# one password could go on guessing others at full speed.
_TAKE_BACK = """
for n, key in ipairs(KEYS) do
    if ARGV[n] == '1' then
        redis.call('DEL', key)
    elseif redis.call('EXISTS', key) == 1 then
        local left = math.max(0, tonumber(redis.call('HGET', key, 'count') or 0) - 1)
        redis.call('HSET', key, 'count', string.format('%.4f', left))
    end
end
"""

Place = tuple[str, str]  # the name of its rule, its key in Valkey


@dataclass(frozen=True)
class Attempt:
    """An attempt that was let through. Exactly one of its verbs is called after the password was compared; both may be lost."""

    places: Sequence[Place]

    def succeed(self) -> None:
        ATTEMPTS.labels("worked").inc()
        self.take_back(forgets=True)

    def fail(self) -> None:
        """The attempt stays counted."""
        ATTEMPTS.labels("failed").inc()

    def take_back(self, *, forgets: bool = False) -> None:
        own = ["1" if forgets and rule == "own" else "0" for rule, _key in self.places]
        _run(_TAKE_BACK, [key for _rule, key in self.places], own)


def begin(request: HttpRequest, username: str) -> Attempt:
    """An attempt to log in. Raises ValidationError (THROTTLED) before anything is hashed."""
    name, near = _digest(username.casefold()), neighbourhood(address(request))
    device = _device(request, name)
    own = valkey.key("login", "own", name, device or _digest(near))
    if device or _is_known(name, near):
        return _admit([("own", own)])
    everywhere = valkey.key("login", "address", _digest(near), schema="*")
    here, all_names = valkey.key("login", "name", name), valkey.key("login", "tenant")
    return _admit([("own", own), ("address", everywhere), ("name", here), ("tenant", all_names)])


def begin_change(member: object) -> Attempt:
    """Begins an attempt to tell the old password of one's own account, from a session that is logged in already."""
    return _admit([("own", valkey.key("login", "old", member))])


def remember(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """This browser and this address logged in as this name, and will be counted apart from strangers."""
    name = _digest(username.casefold())
    _run("redis.call('SET', KEYS[1], 1, 'EX', ARGV[1])", [_known(name, neighbourhood(address(request)))], [KNOWN_SECONDS])
    if not _device(request, name):
        response.set_cookie(
            _cookie(name),
            signing.dumps([name, secrets.token_urlsafe(12)], salt=_salt()),
            max_age=KNOWN_SECONDS,
            path=COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _admit(places: Sequence[Place]) -> Attempt:
    numbers = [number for rule, _key in places for number in (RULES[rule].free, RULES[rule].melts, RULES[rule].longest)]
    wait, whose = _run(_ADMIT, [key for _rule, key in places], numbers) or (0, 0)
    if wait:
        HELD.labels(places[int(whose) - 1][0]).inc()
        ATTEMPTS.labels("held").inc()
        raise held(int(wait))
    return Attempt(places)


def held(wait: int) -> ValidationError:
    if wait <= 90:
        sentence = _("Too many wrong passwords. Try again in %(wait)d seconds.")
    else:
        sentence = _("Too many wrong passwords. Try again in %(minutes)d minutes.")
    return ValidationError(sentence, code=THROTTLED, params={"wait": wait, "minutes": math.ceil(wait / 60)})


def _run(script: str, keys: Sequence[str], arguments: Sequence[object]) -> tuple[int, int] | None:
    """Runs a script in Valkey. None while Valkey is away; then the one thread that hashes is the limit."""
    try:
        found: tuple[int, int] | None = valkey.client().eval(script, len(keys), *keys, *map(str, arguments))
    except (RedisError, OSError) as error:
        log.warning("login_limits_off", error=str(error))
        return None
    return found


def _device(request: HttpRequest, name: str) -> str:
    """The number of a browser that has logged in as this name; empty for others, and for a cookie that is not ours."""
    try:
        whose, device = signing.loads(request.COOKIES.get(_cookie(name), ""), salt=_salt(), max_age=KNOWN_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if whose == name else ""


def _is_known(name: str, near: str) -> bool:
    try:
        return bool(valkey.client().exists(_known(name, near)))
    except (RedisError, OSError):
        return False


def _known(name: str, near: str) -> str:
    return valkey.key("login", "known", name, _digest(near))


def _cookie(name: str) -> str:
    return f"{COOKIE}_{name[:12]}"


def _salt() -> str:
    return f"login.device.{context.schema()}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
