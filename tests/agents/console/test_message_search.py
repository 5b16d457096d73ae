"""Search over what was said, in Chinese and English, by its index."""

import importlib
import time
import uuid

import pytest
from django.db import connection

from apps.agents.casework import casework
from apps.agents.console import message_search, spelling
from apps.agents.models import Spoken
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Visitor
from apps.tenants import context
from tests.agents.asking import ask
from tests.cast import Cast


def found(query: str) -> set[uuid.UUID]:
    return set(message_search.conversations(query, Conversation.objects.all()).values_list("pk", flat=True))


def test_messages_and_notes_are_found_at_once_in_both_languages(desk: Cast) -> None:
    chinese, english = ask("我想问一下退货地址在哪里"), ask("Where are my hiking boots, order SF-1234567?")
    assert found("退货地址") == found("退货") == found("退") == {chinese.pk}
    assert found("boots") == found("BOOT hiking") == found("sf-1234567") == {english.pk}
    assert found("货退") == found("bananas") == found("   ") == found("boots 退货") == set()
    casework.note(english.pk, desk.bob, uuid.uuid4(), "ask the warehouse 仓库")
    assert found("仓库") == found("warehouse") == {english.pk}


@pytest.mark.parametrize(
    ("said", "queries"),
    [
        (
            "Call me: +47 913 37 042, please",
            ["91337042", "913 37 042", "+47 91337042", "0047 913-37-042", "+４７（913）37042", "4791337042", "913.37.042"],
        ),
        ("我的电话 138-1234-5678 谢谢", ["13812345678", "+86 138 1234 5678", "电话 13812345678", "１３８１２３４５６７８"]),
        ("0171/2345678 after six", ["+49 171 2345678", "01712345678", "171 2345678", "0049 (0)171 2345678"]),
        ("Herr Müller aus Zürich", ["Muller", "MÜLLER", "zurich", "Mu\u0308ller"]),
        ("It is déjà vu", ["Deja vu", "déjà", "DÉJÀ VU"]),
        ("Blåbærsyltetøy på Ærø, Straße Łódź", ["blabaersyltetoy", "aero", "strasse", "lodz", "BLÅBÆRSYLTETØY"]),
        ("欧阳先生的发票", ["歐陽", "欧阳", "歐陽先生", "發票"]),
        ("歐陽小姐要退貨", ["欧阳", "退货", "歐陽"]),
        ("It is ABC-123_x, not that", ["ABC-123", "abc123", "ABC 123", "ABC-123_x", "ＡＢＣ－１２３", "abc_123", "123_x"]),
        ("error E0471 on SF1234567890CN", ["E-0471", "e 0471", "E0471", "sf1234567890", "SF-1234567890-CN", "1234567890"]),
        ("订单 A2024/11-7B", ["A2024/11-7B", "a2024 11 7b", "2024-11"]),
    ],
)
def test_what_is_spelt_otherwise_is_found(desk: Cast, said: str, queries: list[str]) -> None:
    ask("Something else: 555 0100 200, XYZ-999, 王小姐")
    row = ask(said)
    assert {query: found(query) for query in queries} == {query: {row.pk} for query in queries}


def test_other_numbers_and_codes_are_not_found(desk: Cast) -> None:
    ask("Call +47 913 37 042 about ABC-123_x")
    for query in ("91337043", "+46 99 913 37 042", "3704", "ABC-124", "ABD-123", "1337042 boots", "+47 913 37 0421"):
        assert found(query) == set(), query


def test_globex_finds_nothing_of_acmes(desk: Cast) -> None:
    ask("Call +47 913 37 042 about ABC-123_x, 歐陽")
    with context.inside(desk.globex):
        for query in ("91337042", "ABC-123", "欧阳"):
            assert found(query) == set()
        connection.close()


def test_long_adversarial_texts_cost_little(desk: Cast) -> None:
    for text in ("1" * 10_000, "1 " * 5_000, "a-" * 5_000, "1 ( " * 2_500, "a1" * 5_000, "\ufdfa" * 10_000, "歐" * 10_000):
        began = time.thread_time()
        spelling.indexed(text)
        spelling.wanted(text[:200])
        assert time.thread_time() - began < 2
    for sign in "-_.#/: ":
        began = time.thread_time()
        spelling.indexed(sign * 100_000)  # ten times what a message may hold: by its square, a minute and more
        assert time.thread_time() - began < 5


def test_what_was_read_by_older_rules_is_read_again(desk: Cast) -> None:
    row = ask("+47 913 37 042")
    message_search.read_new()
    Spoken.objects.update(terms=["47", "913", "37", "042"])
    assert found("91337042") == set()
    migration = importlib.import_module("apps.agents.migrations.0007_spell_anew").Migration
    with connection.cursor() as cursor:
        for operation in migration.operations:
            cursor.execute(operation.sql)
    assert found("91337042") == {row.pk}


@pytest.mark.parametrize(
    ("name", "queries", "others"),
    [
        ("Jürgen Müller", ["Muller", "müller jurgen", "MÜLL", "Ｍüller"], ["Muller Hans", "J%ller", "_"]),
        ("歐陽娜娜", ["欧阳", "歐陽", "娜娜"], ["欧阳锋"]),
        ("王强", ["王強", "王强"], ["王刚"]),
        ("Søren Ægir", ["soren", "aegir", "Søren"], ["sorenson"]),
    ],
)
def test_customers_are_found_by_name_however_it_is_spelt(desk: Cast, name: str, queries: list[str], others: list[str]) -> None:
    row = ask("hello there", Visitor.objects.create(name=name))
    for query in queries:
        assert found(query) == {row.pk}, query
    for query in others:
        assert found(query) == set(), query


def test_customers_are_found_by_their_whole_address_and_number_and_only_here(desk: Cast) -> None:
    row = ask("hello there", Visitor.objects.create(name="Vera", email="Vera.Example@Shop.example", phone="+47 913 37 042"))
    for query in ("vera.example@shop.example", "shop.example", "0047 91337042"):
        assert found(query) == {row.pk}, query
    assert found("vera.example@shop") == set()
    with context.inside(desk.globex):
        assert found("Vera") == found("vera.example@shop.example") == set()


def test_one_look_reads_so_many_messages_and_the_next_goes_on(desk: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    long, short = ask("the first of many"), ask("another one")
    with pages.page(long.pk) as page:
        for number in range(5):
            page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"text": f"word{number}"})
    monkeypatch.setattr(message_search, "EVENTS", 3)
    looks = 0
    while message_search.read_new():
        looks += 1
        assert Spoken.objects.count() <= 3 * looks
    assert looks > 2
    assert found("word4") == {long.pk}
    assert found("another") == {short.pk}


def test_the_search_uses_its_index(desk: Cast) -> None:
    row = ask("the very first")
    message_search.read_new()
    Spoken.objects.bulk_create(
        [Spoken(conversation=row, seq=seq, terms=[f"word{seq}", f"pair{seq % 500}", "的"]) for seq in range(10, 20_010)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE agents_spoken")
    query = Conversation.objects.filter(pk__in=message_search.matches("pair7 word507").values("conversation"))
    assert "spoken_terms" in query.explain()
    for asked in ("word507 +47 913 37 042", "+47 913 37 042"):
        number = Conversation.objects.filter(pk__in=message_search.matches(asked).values("conversation"))
        assert "spoken_terms" in number.explain()
        assert "Seq Scan on agents_spoken" not in number.explain()
