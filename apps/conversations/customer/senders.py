"""Decides who may send more than a page's worth, while the body still waits outside (apps.tenants.web.bodies)."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module

import structlog
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError
from django.http import HttpRequest

from apps.conversations.customer import visitors
from apps.tenants.live.threads import in_thread
from apps.tenants.web.asgi import Scope, header_of
from apps.tenants.workspace import idle
from apps.tenants.workspace.roles import is_member, is_platform_admin

log = structlog.get_logger(__name__)


async def may_send(scope: Scope) -> bool:
    """A visitor with a token of this tenant at the widget's door, a person who is logged in at the others."""
    if scope["path"].startswith("/api/v1/widget/"):
        scheme, _space, token = header_of(scope, b"authorization").partition(" ")
        return scheme.lower() == "bearer" and visitors.of_token(token) is not None
    try:
        cookie = SimpleCookie(header_of(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    key = idle.key_of(cookie.value) if cookie else ""
    return bool(key) and await in_thread(_is_logged_in)(key)


def _is_logged_in(session: str) -> bool:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    try:
        user = get_user(request)
    except DatabaseError as error:  # the door itself will say so
        log.warning("sender_unknown", error=str(error))
        return True
    return is_member(user) or is_platform_admin(user)
