"""A tenant's reranker by real HTTP: what it is sent, what it may answer, and what comes of everything else."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings

from apps.llm import breaker, reranking
from apps.llm.chat import ModelFailed
from apps.llm.models import Reranker
from apps.llm.reranking import Judge
from apps.releases import publishing
from apps.releases.models import Release
from apps.tenants import context
from tests.cast import Cast
from tests.reranker import preferring, reranker


@pytest.fixture(autouse=True)
def forgotten(acme: Cast) -> None:
    cache.clear()


def judge(url: str, *, model: str = "", key: str = "", seconds: float = 5.0) -> Judge:
    return Judge(1, url, model, key, seconds)


def test_it_is_sent_what_the_protocol_says_and_no_more() -> None:
    with reranker(answer=preferring("b")) as told:
        scores = judge(told.url, model="rank-1", key="sk-1").scores("q" * 1000, ["a", "b" * 5000, *"cdefghijklm"])
        assert scores == [0.01, 0.9, *[0.01] * 8]
        assert told.keys == ["Bearer sk-1"]
        asked = told.asked[0]
        assert asked.keys() == {"query", "documents", "model"}
        assert (len(asked["query"]), len(asked["documents"]), len(asked["documents"][1])) == (400, 10, 1200)
        judge(told.url).scores("a lone \ud83d half", ["a", "退货"])
        assert told.asked[1]["texts"] == told.asked[1]["documents"] == ["a", "退货"], "TEI's word, where no model is named"
        assert told.keys[1] is None


@pytest.mark.parametrize(
    ("answer", "scores"),
    [
        ({"results": [{"index": 1, "relevance_score": 0.5}, {"index": 0, "relevance_score": 0}]}, [0.0, 0.5]),
        ({"results": [{"index": 1, "relevance_score": 0.5, "document": {"text": "x" * 9000}}]}, [None, 0.5]),
        ([{"index": 0, "score": -4.25}, {"index": 1, "score": 3}], [-4.25, 3.0]),
        ({"object": "list", "data": [{"index": 0, "relevance_score": 1}]}, [1.0, None]),
    ],
)
def test_the_common_forms_of_an_answer_are_read(answer: Any, scores: list[float | None]) -> None:
    with reranker(answer=lambda _asked: answer) as told:
        assert judge(told.url).scores("q", ["a", "b"]) == scores


def row(index: Any, score: Any) -> dict[str, Any]:
    return {"results": [{"index": index, "relevance_score": score}]}


HOSTILE: dict[str, Any] = {
    "not JSON": b"<html>no</html>",
    "nothing": b"",
    "a word": "yes",
    "null": None,
    "an empty object": {},
    "no results": {"results": []},
    "a number of results": {"results": 3},
    "results by name": {"results": {"0": 1}},
    "an index beyond": row(2, 0.5),
    "an index below": row(-1, 0.5),
    "an index in words": row("0", 0.5),
    "an index of truth": row(True, 0.5),
    "half an index": row(0.5, 0.5),
    "no index": {"results": [{"relevance_score": 1}]},
    "no score": {"results": [{"index": 0}]},
    "a score in words": row(0, "0.5"),
    "a score of truth": row(0, True),
    "NaN": row(0, float("nan")),
    "infinity": row(0, float("inf")),
    "1e999": b'{"results": [{"index": 0, "relevance_score": 1e999}]}',
    "a huge number": b'{"results": [{"index": 0, "relevance_score": ' + b"9" * 400 + b"}]}",
    "a huger number": b'{"results": [{"index": 0, "relevance_score": ' + b"9" * 9000 + b"}]}",
    "the same twice": {"results": [{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 0.5}]},
    "deep": b"[" * 100_000,
    "endless": b'{"results": [' + b" " * 5_000_000,
    "not text": b"\xff\xfe" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_ranking_is_nonsense(name: str) -> None:
    with reranker(answer=lambda _asked: HOSTILE[name]) as told, pytest.raises(ModelFailed) as failed:
        judge(told.url).scores("q", ["a", "b"])
    assert failed.value.code == "nonsense"


@pytest.mark.parametrize(("status", "code"), [(401, "refused"), (500, "refused"), (429, "limited"), (307, "refused")])
def test_refusals_and_redirects_are_no_answer(status: int, code: str) -> None:
    with reranker(status=status, answer=preferring("a")) as told, pytest.raises(ModelFailed) as failed:
        judge(told.url).scores("q", ["a", "b"])
    assert failed.value.code == code
    assert len(told.asked) == 1, "it is not followed, and not tried again"


def test_it_is_waited_for_a_moment_and_no_longer_than_the_turn_has() -> None:
    with reranker(slow=True) as told:
        for impatient in (judge(told.url, seconds=0.2), judge(told.url)):
            with pytest.raises(ModelFailed) as failed:
                impatient.scores("q", ["a"], 0.2)
            assert failed.value.code == "slow"


def test_one_that_fails_three_times_rests_for_this_tenant_alone(cast: Cast) -> None:
    with reranker(status=500) as told:
        for code in ("refused", "refused", "refused", "resting"):
            with pytest.raises(ModelFailed) as failed:
                judge(told.url).scores("q", ["a"])
            assert failed.value.code == code
        assert len(told.asked) == 3
        assert not breaker.is_open(1), "a model of the same number is another one"
        with context.inside(cast.globex):
            cache.clear()
            with pytest.raises(ModelFailed) as failed:
                judge(told.url).scores("q", ["a"])
            assert failed.value.code == "refused"


def test_nobody_is_there_or_may_be_asked() -> None:
    for url in ("http://127.0.0.1:9/rerank", "http://nowhere.invalid/rerank", "ftp://x/rerank"):
        with pytest.raises(ModelFailed) as failed:
            judge(url).scores("q", ["a"])
        assert failed.value.code == "down"
    with override_settings(PRIVATE_NETWORKS=False), reranker() as told, pytest.raises(ModelFailed, match="OutOfReach"):
        Judge(2, told.url, "", "", 5.0).scores("q", ["a"])
    assert told.asked == []


def add(url: str, **more: Any) -> Reranker:
    return Reranker.objects.create(url=url, **({"model": "rank-1", "api_key": "sk-1", "milliseconds": 500} | more))


def test_a_release_holds_the_order_and_no_key(cast: Cast) -> None:
    before = publishing.active()
    assert reranking.of(before) is None
    row = add("http://127.0.0.1:9/rerank", sure=0.7)
    after = publishing.publish()
    assert after.summary == "Reranker on"
    assert reranking.of(after) == Judge(row.pk, row.url, "rank-1", "sk-1", 0.5, 0.7)
    assert "sk-1" not in json.dumps(after.frozen)
    Reranker.objects.update(sure=0.9)
    assert publishing.publish().summary == "Reranker settings changed"
    publishing.activate(before)
    assert not Reranker.objects.get().enabled
    publishing.activate(after)
    assert (Reranker.objects.get().enabled, Reranker.objects.get().sure) == (True, 0.7)
    with context.inside(cast.globex):
        assert reranking.of(publishing.active()) is None
        assert not Reranker.objects.exists()
        held = Release(number=9, frozen=after.frozen)
        assert reranking.of(held) is None, "a number of another tenant's finds nothing here"
    Reranker.objects.all().delete()
    assert reranking.of(after) is None
    assert reranking.of(Release(number=9, frozen={})) is None
