"""Spelling: what a shop's own words put right, what stays as it is, and that nobody's words reach another."""

import pytest

from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.passages import tokens
from apps.knowledge.search import editions
from apps.knowledge.spelling.reading import LONGEST, read_as
from apps.tenants import context
from tests.cast import Cast
from tests.knowledge.conftest import know
from tests.knowledge.spelling.examples import KEPT, RIGHT, SHOP


def read(question: str) -> str:
    return read_as(question, editions.head().number)


@pytest.fixture
def bicycles(acme: Cast) -> None:
    for title, body in SHOP:
        know(title, body, language=tokens.language_of(title))


def test_questions_are_read_in_the_words_of_the_shop(bicycles: None) -> None:
    wrong = {typed: read(typed) for typed, meant in RIGHT.items() if read(typed) != meant}
    assert not wrong


def test_names_codes_and_words_that_are_meant_stay(bicycles: None) -> None:
    changed = {typed: read(typed) for typed in KEPT if read(typed)}
    assert not changed


def test_long_questions_and_unknown_revisions_stay(bicycles: None) -> None:
    assert read("where is my oder" + " please" * LONGEST) == ""
    assert read_as("where is my oder", 0) == ""


def test_words_that_the_shop_gave_a_meaning_stay(bicycles: None) -> None:
    revision = editions.head().number
    assert [read("jaket size"), read("推货流程")] == ["jacket size", "退货流程"]
    assert [read_as("jaket size", revision, ["jaket"]), read_as("推货流程", revision, ["推货"])] == ["", ""]


def test_nobody_is_read_in_the_words_of_another(cast: Cast) -> None:
    with context.inside(cast.acme):
        know("How is a velocipede mended?", language="en")
        know("怎么开发票？", language="zh-hans")
    with context.inside(cast.globex):
        know("What is the price of apples?", language="en")
        know("苹果多少钱？", language="zh-hans")
        assert [read("velocipde"), read("fapiao"), read("法票")] == ["", "", ""]
        assert read("appels") == "apples"
    with context.inside(cast.acme):
        assert [read("velocipde"), read("fapiao"), read("法票")] == ["velocipede", "发票", "发票"]
        assert read("appels") == ""


def test_words_are_those_of_the_searched_revision(acme: Cast) -> None:
    article = know("How is a velocipede mended?", language="en")
    before = editions.head().number
    article.title = "How is a bicycle mended?"
    article.body = "With patience."
    publishing.save(article)
    ingestion.ingest(article.pk)
    now = editions.head().number
    assert (read_as("velocipde", before), read_as("velocipde", now)) == ("velocipede", "")
    assert (read_as("bicicle", before), read_as("bicicle", now)) == ("", "bicycle")


def test_a_word_is_read_in_the_form_that_the_tenant_writes(acme: Cast) -> None:
    """Postings hold stems, which no encoder has read anything about."""
    know("Which zephyrines do you sell?", language="en")
    assert [read("zephirins"), read("zephirines")] == ["zephyrines", "zephyrines"]


def test_a_tenant_that_knows_nothing_reads_nothing(acme: Cast) -> None:
    assert [read("tuikuan"), read("refnd"), read("推货")] == ["", "", ""]
