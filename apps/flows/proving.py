"""The dialogues that are stored with flows, as a condition of going live: a release whose flows are new waits until they have
been played on its texts, and is held back where one comes out otherwise.

What came of them is kept by the texts, so nothing is played twice, and a flow that was tried as it is goes live at once.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.flows import part
from apps.flows.definition.definition import Definition
from apps.flows.models import Flow, Proof
from apps.flows.models.flows import DRAFT
from apps.flows.outcome import Outcome
from apps.flows.shelf import checked
from apps.releases import checks, publishing
from apps.releases.models import Candidate
from apps.tenants.workspace.models import Site

VERSION = 1  # of how dialogues are played: another one has all of them played anew
TASK, TRY = "flows.play_dialogues", "flows.try_dialogues"
KEPT = 20  # proofs of a flow of one name

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Standing:
    """A flow with dialogues, among the flows of these texts. `outcomes` is None before they are played."""

    flow: str
    title: str
    texts: Texts
    outcomes: list[Outcome] | None

    @property
    def failed(self) -> list[Outcome]:
        return [each for each in self.outcomes or () if not each.passed]

    @property
    def passed(self) -> bool:
        return self.outcomes is not None and not self.failed


def outcomes(flow: str, texts: Texts) -> list[Outcome] | None:
    """The outcome of each of a flow's dialogues, beside the others; None where they were not played on these texts."""
    found = Proof.objects.filter(pk=_digest(flow, texts)).first()
    return [Outcome(**each) for each in found.outcomes] if found else None


def standings(texts: Texts) -> list[Standing]:
    """Each flow of these that has dialogues."""
    return [Standing(name, flow.shown, texts, outcomes(name, texts)) for name, flow in _with_dialogues(texts)]


def prove(flow: str, texts: Texts, definition: Definition | None = None) -> list[Outcome]:
    """Plays them, in a process that holds encoders. `definition`: the flow's, where its text is a draft."""
    from apps.flows import dialogues  # what reads days and phone numbers is heavy, and the web needs none
    from apps.flows.understanding import known

    flows = dict(part.loaded(texts))
    if definition:
        flows[flow] = replace(definition, name=flow)
    site = Site.load()
    now = timezone.localtime(timezone=ZoneInfo(site.timezone))
    others = known.questions(publishing.active().knowledge_revision)
    found = dialogues.play(flows, flow, site.language, now, others)
    stored = {"flow": flow, "outcomes": [each.stored() for each in found]}
    Proof.objects.update_or_create(digest=_digest(flow, texts), defaults=stored)
    old = Proof.objects.filter(flow=flow).order_by("-at").values_list("pk", flat=True)[KEPT:]
    Proof.objects.filter(pk__in=list(old)).delete()
    return found


def attempt(asked: dict[str, Any]) -> dict[str, Any]:
    """`asked`: text, flow (its row's key), name. → {"played": how many}, or {"problem": sentence}"""
    name = asked["name"] or DRAFT
    definition = checked(asked["text"], name, asked["flow"]).definition
    if definition is None:
        return {"problem": _("The flow has errors; its dialogues can be played when they are mended.")}
    return {"played": len(prove(name, beside(name, asked["text"], asked["flow"]), definition))}


def beside(flow: str, text: str, pk: int) -> Texts:
    """A text as the flow of this name, beside those that are enabled. `pk`: its row's, if it has one."""
    others = Flow.objects.filter(enabled=True).exclude(pk=pk).order_by("order", "name")
    return {**dict(others.values_list("name", "text")), flow: text}


def lacking() -> list[Standing]:
    """The flows whose dialogues have to be played: of what stands in the editors, and of the release that waits."""
    candidate = publishing.waiting()
    sets = [part.texts({"flows": part.freeze()}), *([part.texts(candidate.release.frozen)] if candidate else [])]
    found = {_digest(each.flow, each.texts): each for texts in sets for each in standings(texts)}
    return [each for each in found.values() if each.outcomes is None]


def settle() -> None:
    """Decides about the release that waits, if all is known."""
    candidate = publishing.waiting()
    if candidate:
        publishing.settle(candidate)


def wanted(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Flows that are live already are asked no second time."""
    texts = part.texts(after)
    return texts != part.texts(before) and not all(each.passed for each in standings(texts))


def awaited(candidate: Candidate) -> list[Standing]:
    """The flows whose dialogues decide about a release: all that are live together, where any of them is new."""
    texts = part.texts(candidate.release.frozen)
    return standings(texts) if texts != part.texts(publishing.active().frozen) else []


def verdict(candidate: Candidate) -> str | None:
    every = awaited(candidate)
    told = _("Flow “%(flow)s”: %(sentence)s")
    problems = [told % {"flow": each.title, "sentence": each.failed[0].sentence()} for each in every if each.failed]
    return " ".join(problems) or (None if any(each.outcomes is None for each in every) else "")


checks.register("flows.dialogues", wanted=wanted, verdict=verdict)


def _with_dialogues(texts: Texts) -> Iterator[tuple[str, Definition]]:
    return ((name, flow) for name, flow in part.loaded(texts).items() if flow.dialogues)


def _digest(flow: str, texts: Texts) -> str:
    """The texts beside it count: what else may be wished for decides how a line is understood."""
    each = sorted((name, text.rstrip()) for name, text in texts.items())
    facts = json.dumps([VERSION, flow, each], ensure_ascii=False)
    return blake2b(facts.encode(), digest_size=32).hexdigest()
