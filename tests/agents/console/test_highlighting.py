"""A search shows which words answered it, in the customer's own spelling, all of one customer together, and as words alone."""

from typing import Any

import pytest
from django.test import Client

from apps.agents.console import spelling
from apps.agents.console.highlighting import named, parted, shortened
from apps.conversations.ledger import pages
from apps.conversations.models import Visitor
from apps.tenants import context
from tests.agents.asking import ask
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast


def marked(text: str, query: str) -> str:
    return "".join(f"[{words}]" if hit else words for words, hit in parted(text, spelling.wanted(query)))


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("My Tents leak", "tent", "My [Tents] leak"),
        ("A résumé, please", "RESUME", "A [résumé], please"),
        ("Ｏｒｄｅｒ １０４４２ is late", "order 10442", "[Ｏｒｄｅｒ] [１０４４２] is late"),
        ("order ABC-10442_x", "10442", "order ABC-[10442]_x"),
        ("帐篷杆第一天就断了", "帐篷杆", "[帐篷杆]第一天就断了"),
        ("帳篷桿斷了", "帐篷", "[帳篷]桿斷了"),
        ("call +49 (30) 1234567 now", "030 1234567", "call [+49 (30) 1234567] now"),
        ("<b>tent</b> & co", "tent", "<b>[tent]</b> & co"),
        ("nothing of it", "tent", "nothing of it"),
        ("contents of a tent", "tent", "contents of a [tent]"),
    ],
)
def test_words_are_marked_as_the_search_spells(text: str, query: str, shown: str) -> None:
    assert marked(text, query) == shown
    assert "".join(words for words, _hit in parted(text, spelling.wanted(query))) == text


def test_a_long_message_begins_a_little_before_the_first_place() -> None:
    parts = shortened(parted(f"{'word ' * 60}tent {'more ' * 60}", spelling.wanted("tent")))
    assert parts[0][0] == "…word word word word "
    assert parts[1] == ("tent", True)
    assert parts[-1][0].endswith("…")
    assert sum(len(words) for words, _hit in parts) < 200


def test_a_name_is_marked_in_the_middle_of_a_word() -> None:
    assert named("lind", "Ana Lindqvist") == [("Ana ", False), ("Lind", True), ("qvist", False)]
    assert named("王小", "王小明") == [("王小", True), ("明", False)]


def found(client: Client, host: str, query: str, before: str = "") -> dict[str, Any]:
    asked = {"view": "all", "q": query} | ({"before": before} if before else {})
    answer: dict[str, Any] = client.get("/api/v1/console/conversations", asked, headers={"host": host}).json()
    return answer


def test_all_of_one_customer_stand_together(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with context.inside(cast.acme):
        otto = Visitor.objects.create(name="Otto Zeltmann")
        for visitor in (cast.vera, otto, cast.vera, otto):
            row = ask("My tent leaks", visitor)
            with pages.page(row.pk) as page:
                page.conversation.close(page.now)
        client.force_login(cast.bob)
        rows = found(client, ACME_HOST, "tent")["rows"]
        assert [one["visitor"]["name"] for one in rows] == ["Otto Zeltmann"] * 2 + ["Vera"] * 2
        assert rows[0]["hits"][0]["parts"] == [["My ", False], ["tent", True], [" leaks", False]]
        assert "named" not in rows[0]
        by_name = found(client, ACME_HOST, "zelt")["rows"]
        assert by_name[0]["named"] == [["Otto ", False], ["Zelt", True], ["mann", False]]
        assert by_name[0]["hits"] == []
        monkeypatch.setattr("apps.agents.console.views.A_PAGE", 3)
        first = found(client, ACME_HOST, "tent")
        second = found(client, ACME_HOST, "tent", first["next"])
        assert [*first["rows"], *second["rows"]] == rows
        assert second["next"] is None
        assert found(client, ACME_HOST, "tent", "yesterday_x")["code"] == "bad_frame"
    with context.inside(cast.globex):
        client.force_login(cast.mallory)
        assert found(client, GLOBEX_HOST, "tent") == {"rows": [], "next": None}
