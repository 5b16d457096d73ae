"""A trace is stored, read back into the same steps, whatever version wrote it, and told to people."""

import json
from dataclasses import fields
from typing import Any

import pytest

from apps.conversations.bot import steps, trace
from apps.conversations.bot.stages.composing import Composed, Prepared
from apps.conversations.bot.stages.knowledge import Quoted
from apps.conversations.bot.stages.memory import Remembered
from apps.conversations.bot.stages.person import Asked
from apps.conversations.bot.stages.searching import Found, Recalled, Searched, Spelt
from apps.conversations.bot.steps import Forgotten, Late, Step

HIT = Found(7, "an-article", "Returns", 0.81, 0.7, 3.2, 1, None)
STEPS = [
    Asked("insisted", (0.6, 0.71, 0.5), ms=1.5),
    Remembered(ms=0.25),
    Searched((HIT,), ms=40.0),
    Recalled((), "And to Canada?"),
    Spelt((HIT,), "and to Canada?", ms=20.0),
    Quoted(7, 0.81),
    Prepared("A model"),
    Composed("A model", 2, 1, 1, 70, "late", ms=812.0),
    Late(5.2),
]
# As turns were stored before a trace had a version.
BARE: list[dict[str, Any]] = [
    {"step": "person", "ms": 0.4, "asked": True, "how": "said"},
    {"step": "courtesy", "ms": 0.1, "answered": True},
    {"step": "cache", "ms": 1.5, "found": False},
    {"step": "search", "ms": 40.5, "hits": [vars(HIT)]},
    {"step": "quote", "ms": 0.1, "passage": 7, "score": 0.81, "sure": True},
]


def test_steps_come_back_as_they_were() -> None:
    assert trace.read(json.loads(json.dumps(steps.stored(STEPS)))) == STEPS


def test_a_trace_without_a_version_is_read_into_the_same_steps() -> None:
    read = trace.read(BARE)
    assert [step.kind for step in read] == ["person", "courtesy", "cache", "search", "quote"]
    assert read[0] == Asked("said", ms=0.4)
    assert read[3:] == [Searched((HIT,), ms=40.5), Quoted(7, 0.81, ms=0.1)]


def test_a_step_of_a_kind_that_no_longer_is_keeps_its_name_and_its_time() -> None:
    (step,) = trace.read({"version": 9, "steps": [{"step": "oracle", "ms": 3.0, "omen": "good"}]})
    assert step == Forgotten("oracle", ms=3.0)
    assert step.told.title == "oracle"


@pytest.mark.parametrize("kind", sorted(Step.kinds.values(), key=str))
def test_every_kind_can_be_read_from_its_name_alone_and_be_told(kind: type[Step]) -> None:
    """A field that is added has a default, or what was stored without it could not be read."""
    (step,) = trace.read([{"step": kind.kind}])
    assert isinstance(step, kind)
    assert {each.name for each in fields(kind)} == set(vars(step))
    assert step.told.title or kind is Forgotten


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ([Remembered(), Searched()], "found nothing at all"),
        ([Remembered(), Searched((HIT,)), Quoted(7, 0.81)], "scores 0.81, at least 0.75"),
        ([Searched((HIT,)), Prepared("m"), Composed("m", kept=1)], "checked sentence by sentence"),
        ([Searched((HIT,)), Prepared("m"), Composed("m", dropped=1)], "scores 0.81. No model"),
        ([Remembered(found=True)], "answered before by this release"),
        ([Asked("said")], "asked for a person"),
    ],
)
def test_the_last_step_that_decided_says_why(told: list[Step], why: str) -> None:
    assert why in trace.why(told, sure=0.75, floor=0.35)
