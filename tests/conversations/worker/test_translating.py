"""A passage in the other language than the customer's, translated by models that really stream (or fail) over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from apps.conversations.bot import courtesy
from apps.conversations.bot.stages.translating import Translated
from apps.conversations.worker.shift import answer
from apps.llm.models import ModelEndpoint
from apps.releases.publishing import publish
from apps.tenants import context
from tests.cast import Cast
from tests.conversations.worker.test_answer import RETURNS, ask, said, steps, teach
from tests.faulty_model import faulty_model

IN_CHINESE = "未使用的商品可在签收后 30 天内退货。 退款需要 5 个工作日。"
QUESTION = "怎么退货"
AS_IT_IS = f"{courtesy.foreign('zh-hans')}\n\n"


@pytest.fixture
def shop(committed: Cast, settings: Any) -> Iterator[Cast]:
    """Acme knows in English how to return things."""
    settings.MODEL_FIRST_WORDS_SECONDS = 60.0  # these models write slowly
    with context.inside(committed.acme):
        teach("How do I return an item?", RETURNS)
        yield committed
        ModelEndpoint.objects.update(base_url="", seconds=15, answers=False, languages=["en"])
        connection.close()


def translate_with(url: str, **fields: Any) -> None:
    ModelEndpoint.objects.update(**({"base_url": url, "seconds": 5, "answers": True, "languages": []} | fields))
    cache.clear()
    publish()


def test_a_passage_is_translated_and_the_trace_tells_it(shop: Cast) -> None:
    with faulty_model(text=IN_CHINESE) as url:
        translate_with(url)
        row = ask(QUESTION, shop.vera)
        answer(row.pk)
    (text,) = said(row)
    assert text.startswith(courtesy.in_translation("zh-hans"))
    assert IN_CHINESE in text
    assert RETURNS not in text
    turn = row.turns.get()
    (step,) = steps(turn, Translated)
    assert (step.failed, step.lost, turn.tier, turn.tokens) == ("", "", 2, 70)


@pytest.mark.parametrize("how", ["429", "500", "nonsense", "stall", "cut", "flood", "packed", "good"])
def test_a_model_that_misbehaves_costs_no_answer(shop: Cast, how: str) -> None:
    with faulty_model(how, text="我 们 会 把 大 象 送 到 月 球 上 ，只 要 99 元 。") as url:
        translate_with(url, seconds=1)
        row = ask(QUESTION, shop.vera)
        answer(row.pk)
    (text,) = said(row)
    assert text.startswith(AS_IT_IS)
    assert RETURNS in text
    (step,) = steps(row.turns.get(), Translated)
    assert step.failed or step.lost


@pytest.mark.parametrize("fields", [{"answers": False}, {"languages": ["en"]}])
def test_only_models_that_answer_customers_in_both_languages_translate(shop: Cast, fields: dict[str, Any]) -> None:
    with faulty_model(text=IN_CHINESE) as url:
        translate_with(url, **fields)
        row = ask(QUESTION, shop.vera)
        answer(row.pk)
    assert said(row)[0].startswith(AS_IT_IS)
    assert not steps(row.turns.get(), Translated)


def test_another_tenants_model_translates_nothing(shop: Cast) -> None:
    with faulty_model(text=IN_CHINESE) as url:
        with context.inside(shop.globex):
            translate_with(url)
        row = ask(QUESTION, shop.vera)
        answer(row.pk)
        with context.inside(shop.globex):
            ModelEndpoint.objects.update(base_url="", seconds=15, answers=False, languages=["en"])
    assert said(row)[0].startswith(AS_IT_IS)
