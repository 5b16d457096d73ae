"""How customers came through a flow's states in the last 28 days, for its drawing in the editor."""

import json
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.conversations.models.visit import KEPT
from apps.flows.definition import loading
from apps.flows.definition.actions import Approve
from apps.flows.definition.definition import Definition
from apps.flows.engine.visit import Left
from apps.flows.models import Flow


class Figures(TypedDict):
    """Customers who entered a state, and how many of them left it how; the others are still there."""

    entered: int
    on: int
    away: int
    handed_over: int
    cancelled: int


def visits(request: HttpRequest) -> JsonResponse:
    """`flow`: its row's key. → {"states": {name: Figures}}"""
    if not request.user.has_perm("flows.change_flow"):
        raise PermissionDenied
    key = request.GET.get("flow", "")
    flow = get_object_or_404(Flow, pk=int(key) if key.isdecimal() and len(key) < 10 else 0)
    return JsonResponse({"states": figures(flow)})


def figures(flow: Flow) -> dict[str, Figures]:
    definition = loading.load(flow.text, flow.name).definition
    usual = definition.timeout if definition else Definition.timeout
    told: dict[str, Any] = {
        "flow": flow.name,
        "since": timezone.now() - KEPT,
        "usual": usual,
        "patience": json.dumps(patience(definition)),
    }
    found: dict[str, Figures] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, told)
        for state, left, count in cursor.fetchall():
            here = found.setdefault(state, Figures(entered=0, on=0, away=0, handed_over=0, cancelled=0))
            here["entered"] += count
            if left != Left.NOT:
                here[left] += count  # type: ignore[literal-required]
    return found


def patience(definition: Definition | None) -> dict[str, float]:
    """States → seconds without a word after which a customer is gone: where a colleague is asked, also those that are waited
    for."""
    if definition is None:
        return {}
    asked = {
        name: [each.timeout for each in state.actions if isinstance(each, Approve)] for name, state in definition.states.items()
    }
    return {name: max(state.timeout or definition.timeout, *asked[name], 0) for name, state in definition.states.items()}


# Somebody who went away tells nobody: what is not left, and was told of too long ago, was.
_COUNT = """
SELECT v.state, CASE
    WHEN v."left" = '' AND v.at + make_interval(secs => coalesce(p.value::float8, %(usual)s)) < now() THEN 'away'
    ELSE v."left" END AS how, count(*)
FROM conversations_visit v LEFT JOIN jsonb_each_text(%(patience)s::jsonb) p ON p.key = v.state
WHERE v.flow = %(flow)s AND v.entered_at >= %(since)s
GROUP BY v.state, how
"""
