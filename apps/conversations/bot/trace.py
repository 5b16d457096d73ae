"""A turn's trace, told for people: what was done, what came out, how long it took, and why it ended as it did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.knowledge.models import Passage
from apps.knowledge.passages import chunking
from apps.llm.models import Tier

# How a tier is called where people see it; the models' own are apps.llm.models.Tier.
MODEL_TIERS = {tier.value for tier in Tier}


@dataclass(frozen=True)
class HitView:
    """One passage the search found, with both searches' ranks. `zone`: sure, maybe or low by the release's thresholds."""

    place: int
    title: str
    text: str
    article: str
    score: float
    dense: float
    lexical: float
    dense_rank: int | None
    lexical_rank: int | None
    zone: str


@dataclass(frozen=True)
class StepView:
    """One line of the timeline; `start` and `share` are parts of the whole turn, 0..1."""

    name: str
    title: str
    told: str
    ms: float
    start: float
    share: float
    bad: bool = False
    hits: Sequence[HitView] = field(default_factory=tuple)


def timeline(trace: Sequence[dict[str, Any]], *, sure: float, floor: float) -> list[StepView]:
    total = sum(float(step.get("ms", 0)) for step in trace) or 1.0
    texts = _texts(trace)
    views, passed = [], 0.0
    for step in trace:
        ms = float(step.get("ms", 0))
        title, told, bad = _told(step, sure, floor)
        hits = tuple(_hit(place, hit, texts, sure, floor) for place, hit in enumerate(step.get("hits", []), 1))
        views.append(StepView(str(step["step"]), title, told, ms, passed / total, ms / total, bad, hits))
        passed += ms
    return views


def tier_name(tier: int | None) -> str:
    if tier is None:
        return ""
    if tier == 0:
        return _("repeated answer")
    if tier == 1:
        return _("quoted")
    return _("model, %s") % Tier(tier).label if tier in MODEL_TIERS else str(tier)


def why(trace: Sequence[dict[str, Any]], *, sure: float, floor: float) -> str:
    """One sentence: why this tier, or why a person."""
    steps = {str(step["step"]): step for step in trace}
    if "person" in steps:
        return _("The customer asked for a person, so the bot did not search.")
    if "repeated" in steps:
        return _("The customer has asked the same question three times, so a person should look.")
    if "courtesy" in steps:
        return _("A greeting or a thank-you needs no knowledge.")
    if steps.get("cache", {}).get("found"):
        return _("The same question was answered before by this release.")
    best = max((hit["score"] for name in ("search", "recall") for hit in steps.get(name, {}).get("hits", [])), default=None)
    scores = {"best": _number(best or 0), "sure": _number(sure), "floor": _number(floor)}
    if best is None:
        return _("The search found nothing at all.")
    if best < floor:
        return _("The best passage scores %(best)s, below %(floor)s: not enough to answer.") % scores
    if steps.get("quote", {}).get("sure"):
        return _("The best Q&A scores %(best)s, at least %(sure)s: sure enough to be quoted as it stands.") % scores
    if any(step["step"] == "model" and step.get("kept") for step in trace):
        return (
            _("The best passage scores %(best)s: enough for a model to compose an answer, checked sentence by sentence.")
            % scores
        )
    if best >= sure:
        return _("The best passage scores %(best)s. No model gave a supported answer, so it is quoted.") % scores
    return (
        _("The best passage scores %(best)s, below %(sure)s. No model gave a supported answer: quoted with a caution.") % scores
    )


def _told(step: dict[str, Any], sure: float, floor: float) -> tuple[str, str, bool]:
    """→ title, sentence, whether something went wrong."""
    name = str(step["step"])
    hits = step.get("hits", [])
    found = ngettext("%d passage", "%d passages", len(hits)) % len(hits)
    best = _(", best %s") % _number(hits[0]["score"]) if hits else ""
    match name:
        case "person":
            return _("Asked for a person"), _wish(step), False
        case "repeated":
            return _("Asked three times"), _("the same question, and the answers did not help"), False
        case "courtesy":
            return _("Courtesy"), _("Answered with a set phrase."), False
        case "cache":
            return _("Answered before?"), _("yes, the same answer again") if step.get("found") else _("no"), False
        case "search":
            return _("Search"), found + best, not hits
        case "recall":
            return _("Search with the question before"), f"“{step.get('question', '')}” · {found}{best}", False
        case "quote":
            return _("Quote"), _("the best Q&A, word for word"), False
        case "late":
            return _("Out of time"), _("the turn had run too long"), True
        case "prepare":
            return _("Prepare"), str(step.get("model", "")), False
        case "model":
            return _("Ask %s") % step.get("model", ""), _model(step), bool(step.get("failed")) or not step.get("kept")
        case _:
            return name, "", False


def _wish(step: dict[str, Any]) -> str:
    if step.get("how") != "insisted":
        return ""
    near = " · ".join(_number(score) for score in step.get("scores", []))
    return _("three messages in a row that sound like it") + (f" · {near}" if near else "")


def _model(step: dict[str, Any]) -> str:
    kept, dropped = int(step.get("kept", 0)), int(step.get("dropped", 0))
    parts = [ngettext("%d sentence kept", "%d sentences kept", kept) % kept]
    if dropped:
        parts.append(_("stopped at one that the passages do not support"))
    if step.get("tokens"):
        parts.append(ngettext("%d token", "%d tokens", step["tokens"]) % step["tokens"])
    if step.get("failed"):
        reasons = {
            "slow": _("too slow"),
            "down": _("not reachable"),
            "refused": _("refused the request"),
            "limited": _("limits our rate"),
            "late": _("the turn had run too long"),
            "patience": _("wrote nothing usable in time"),
        }
        parts.append(reasons.get(str(step["failed"]), _("sent nonsense")))
    return " · ".join(parts)


def _hit(place: int, hit: dict[str, Any], texts: dict[int, str], sure: float, floor: float) -> HitView:
    score = float(hit["score"])
    return HitView(
        place=place,
        title=str(hit["title"]),
        text=texts.get(int(hit["passage"]), ""),
        article=str(hit["article"]),
        score=score,
        dense=float(hit["dense"]),
        lexical=float(hit["lexical"]),
        dense_rank=hit.get("dense_rank"),
        lexical_rank=hit.get("lexical_rank"),
        zone="sure" if score >= sure else "maybe" if score >= floor else "low",
    )


def _texts(trace: Sequence[dict[str, Any]]) -> dict[int, str]:
    """The found passages' words, as they were then: passages never change."""
    wanted = {int(hit["passage"]) for step in trace for hit in step.get("hits", [])}
    return (
        {passage.pk: chunking.plain(passage.text) for passage in Passage.objects.filter(pk__in=wanted).only("text")}
        if wanted
        else {}
    )


def _number(score: float) -> str:
    return f"{score:.2f}"
