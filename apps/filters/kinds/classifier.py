"""Offensive sentences, by a small model of the product's own that learnt Chinese ones. Needs encoders."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from apps.filters import sentences
from apps.filters.kinds.kind import Finder, Kind, Settings
from apps.filters.meaning import vectors
from apps.filters.offence import model
from apps.filters.span import Span
from apps.tenants.refusal import Refusal

USUAL, LEAST, MOST = 0.8, 0.5, 1.0


class Classifier(Kind):
    """Settings: `threshold`, the probability from which a sentence counts as offensive."""

    name = "classifier"
    weighs = True

    def check(self, settings: Settings) -> None:
        threshold = settings.get("threshold", USUAL)
        if not isinstance(threshold, int | float) or not LEAST <= threshold <= MOST:
            told = _("The threshold is a number from %(least)s to %(most)s.") % {"least": LEAST, "most": MOST}
            raise Refusal("bad_frame", told)

    def finder(self, rules: Sequence[Settings]) -> Finder:
        return Judged([float(settings.get("threshold", USUAL)) for settings in rules])


class Judged(Finder):
    def __init__(self, thresholds: Sequence[float]) -> None:
        self._thresholds = thresholds

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        for span in sentences.sentences(text):
            said = text[span.start : span.end]
            score = model.shipped().score(said, vectors.of(said))
            yield from ((number, span) for number, threshold in enumerate(self._thresholds) if score >= threshold)

    def settled(self, text: str) -> int:
        return sentences.unfinished(text)
