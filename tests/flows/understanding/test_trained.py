"""A release's classifier: trained once, kept for its tenant."""

from typing import Any

import pytest
from django.core.cache import cache

from apps.conversations.bot.reach import TenantReach
from apps.flows.models import Flow
from apps.flows.understanding import classifier, known, trained
from apps.llm.embeddings import BundledEmbedder, Vectors
from apps.releases.publishing import publish
from apps.tenants import context
from tests.cast import Cast
from tests.knowledge.conftest import know

EXAMPLES = {"returns": ["I want to return my order", "我要退货"], "invoice": ["I need an invoice", "我要开发票"]}
OTHERS = ["how do returns work"]


@pytest.fixture(autouse=True)
def _as_in_a_new_process(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained, "_kept", type(trained._kept)())
    for tenant in (cast.acme, cast.globex):
        with context.inside(tenant):
            cache.clear()


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tenants that a classifier was trained for."""
    done: list[str] = []
    train = classifier.train

    def counted(*args: object, **options: object) -> classifier.Classifier:
        done.append(context.schema())
        return train(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(classifier, "train", counted)
    return done


def test_it_is_trained_once_and_read_by_other_processes(
    cast: Cast, trainings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with context.inside(cast.acme):
        first = trained.of(EXAMPLES, OTHERS)
        assert trained.of(EXAMPLES, OTHERS) is first
        monkeypatch.setattr(trained, "_kept", type(trained._kept)())
        assert trained.of(EXAMPLES, OTHERS).ranked("return this") == first.ranked("return this")
    assert trainings == ["acme"]


def test_other_examples_are_another_classifier(cast: Cast, trainings: list[str]) -> None:
    with context.inside(cast.acme):
        assert trained.of(EXAMPLES) is not trained.of({**EXAMPLES, "complaint": ["我要投诉"]})
        assert trained.of({**EXAMPLES, "complaint": ["我要投诉"]}).sure("我要投诉") == "complaint"
    assert len(trainings) == 2


def test_mallory_gets_nothing_of_what_acme_trained(cast: Cast, trainings: list[str]) -> None:
    with context.inside(cast.acme):
        of_acme = trained.of(EXAMPLES, OTHERS)
    with context.inside(cast.globex):
        assert trained.of(EXAMPLES, OTHERS) is not of_acme
    assert trainings == ["acme", "globex"]


def test_outside_a_tenant_nothing_is_trained() -> None:
    with pytest.raises(context.OutsideTenant):
        trained.of(EXAMPLES)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All texts that were encoded, in order."""
    done: list[str] = []
    encode = BundledEmbedder._together

    def counted(self: BundledEmbedder, texts: list[str], **how: Any) -> Vectors:
        done.extend(texts)
        return encode(self, texts, **how)

    monkeypatch.setattr(BundledEmbedder, "_together", counted)
    return done


def test_a_training_embeds_no_question_that_the_knowledge_has_embedded(cast: Cast, encoded: list[str]) -> None:
    with context.inside(cast.acme):
        know("How do returns work?", "By mail.")
        questions = known.questions(publish().knowledge_revision)
        assert questions == ("How do returns work?",)
        encoded.clear()
        trained.of(EXAMPLES, (*questions, "What is new?"))
        told = [text for texts in EXAMPLES.values() for text in texts]
        assert set(encoded) & {*told, *questions, "What is new?"} == {*told, "What is new?"}
    with context.inside(cast.globex):
        encoded.clear()
        trained.of(EXAMPLES, questions)
        assert questions[0] in encoded, "Mallory's knowledge has it not"


def test_a_turn_encodes_its_question_once(cast: Cast, encoded: list[str]) -> None:
    intent = "{name: returns, examples: [I want to return my order, 我要退货]}"
    flow = f"triggers: {{intents: [{intent}]}}\nstates:\n  - {{name: a, actions: [{{type: end}}]}}"
    with context.inside(cast.acme):
        know("How do returns work?", "By mail.")
        Flow.objects.create(name="returns", text=flow, enabled=True)
        release = publish()
        for question in ("can you return this box?", "这个怎么退？"):
            TenantReach(release, "en").understood(None, "warm up", 0.0, None)
            encoded.clear()
            reach = TenantReach(release, "en")
            reach.understood(None, question, 0.0, None)
            reach.search(question)
            reach.search(question)
            assert len(encoded) == 1
