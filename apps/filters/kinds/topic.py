"""Sentences of a topic, by their meaning: competitors, legal promises. Needs encoders."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from django.utils.translation import gettext as _

from apps.filters import sentences
from apps.filters.kinds.kind import Finder, Kind, Settings
from apps.filters.meaning.topic import Topic as Meaning
from apps.filters.span import Span
from apps.tenants.refusal import Refusal

FEWEST, MOST, LONGEST = 3, 200, 400
USUAL = 0.6


class Topic(Kind):
    """Settings: `examples` and `others`, lists of sentences; `threshold`, from 0 (everyday talk) to 1 (as near as its own)."""

    name = "topic"
    weighs = True

    def check(self, settings: Settings) -> None:
        examples, others = set(settings.get("examples", ())), set(settings.get("others", ()))
        if len(examples) < FEWEST:
            raise Refusal("bad_frame", _("Give at least %(fewest)d sentences of the topic.") % {"fewest": FEWEST})
        if len(examples) + len(others) > MOST:
            raise Refusal("bad_frame", _("The topic has more than %(most)d sentences.") % {"most": MOST})
        for each in (*examples, *others):
            if not each.strip() or len(each) > LONGEST:
                raise Refusal("bad_frame", _("A sentence of a topic has from 1 to %(most)d characters.") % {"most": LONGEST})
        if both := examples & others:
            told = _("“%(text)s” can't be of the topic and not of it.") % {"text": both.pop()}
            raise Refusal("bad_frame", told)
        threshold = settings.get("threshold", USUAL)
        if not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
            raise Refusal("bad_frame", _("The threshold is a number from %(least)s to %(most)s.") % {"least": 0, "most": 1})

    def finder(self, rules: Sequence[Settings]) -> Finder:
        return Topics(rules)


class Topics(Finder):
    def __init__(self, rules: Sequence[Settings]) -> None:
        self._rules = rules

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        for span in sentences.sentences(text):
            for number, (topic, settings) in enumerate(zip(self._topics, self._rules, strict=True)):
                if topic.score(text[span.start : span.end]) >= settings.get("threshold", USUAL):
                    yield number, span

    def settled(self, text: str) -> int:
        return sentences.unfinished(text)

    @cached_property
    def _topics(self) -> list[Meaning]:
        """Made when first asked: a web process, which has no encoders, holds the rules too."""
        return [Meaning(list(dict.fromkeys(each["examples"])), each.get("others", ())) for each in self._rules]
