"""`/widget.js`: the loader of the chat widget, a static file under an address that never changes."""

from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_response_headers
from django.utils.http import quote_etag
from django.views.decorators.http import condition

CACHED_SECONDS = 300  # an update of the product reaches embedding pages within minutes


def _source() -> bytes:
    found = finders.find("widget/loader.js")
    if not isinstance(found, str):
        raise Http404
    return Path(found).read_bytes()


def _etag(request: HttpRequest) -> str:
    return quote_etag(sha256(_source()).hexdigest()[:20])


@condition(etag_func=_etag)
def loader(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_source(), content_type="text/javascript; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_response_headers(response, CACHED_SECONDS)
    return response
