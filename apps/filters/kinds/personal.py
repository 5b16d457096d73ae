"""Personal data: numbers of people's own, by how they are made and checked; an order's number is none of them."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from apps.filters.kinds.kind import Finder, Kind, Settings
from apps.filters.personal.found import BY_NAME, Found
from apps.filters.span import Span
from apps.tenants.refusal import Refusal


class Personal(Kind):
    """Settings: `data`, names of detectors."""

    name = "personal"

    def check(self, settings: Settings) -> None:
        chosen = settings.get("data", ())
        if not chosen:
            raise Refusal("bad_frame", _("Choose at least one sort of data."))
        for unknown in set(chosen) - set(BY_NAME):
            raise Refusal("bad_frame", _("“%(data)s” is no sort of data that is known here.") % {"data": unknown})

    def finder(self, rules: Sequence[Settings]) -> Finder:
        return Data(rules)

    def masked(self, text: str, what: str) -> str:
        return BY_NAME[what].masked(text)


class Data(Finder):
    def __init__(self, rules: Sequence[Settings]) -> None:
        self._wanted = [frozenset(settings.get("data", ())) for settings in rules]
        self._found = Found(BY_NAME)  # all of them: what is another thing is not taken for a phone number

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        for span in self._found.find(text):
            yield from ((number, span) for number, wanted in enumerate(self._wanted) if span.what in wanted)

    def settled(self, text: str) -> int:
        return self._found.settled(text)
