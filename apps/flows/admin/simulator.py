"""The simulator's doors: what was said goes to a worker, and the page asks for what came of it."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.flows import proving
from apps.flows.models import Flow
from apps.flows.models.flows import LONGEST_TEXT
from apps.tenants import trials
from apps.tenants.workspace.models import Site

TASK = "flows.try_flow"
SECONDS, AT_ONCE = 15.0, 3
MOST_LINES, LONGEST_LINE = 50, 2_000


def begin(request: HttpRequest, flow: Flow | None) -> JsonResponse:
    """→ {"ask": address} or {"problem": sentence}"""
    text, lines = request.POST.get("text", ""), _lines(request.POST.get("lines", ""))
    if len(text) > LONGEST_TEXT or lines is None:
        return JsonResponse({}, status=400)
    if len(lines) > MOST_LINES:
        return JsonResponse({"problem": _("This is long enough. Start over to try more.")})
    asked: dict[str, Any] = {"text": text, "lines": lines, "language": Site.load().language}
    asked |= {"name": flow.name, "flow": flow.pk} if flow else {"name": "", "flow": 0}
    key = trials.begin(TASK, asked, by=request.user.pk, seconds=SECONDS, most=AT_ONCE)
    return JsonResponse({"ask": reverse("admin:flow_tried", args=[key])} if key else trials.no_room())


def play(request: HttpRequest, flow: Flow | None) -> JsonResponse:
    """Has the text's dialogues played. → {"ask": address} or {"problem": sentence}"""
    text = request.POST.get("text", "")
    if len(text) > LONGEST_TEXT:
        return JsonResponse({}, status=400)
    asked: dict[str, Any] = {"text": text, "name": flow.name if flow else "", "flow": flow.pk if flow else 0}
    key = trials.begin(proving.TRY, asked, by=request.user.pk, seconds=SECONDS, most=AT_ONCE)
    return JsonResponse({"ask": reverse("admin:flow_played", args=[key])} if key else trials.no_room())


def played(request: HttpRequest, key: UUID) -> JsonResponse:
    """{} while they are being played."""
    return JsonResponse(trials.result(key, proving.TRY, by=request.user.pk) or {})


def tried(request: HttpRequest, key: UUID) -> JsonResponse:
    """{} while it is being played."""
    return JsonResponse(trials.result(key, TASK, by=request.user.pk) or {})


def _lines(text: str) -> list[str] | None:
    try:
        given = json.loads(text)
    except ValueError:
        return None
    if not isinstance(given, list) or not all(isinstance(line, str) and len(line) <= LONGEST_LINE for line in given):
        return None
    return given
