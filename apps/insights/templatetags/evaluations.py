"""Evaluations as pages of the rooms below tell them: whether the live release is below a bar, what a candidate waits for, and
how a release did."""

from typing import Any

from django import template
from django.template import Context

from apps.flows import proving
from apps.insights import bars, gate
from apps.releases import publishing
from apps.releases.models import Candidate, Release

register = template.Library()


@register.inclusion_tag("admin/below_bar.html", takes_context=True)
def below_bar(context: Context) -> dict[str, Any]:
    if not _may_see(context):
        return {}
    candidate = publishing.undecided()
    return {"standings": bars.below(), **(_waiting(candidate) if candidate else {})}


@register.inclusion_tag("admin/release_candidate.html", takes_context=True)
def candidate(context: Context, release: Release) -> dict[str, Any]:
    found = release.candidate
    if found is None or found.state == found.State.PASSED:
        return {}
    shown = {"may_activate": context["may_activate"], "csrf_token": context.get("csrf_token")}
    return {**(_waiting(found) if found.is_undecided else {"candidate": found}), **shown}


@register.inclusion_tag("admin/release_standings.html", takes_context=True)
def standings(context: Context, release: Release) -> dict[str, Any]:
    return {"standings": bars.standings(release.number) if _may_see(context) else []}


def _waiting(candidate: Candidate) -> dict[str, Any]:
    every = gate.checked(candidate)
    flows = proving.awaited(candidate)
    return {"candidate": candidate, "checked": every, "flows": flows, "silent": gate.is_silent(candidate, every)}


def _may_see(context: Context) -> bool:
    return bool(context["request"].user.has_perm("insights.view_evaluationset"))
