"""Taking a starter set: its rules become the tenant's own, to be changed like any other."""

from apps.filters.models import Filter
from apps.filters.starters import Ready, Starter, said
from apps.tenants.workspace.models import Member


def left(starter: Starter, language: str) -> list[Ready]:
    """The rules of the set that the tenant has not got yet, by their names."""
    names = {said(ready.name, language): ready for ready in starter.rules}
    taken = set(Filter.objects.filter(name__in=names).values_list("name", flat=True))
    return [ready for name, ready in names.items() if name not in taken]


def take(starter: Starter, language: str, *, by: Member) -> list[Filter]:
    """Makes rows of those, after the rules that there are. Those that may hurt by a false hit are drafts."""
    last = Filter.objects.order_by("order").values_list("order", flat=True).last() or 0
    return [
        _row(ready, language, min(last + 10 * number, 32_000), by) for number, ready in enumerate(left(starter, language), 1)
    ]


def _row(ready: Ready, language: str, order: int, by: Member) -> Filter:
    rule = ready.rule(language)
    return Filter.objects.create(
        name=rule.name,
        kind=rule.kind,
        settings=dict(rule.settings),
        directions=sorted(rule.directions),
        action=rule.action,
        say=rule.say,
        must_catch=list(ready.must_catch),
        must_pass=list(ready.must_pass),
        enabled=ready.enabled,
        order=order,
        updated_by=by,
    )
