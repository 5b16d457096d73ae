"""Offensive sentences are found, one by one, and customers' questions are let be."""

import numpy as np
import pytest

from apps.filters.kinds.classifier import Classifier
from apps.filters.offence import model, training
from apps.llm.embeddings import embedder
from apps.tenants.refusal import Refusal


def found(text: str, threshold: float = 0.8) -> list[str]:
    return [text[span.start : span.end] for _rule, span in Classifier().finder([{"threshold": threshold}]).find(text)]


def test_only_the_offensive_sentence_is_found() -> None:
    said = "你好。这帮外地人都是没素质的垃圾，滚回老家去。我的转账失败了，怎么办？"
    assert found(said) == ["这帮外地人都是没素质的垃圾，滚回老家去。"]


@pytest.mark.parametrize(
    "text",
    [
        "转账失败怎么办",
        "东北可以发货吗",
        "我是外地人，能在这里开户吗",
        "女士的尺码有哪些",
        "My card was stolen, please block it.",
    ],
)
def test_questions_are_let_be(text: str) -> None:
    assert not found(text)


def test_a_tenants_marks_are_learnt_beside_the_shipped_model() -> None:
    shipped = model.shipped()
    asked = "这个垃圾袋多大"
    marks = [("垃圾袋有几种尺寸", False), ("这款垃圾桶还有货吗", False), ("垃圾桶多少钱", False), ("你们都是垃圾", True)]
    vectors = embedder().embed_questions([text for text, _offensive in marks])
    learnt = training.train(marks, vectors, start=shipped)
    vector = embedder().embed_query(asked)
    assert learnt.score(asked, vector) < 0.5 < shipped.score(asked, vector)
    same = "转账失败怎么办"
    assert learnt.score(same, embedder().embed_query(same)) == pytest.approx(
        shipped.score(same, embedder().embed_query(same)), abs=0.1
    )


def test_a_model_is_stored_in_little_room() -> None:
    shipped = model.shipped()
    stored = shipped.stored()
    assert len(stored) < 500_000
    vector = embedder().embed_query("你真差劲")
    assert model.read(stored).score("你真差劲", vector) == pytest.approx(shipped.score("你真差劲", vector), abs=0.01)
    assert shipped.model_id == embedder().model_id
    assert np.isfinite(shipped.pieces).all()


@pytest.mark.parametrize("threshold", ["high", 0.2, 1.5])
def test_a_threshold_is_a_probability_of_half_or_more(threshold: object) -> None:
    with pytest.raises(Refusal, match="threshold"):
        Classifier().check({"threshold": threshold})
