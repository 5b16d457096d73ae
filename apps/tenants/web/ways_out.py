"""Error pages with the tenant's name and a way out; they ask nothing of the database."""

from html import escape
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

_OUT = '<p class="out"><a href="/">To the start page</a> · <a href="/" lang="zh-Hans">返回首页</a></p>'


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: the form is too old, or came from another page."""
    return page(request, "403_csrf.html", 403)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Django's handler400."""
    return page(request, "400.html", 400)


def page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(template, {"request": request}), status=status)


def led(request: HttpRequest, body: bytes) -> bytes:
    """One of the pages that need no template, under the tenant's name and with the way out."""
    name = escape(str(getattr(getattr(request, "tenant", None), "name", "")))
    named = f'<main><p class="who">{name}</p>' if name else "<main>"
    return body.replace(b"<main>", named.encode()).replace(b"</main>", f"{_OUT}</main>".encode())
