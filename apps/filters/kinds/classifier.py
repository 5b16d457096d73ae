"""Offensive sentences, by a small model of the product's own that learnt Chinese ones, or by what a tenant's marks made of it.
Needs encoders."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from django.utils.translation import gettext as _

from apps.filters import sentences
from apps.filters.kinds.kind import Finder, Kind, Settings
from apps.filters.meaning import vectors
from apps.filters.offence import own
from apps.filters.span import Span
from apps.tenants.refusal import Refusal

USUAL, LEAST, MOST = 0.8, 0.5, 1.0
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Classifier(Kind):
    """Settings: `threshold`, the probability from which a sentence counts as offensive; `weights`, the digest of what the
    tenant's own marks taught, without which the shipped model judges."""

    name = "classifier"
    weighs = True

    def check(self, settings: Settings) -> None:
        threshold = settings.get("threshold", USUAL)
        if not isinstance(threshold, int | float) or not LEAST <= threshold <= MOST:
            told = _("The threshold is a number from %(least)s to %(most)s.") % {"least": LEAST, "most": MOST}
            raise Refusal("bad_frame", told)
        if settings.get("weights") and not _DIGEST.fullmatch(str(settings["weights"])):
            raise Refusal("bad_frame", _("Choose by which model offence is judged."))

    def finder(self, rules: Sequence[Settings]) -> Finder:
        return Judged([(str(each.get("weights") or ""), float(each.get("threshold", USUAL))) for each in rules])


class Judged(Finder):
    """`rules`: of each the digest of its weights, and its threshold."""

    def __init__(self, rules: Sequence[tuple[str, float]]) -> None:
        self._rules = rules
        self._models = dict.fromkeys(weights for weights, _threshold in rules)

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        spans = list(sentences.sentences(text))
        if not spans:
            return
        said = [text[span.start : span.end] for span in spans]
        meant = np.stack([vectors.of(each) for each in said])
        scores = {weights: own.of(weights).scores(said, meant) for weights in self._models}
        for place, span in enumerate(spans):
            yield from (
                (number, span) for number, (weights, least) in enumerate(self._rules) if scores[weights][place] >= least
            )

    def settled(self, text: str) -> int:
        return sentences.unfinished(text)
