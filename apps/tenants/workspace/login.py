"""Guessing passwords is slow: after a few wrong ones, a name is refused from that network address for a while."""

import hashlib

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.tenants.network import address

TRIES = 8
SECONDS = 600


def check(request: HttpRequest, username: str) -> None:
    """Raises ValidationError while there were too many wrong passwords; by address too, so that nobody locks others out."""
    if int(cache.get(_key(request, username), 0)) >= TRIES:
        raise ValidationError(_("Too many wrong passwords. Try again in %d minutes.") % (SECONDS // 60), code="throttled")


def failed(request: HttpRequest, username: str) -> None:
    key = _key(request, username)
    cache.add(key, 0, SECONDS)
    try:
        cache.incr(key)
        cache.touch(key, SECONDS)
    except ValueError:  # it expired between the two calls
        cache.set(key, 1, SECONDS)


def worked(request: HttpRequest, username: str) -> None:
    cache.delete(_key(request, username))


def _key(request: HttpRequest, username: str) -> str:
    digest = hashlib.sha256(f"{username.casefold()}\n{address(request)}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"login.failures.{digest}"
