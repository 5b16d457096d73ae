"""Taking a starter set: its rules become the tenant's own, to be changed like any other."""

from dataclasses import dataclass

from apps.filters.models import Filter
from apps.filters.past import brake
from apps.filters.starters import Ready, Starter, said
from apps.tenants.workspace.models import Member


def left(starter: Starter, language: str) -> list[Ready]:
    """The rules of the set that the tenant has not got yet, by their names."""
    names = {said(ready.name, language): ready for ready in starter.rules}
    taken = set(Filter.objects.filter(name__in=names).values_list("name", flat=True))
    return [ready for name, ready in names.items() if name not in taken]


@dataclass(frozen=True)
class Taken:
    """A row that was made. `why`: a sentence, where it is a draft although it is usually in force."""

    row: Filter
    why: str = ""


def take(starter: Starter, language: str, *, by: Member) -> list[Taken]:
    """Makes rows of those, after the rules that there are. Those that may hurt by a false hit are drafts, and those that would
    change or end many messages of this tenant."""
    last = Filter.objects.order_by("order").values_list("order", flat=True).last() or 0
    return [
        _taken(ready, language, min(last + 10 * number, 32_000), by) for number, ready in enumerate(left(starter, language), 1)
    ]


def _taken(ready: Ready, language: str, order: int, by: Member) -> Taken:
    rule = ready.rule(language)
    sample = brake.sample(rule) if ready.enabled and brake.is_needed(rule) else None
    much = sample if sample and sample.is_much else None
    row = Filter.objects.create(
        name=rule.name,
        kind=rule.kind,
        settings=dict(rule.settings),
        directions=sorted(rule.directions),
        action=rule.action,
        say=rule.say,
        must_catch=list(ready.must_catch),
        must_pass=list(ready.must_pass),
        enabled=ready.enabled and not much,
        order=order,
        updated_by=by,
    )
    return Taken(row, brake.sentence(rule, much) if much else "")
