"""Evaluations as pages of the rooms below tell them: whether the live release is below a bar, and how a release did."""

from typing import Any

from django import template
from django.template import Context

from apps.insights import bars
from apps.releases.models import Release

register = template.Library()


@register.inclusion_tag("admin/below_bar.html", takes_context=True)
def below_bar(context: Context) -> dict[str, Any]:
    return {"standings": bars.below() if _may_see(context) else []}


@register.inclusion_tag("admin/release_standings.html", takes_context=True)
def standings(context: Context, release: Release) -> dict[str, Any]:
    return {"standings": bars.standings(release.number) if _may_see(context) else []}


def _may_see(context: Context) -> bool:
    return bool(context["request"].user.has_perm("insights.view_evaluationset"))
