"""Each verb is a file, known everywhere by one registry; whoever is of another tenant gets nothing by any of them."""

import json
import pkgutil
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from apps.agents.console import frames, verbs
from apps.agents.console.verbs import BULK, STEPS, VERBS
from apps.agents.models import Macro, SavedView, Team
from apps.agents.models.kept import STEPS as KEPT
from apps.conversations.models import Conversation, Decision, Event, Handover, Visitor
from apps.tenants import context
from apps.tenants.refusal import Refusal
from tests.agents.asking import bulk, wait
from tests.cast import Cast

MODELS = (Conversation, Decision, Event, Handover, Visitor)
OWN = {"views", "save_view", "texts", "sound", "language"}  # name nothing that is somebody else's


@pytest.fixture
def hers(cast: Cast) -> Iterator[dict[str, Any]]:
    """All that a frame can name of Acme's, by the fields' names."""
    with context.inside(cast.acme):
        handover = wait(visitor=cast.vera)
        team, other = Team.objects.create(name="Returns"), Visitor.objects.create(name="Otto")
        yield {
            "conversation": str(handover.conversation_id),
            "conversations": [str(handover.conversation_id)],
            "visitor": str(cast.vera.pk),
            "other": str(other.pk),
            "macro": Macro.objects.create(shortcut="x", title="x", tags=["x"]).pk,
            "view": SavedView.objects.create(name="x").pk,
            "to": {"team": team.pk},
            **{"client_id": str(uuid.uuid4()), "text": "x", "name": "x", "question": "x", "answer": "x", "how": "fix"},
            **{"tags": ["x"], "priority": 1, "seq": 1, "on": True, "filter": {}, "verb": "resolve", "team": team.pk},
            "handover": str(handover.pk),
            "decision": str(_asked(handover.conversation).pk),
            **{"flow": "x", "slot": "x", "state": "x"},
        }


def _asked(row: Conversation) -> Decision:
    now = timezone.now()
    return Decision.objects.create(conversation=row, key="x:0", run="x", state="x", slot="x", asked_at=now, due_at=now)


def test_a_verb_is_a_file_and_a_file_is_a_verb() -> None:
    found = [each for each in pkgutil.walk_packages(verbs.__path__, f"{verbs.__name__}.") if not each.ispkg]
    files = {each.name.rpartition(".")[2] for each in found}
    assert files == {verb.__module__.rpartition(".")[2] for verb in VERBS.values()}
    assert set(BULK) == {"block", "resolve", "snooze", "tag", "team", "unblock"}
    assert set(STEPS) == set(KEPT), "whatever a macro may do is a verb"


@pytest.mark.parametrize("kind", sorted(set(VERBS) - OWN))
def test_another_tenants_agent_gets_nothing_by_it(cast: Cast, hers: dict[str, Any], kind: str) -> None:
    before = [list(model.objects.values()) for model in MODELS]
    frame = frames.parse(json.dumps({**hers, "type": kind}))
    assert isinstance(frame, VERBS[kind])
    with context.inside(cast.globex):
        if kind == "bulk":
            told = frame.act(cast.mallory) or {}
            assert (told["done"], len(told["refused"])) == ([], 1)
        else:
            with pytest.raises(Refusal) as refused:
                frame.act(cast.mallory)
            assert refused.value.code == "not_found"
    assert [list(model.objects.values()) for model in MODELS] == before


def test_many_customers_are_blocked_at_once_and_it_is_taken_back(cast: Cast) -> None:
    with context.inside(cast.acme):
        rows = [wait(visitor=visitor).conversation for visitor in (cast.vera, Visitor.objects.create(name="Otto"))]
        told = bulk(cast.bob, "block", *(row.pk for row in rows), uuid.uuid4())
        assert (len(told["done"]), len(told["refused"])) == (2, 1)
        assert Visitor.objects.filter(blocked_at__isnull=False).count() == 2
        with context.inside(cast.globex):
            assert bulk(cast.mallory, "unblock", *(row.pk for row in rows))["done"] == []
        assert bulk(cast.bob, "unblock", *map(uuid.UUID, told["done"]))["refused"] == []
        assert not Visitor.objects.filter(blocked_at__isnull=False).exists()
