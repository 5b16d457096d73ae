"""`/widget.js`: the loader of the chat widget, under an address that never changes, with the tenant's look before it."""

import json
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_response_headers
from django.utils.http import quote_etag
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition

from apps.tenants.workspace.models import Site

CACHED_SECONDS = 300  # a new look, or an update of the product, reaches embedding pages within minutes


def _source() -> bytes:
    found = finders.find("widget/loader.js")
    if not isinstance(found, str):
        raise Http404
    theme = json.dumps(Site.load().theme).encode()
    return b"self.yingdaTheme=" + theme + b";\n" + Path(found).read_bytes()


def _etag(request: HttpRequest) -> str:
    return quote_etag(sha256(_source()).hexdigest()[:20])


@gzip_page
@condition(etag_func=_etag)
def loader(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_source(), content_type="text/javascript; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_response_headers(response, CACHED_SECONDS)
    return response
