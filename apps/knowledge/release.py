"""The knowledge's part of a release: the number of the knowledge revision."""

from django.utils.translation import gettext as _

from apps.knowledge.intake import publishing
from apps.knowledge.models import Edition
from apps.knowledge.search import editions
from apps.releases import parts


def freeze() -> int:
    return editions.head().number


def thaw(number: int) -> None:
    publishing.restore(number)


def describe(before: int | None, after: int) -> str:
    if before is None or before == after:
        return ""
    if after < before:
        return _("Knowledge back to revision %d") % after
    summaries = (
        Edition.objects.filter(number__gt=before, number__lte=after).order_by("number").values_list("summary", flat=True)
    )
    return "; ".join(summary for summary in summaries[:5] if summary)


parts.register("knowledge", freeze=freeze, thaw=thaw, describe=describe)
