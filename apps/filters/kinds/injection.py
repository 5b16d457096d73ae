"""Prompt injection: messages that speak to the model instead of to the shop. Needs no encoder."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from apps.filters import sentences
from apps.filters.injection.suspicion import suspicions
from apps.filters.kinds.kind import Finder, Kind, Settings
from apps.filters.span import Span
from apps.tenants.refusal import Refusal

SURE, LEAST, MOST = 1.0, 0.5, 3.0


class Injection(Kind):
    """Settings: `threshold`; at 1 it takes a sure sign or two of different kinds, at 0.5 one."""

    name = "injection"

    def check(self, settings: Settings) -> None:
        threshold = settings.get("threshold", SURE)
        if not isinstance(threshold, int | float) or not LEAST <= threshold <= MOST:
            told = _("The threshold is a number from %(least)s to %(most)s.") % {"least": LEAST, "most": MOST}
            raise Refusal("bad_frame", told)

    def finder(self, rules: Sequence[Settings]) -> Finder:
        return Injected([float(settings.get("threshold", SURE)) for settings in rules])


class Injected(Finder):
    def __init__(self, thresholds: Sequence[float]) -> None:
        self._thresholds = thresholds

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        for span, weight in suspicions(text):
            yield from ((number, span) for number, threshold in enumerate(self._thresholds) if weight >= threshold)

    def settled(self, text: str) -> int:
        return sentences.unfinished(text)
