"""Codes in any spelling are one code, and another code is another thing."""

import importlib

import pytest
from django.apps import apps as django_apps

from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.models import Article, Kind, Posting, Status
from apps.knowledge.passages import codes
from apps.knowledge.search import editions, search
from apps.tenants import context
from tests.cast import Cast


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("E-0417", ["e0417"]), ("E0417", ["e0417"]), ("e 0417", ["e0417"]), ("e.0417!", ["e0417"]), ("Ｅ－０４１７", ["e0417"]),
        ("ｅ　０４１７", ["e0417"]), ("错误E0417怎么办", ["e0417"]), ("error e 0471", ["e0471"]), ("code 0471", ["0471"]),
        ("错误代码：0471", ["0471"]), ("error code is 0471?", ["0471"]), ("GX-1000 和 GX 2000", ["gx1000", "gx2000"]),
        ("SF1234567890", ["sf1234567890"]), ("AB-12-CD-34", ["ab12cd34"]), ("COVID-19", ["covid19"]),
        ("in 30 days", []), ("usd 20", []), ("4 lb 2 oz", []), ("1,500 mm", []), ("a 4-person tent", []), ("9:00 am", []),
        ("IPX7", []), ("USB-C", []), ("I paid 200", []), ("Ridgeline 2", []), ("dec 2026", []), ("60L", []), ("退 30 天", []),
        ("e-mail", []), ("help@acme123.example", ["acme123example"]),
    ],
)  # fmt: skip
def test_codes_are_told_from_words_and_numbers(text: str, found: list[str]) -> None:
    assert sorted(codes.of(text)) == sorted(found)


def test_another_code_is_something_else() -> None:
    assert codes.is_about_another(["e0471"], ["What does E-0417 mean?"])
    assert codes.is_about_another(["0471"], ["E-0417: the door is open"])
    assert not codes.is_about_another(["e0471"], ["E-0417 and E-0471 are alike"])
    assert not codes.is_about_another(["0417"], ["E-0417: the door is open"])
    assert not codes.is_about_another(["sf12345678"], ["Where is my order?"]), "it names none"
    assert not codes.is_about_another(["sf12345678"], ["The GX-1000 has a USB port"]), "codes of another kind"
    assert not codes.is_about_another([], ["What does E-0417 mean?"])


def test_a_question_after_a_code_alone_is_told_from_one_with_a_code_in_it() -> None:
    for text in (
        "E0471",
        "error e 0471",
        "What does E-0471 mean?",
        "code 0471 on my screen",
        "错误Ｅ０４７１怎么办",
        "显示E0471是什么意思",
    ):
        assert codes.is_all(text), text
    for text in ("Where is order SF12345678?", "price of GX-1000", "GX-1000 还有 USB 线吗", "GX-1000 多少钱", "GX-1000 防水吗"):
        assert not codes.is_all(text), text


def teach(question: str, body: str, *more: str, language: str = "en") -> None:
    article = Article(
        kind=Kind.QA, title=question, body=body, alternatives=list(more), language=language, status=Status.PUBLISHED
    )
    publishing.save(article)
    ingestion.ingest(article.pk)


def ask(question: str, language: str = "en") -> list[search.Hit]:
    return search.search(question, revision=editions.head().number, language=language)


@pytest.fixture
def taught(acme: Cast) -> Cast:
    teach("What does E-0417 mean?", "The door is open: close it.", "E0417")
    teach("What does the E-0471 error mean?", "The filter is full: clean it.")
    teach("错误 E-0533 是什么意思？", "水箱没有水，请加水。", language="zh-hans")
    teach("Where is my order?", "Open Your orders.")
    teach("How long is the warranty?", "Two years.")
    teach("Do you repair machines?", "Yes, within a week.")
    return acme


@pytest.mark.parametrize(
    "question",
    [
        "What does E0471 mean?",
        "error e 0471",
        "E0471",
        "Ｅ０４７１",
        "code 0471",
        "错误E0471",
        "e-0471??",
    ],
)
def test_a_code_is_found_in_any_spelling(taught: Cast, question: str) -> None:
    first, *others = ask(question)
    assert first.text == "The filter is full: clean it."
    assert first.score >= 0.2, "the bot answers"
    assert not [hit.title for hit in others if "0417" in hit.title or "0533" in hit.title]


@pytest.mark.parametrize("question", ["E0533", "错误代码0533", "e 0533 是什么", "Ｅ－０５３３"])
def test_a_code_is_found_in_chinese_text(taught: Cast, question: str) -> None:
    assert ask(question, "zh-hans")[0].text == "水箱没有水，请加水。"


@pytest.mark.parametrize(
    "question", ["What does E0999 mean?", "error e 0999", "E-0999", "code 0999", "错误E0999是什么意思", "Ｅ０９９９", "E04171"]
)
def test_an_unknown_code_is_never_answered_with_another_one(taught: Cast, question: str) -> None:
    for language in ("en", "zh-hans"):
        assert not [hit.title for hit in ask(question, language) if codes.of(hit.title)]


def test_a_number_of_another_kind_hides_nothing(taught: Cast) -> None:
    assert ask("Where is my order SF1234567890?")[0].text == "Open Your orders."


def test_what_was_indexed_before_is_found_in_other_spellings_after_the_migration(taught: Cast) -> None:
    Posting.objects.filter(term="e0471").delete()  # as it was: no code was joined
    migration = importlib.import_module("apps.knowledge.migrations.0003_index_codes_apart")
    migration.index_anew(django_apps, None)
    assert Posting.objects.filter(term="e0471").exists()
    before = editions.head()
    article = Article.objects.get(title="What does the E-0471 error mean?")
    article.status = Status.DRAFT
    publishing.save(article)
    ingestion.ingest(article.pk)
    after = editions.head()
    assert (before.questions - after.questions, before.texts - after.texts) == (1, 1)
    assert before.question_terms - after.question_terms == 8, "spellings of a code make a passage no longer"
    assert not [hit for hit in ask("E0471") if "0471" in hit.title]


def test_mallory_finds_no_code_of_acmes(taught: Cast) -> None:
    with context.inside(taught.globex):
        assert not ask("E0471")
