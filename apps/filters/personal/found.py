"""All detectors, the surer ones first: of two that see the same digits the first has them."""

from collections.abc import Collection, Iterator

from apps.filters.patterns.pattern import Patterns
from apps.filters.personal.addresses import LANDLINE, MAIL, MOBILE, NET_ADDRESS, PHONE
from apps.filters.personal.cards import CARD, IBAN
from apps.filters.personal.detector import BEFORE, Detector, Looks
from apps.filters.personal.papers import IDENTITY_CARD, INSURANCE, PASSPORT, PLATE, SOCIAL_SECURITY
from apps.filters.span import Span

DETECTORS: tuple[Detector, ...] = (
    *(MAIL, IBAN, IDENTITY_CARD, PASSPORT, CARD, SOCIAL_SECURITY, MOBILE, LANDLINE, NET_ADDRESS, PLATE, INSURANCE, PHONE),
)
BY_NAME = {detector.what: detector for detector in DETECTORS}
_USUAL = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF0B, 0xFF0D, 0xFF20)
}
_USUAL |= {0x3000: 0x20, 0x2010: 0x2D, 0x2011: 0x2D, 0x2013: 0x2D, 0x00A0: 0x20}


class Found:
    """Detectors made ready. Thread-safe."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._detectors = [detector for detector in DETECTORS if detector.what in wanted]
        self._patterns = Patterns([detector.pattern for detector in self._detectors])

    def find(self, text: str) -> list[Span]:
        """The data in the text, in its order, none over another."""
        said = text.translate(_USUAL)
        taken: list[Span] = []
        for span in self._sure(said):
            if not any(span.start < other.end and other.start < span.end for other in taken):
                taken.append(span)
        return sorted(taken)

    def settled(self, text: str) -> int:
        said = text.translate(_USUAL)
        settled = self._patterns.settled(said)
        while crossing := [span.start for _at, span in self._patterns.find(said) if span.start < settled < span.end]:
            settled = min(crossing)
        return settled

    def _sure(self, said: str) -> Iterator[Span]:
        for at, span in self._patterns.find(said):
            detector = self._detectors[at]
            looks = Looks(
                said[span.start : span.end], said[max(0, span.start - BEFORE) : span.start], said[span.end : span.end + 1]
            )
            if detector.is_it(looks):
                yield span._replace(what=detector.what)
