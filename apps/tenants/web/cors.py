"""The widget's doors may be read by every page, refusals too; which page may have a chat is for the server behind to say."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

DOORS = "/api/v1/widget/"


class CorsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DOORS):
            return self.get_response(request)
        answer = HttpResponse(status=204) if request.method == "OPTIONS" else self.get_response(request)
        answer["Access-Control-Allow-Origin"] = request.headers.get("Origin") or "*"
        answer["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        answer["Access-Control-Allow-Headers"] = "authorization, content-disposition, content-type"
        answer["Access-Control-Max-Age"] = "600"
        patch_vary_headers(answer, ["Origin"])
        return answer
