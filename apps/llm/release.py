"""The models' parts of a release: which endpoints answer, in which order, and which one orders what the search found. Keys
stay in their rows, never in a release."""

from typing import Any, NotRequired, TypedDict

from django.utils.translation import gettext as _

from apps.llm.models import ModelEndpoint, Reranker
from apps.releases import parts
from apps.releases.models import Release


class Route(TypedDict):
    endpoint: int
    name: str
    tier: int
    languages: list[str]
    seconds: int
    max_tokens: int
    answers: NotRequired[bool]  # releases of before that could be chosen lack it


FIELDS = ("name", "tier", "languages", "seconds", "max_tokens", "answers")


def of(release: Release) -> list[Route]:
    routes: list[Route] = release.frozen.get("models", [])
    return routes


def freeze() -> list[Route]:
    rows = ModelEndpoint.objects.filter(enabled=True).order_by("tier", "name")
    return [
        Route(
            endpoint=row.pk,
            name=row.name,
            tier=row.tier,
            languages=row.languages,
            seconds=row.seconds,
            max_tokens=row.max_tokens,
            answers=row.answers,
        )
        for row in rows
    ]


def thaw(routes: list[Route]) -> None:
    """Endpoints of the release are enabled with its settings, all others disabled; a deleted endpoint stays deleted."""
    ModelEndpoint.objects.exclude(pk__in=[route["endpoint"] for route in routes]).update(enabled=False)
    for route in routes:
        values: dict[str, Any] = {name: value for name, value in route.items() if name in FIELDS}
        ModelEndpoint.objects.filter(pk=route["endpoint"]).update(enabled=True, **values)


def describe(before: list[Route] | None, after: list[Route]) -> str:
    if before is None or before == after:
        return ""
    old, new = {route["name"] for route in before}, {route["name"] for route in after}
    if new - old:
        return _("Models added: %s") % ", ".join(sorted(new - old))
    if old - new:
        return _("Models removed: %s") % ", ".join(sorted(old - new))
    return _("Model settings changed")


parts.register("models", freeze=freeze, thaw=thaw, describe=describe)


class Order(TypedDict):
    """`sure`: the reranker's own score from which on the best passage is told; None: it only orders."""

    endpoint: int
    model: str
    milliseconds: int
    sure: float | None


ORDER = ("model", "milliseconds", "sure")


def order_of(release: Release) -> Order | None:
    order: Order | None = release.frozen.get("reranker")
    return order


def _freeze_order() -> Order | None:
    row = Reranker.objects.filter(enabled=True).order_by("pk").first()
    return Order(endpoint=row.pk, model=row.model, milliseconds=row.milliseconds, sure=row.sure) if row else None


def _thaw_order(order: Order | None) -> None:
    Reranker.objects.exclude(pk=order["endpoint"] if order else 0).update(enabled=False)
    if order:
        values: dict[str, Any] = {name: value for name, value in order.items() if name in ORDER}
        Reranker.objects.filter(pk=order["endpoint"]).update(enabled=True, **values)


def _describe_order(before: Order | None, after: Order | None) -> str:
    if before == after:
        return ""
    return _("Reranker off") if after is None else _("Reranker on") if before is None else _("Reranker settings changed")


parts.register("reranker", freeze=_freeze_order, thaw=_thaw_order, describe=_describe_order)
