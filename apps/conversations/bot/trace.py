"""A turn's trace, told for people: what was done, what came out, how long it took, and why it ended as it did."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot import turn  # noqa: F401  with it every stage is known, and its steps
from apps.conversations.bot.stages.searching import Found, Searched
from apps.conversations.bot.steps import Scores, Step
from apps.conversations.bot.steps import read as read
from apps.knowledge.models import Passage
from apps.knowledge.passages import chunking
from apps.llm.models import Tier

# How a tier is called where people see it; the models' own are apps.llm.models.Tier.
MODEL_TIERS = {tier.value for tier in Tier}


@dataclass(frozen=True)
class HitView(Found):
    """`text`: the passage's words; `zone`: sure, maybe or low by the release's thresholds."""

    place: int = 0
    text: str = ""
    zone: str = "low"


@dataclass(frozen=True)
class StepView:
    """One line of the timeline; `start` and `share` are parts of the whole turn, 0..1."""

    title: str
    told: str
    ms: float
    start: float
    share: float
    bad: bool
    hits: Sequence[HitView]


def timeline(steps: Sequence[Step], *, sure: float, floor: float) -> list[StepView]:
    total = sum(step.ms for step in steps) or 1.0
    texts = _texts(hit for step in steps for hit in _hits(step))
    views, passed = [], 0.0
    for step in steps:
        hits = tuple(_views(_hits(step), texts, sure, floor))
        title, text, bad = step.told
        views.append(StepView(title, text, step.ms, passed / total, step.ms / total, bad, hits))
        passed += step.ms
    return views


def hits(found: Sequence[Sequence[Found]], *, sure: float, floor: float) -> list[list[HitView]]:
    """The passages of several searches, with their words."""
    texts = _texts(hit for each in found for hit in each)
    return [list(_views(each, texts, sure, floor)) for each in found]


def _views(found: Sequence[Found], texts: Mapping[int, str], sure: float, floor: float) -> Iterator[HitView]:
    for place, hit in enumerate(found, 1):
        yield HitView(**vars(hit), place=place, text=texts.get(hit.passage, ""), zone=_zone(hit.score, sure, floor))


def tier_name(tier: int | None) -> str:
    if tier is None:
        return ""
    if tier == 0:
        return _("repeated answer")
    if tier == 1:
        return _("quoted")
    return _("model, %s") % Tier(tier).label if tier in MODEL_TIERS else str(tier)


def why(steps: Sequence[Step], *, sure: float, floor: float) -> str:
    """One sentence: why this tier, or why a person. The last step that decided has it."""
    best = max((hit.score for step in steps for hit in _hits(step)), default=None)
    scores = Scores(best, sure, floor)
    return next((said for step in reversed(steps) if (said := step.why(scores))), "")


def _hits(step: Step) -> Sequence[Found]:
    return step.hits if isinstance(step, Searched) else ()


def _zone(score: float, sure: float, floor: float) -> str:
    return "sure" if score >= sure else "maybe" if score >= floor else "low"


def _texts(found: Iterable[Found]) -> dict[int, str]:
    """The found passages' words, as they were then: passages never change."""
    wanted = {hit.passage for hit in found}
    rows = Passage.objects.filter(pk__in=wanted).only("text")
    return {passage.pk: chunking.plain(passage.text) for passage in rows} if wanted else {}
