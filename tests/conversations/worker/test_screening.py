"""Filters in a real conversation: screened before it is read and before it is said, and every place found is recorded once."""

from collections.abc import Iterator

import pytest
from django.db import connection

from apps.conversations.bot import trace
from apps.conversations.bot.stages.screening import Screening
from apps.conversations.models import Cause, Conversation, Hit, Owner, Turn, Visitor
from apps.conversations.worker.rehearsal import retell
from apps.conversations.worker.shift import answer
from apps.filters.models import Filter
from apps.releases.publishing import publish
from apps.tenants import context
from tests.cast import Cast
from tests.conversations.worker.test_answer import RETURNS, ask, said, steps, teach

QUESTION = "How do I return my boots?"


@pytest.fixture
def shop(committed: Cast) -> Iterator[Cast]:
    with context.inside(committed.acme):
        teach(QUESTION, RETURNS)
        yield committed
        connection.close()


def rule(name: str, words: str, direction: str, action: str, say: str = "") -> None:
    settings = {"words": words.split("|")}
    Filter.objects.create(
        name=name, kind="words", settings=settings, directions=[direction], action=action, say=say, enabled=True
    )


def asked(shop: Cast, text: str = QUESTION) -> Conversation:
    publish()
    row = ask(text, shop.vera)
    answer(row.pk)
    row.refresh_from_db()
    return row


def test_what_the_bot_may_not_say_is_masked_and_recorded(shop: Cast) -> None:
    word = RETURNS.split()[1]
    rule("word", word, "from_bot", "mask")
    row = asked(shop)
    assert word not in said(row)[-1]
    assert "*" * len(word) in said(row)[-1]
    hit = Hit.objects.filter(conversation=row).first()
    assert hit
    assert (hit.name, hit.direction, hit.action, hit.text) == ("word", "from_bot", "mask", word)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM conversations_hit")
        assert word not in str(cursor.fetchall())
    (step,) = steps(row.turns.get(), Screening)
    assert step.hits[0].text == ""
    assert "word" in step.told.text


def test_an_answer_is_blocked_with_a_kind_sentence(shop: Cast) -> None:
    rule("word", RETURNS.split()[1], "from_bot", "block", "I may not talk about that.")
    row = asked(shop)
    assert said(row) == ["I may not talk about that."]
    assert row.events.latest("seq").body.get("sources", []) == []
    assert row.owner == Owner.BOT


def test_what_a_customer_says_may_go_to_a_person(shop: Cast) -> None:
    rule("threat", "lawyer|sue you", "from_customer", "hand_over", "A colleague will look at this.")
    row = asked(shop, "I will sue you over the boots")
    assert said(row)[0].startswith("A colleague will look at this.")
    assert row.turns.get().cause == Cause.FILTERED
    assert Hit.objects.get().text == "sue you"


def test_what_is_blocked_is_not_read(shop: Cast) -> None:
    rule("spam", "casino", "from_customer", "block", "Let's talk about your order.")
    row = asked(shop, "casino bonus! How do I return my boots?")
    assert said(row) == ["Let's talk about your order."]
    assert [step.kind for step in trace.read(row.turns.get().trace)] == ["screen"]


def test_a_person_who_is_asked_for_comes_all_the_same(shop: Cast) -> None:
    rule("spam", "person", "from_customer", "block", "Let's talk about your order.")
    row = asked(shop, "I want to talk to a person")
    assert row.turns.get().cause == Cause.ASKED


def test_a_mark_changes_nothing_that_is_said(shop: Cast) -> None:
    rule("returns", "return", "from_customer", "flag")
    row = asked(shop)
    assert RETURNS in said(row)[-1]
    assert Hit.objects.get().action == "flag"


def test_a_turn_that_is_told_again_records_nothing_twice(shop: Cast) -> None:
    rule("returns", "return", "from_customer", "flag")
    row = asked(shop)
    assert retell(row.turns.get())
    assert Hit.objects.count() == 1


def test_an_erased_conversation_leaves_no_hit(shop: Cast) -> None:
    rule("returns", "return", "from_customer", "flag")
    asked(shop).delete()
    assert not Hit.objects.exists()


def test_another_tenants_rule_touches_nothing_here(shop: Cast) -> None:
    rule("returns", "return", "from_customer", "block", "No.")
    publish()
    with context.inside(shop.globex):
        teach(QUESTION, RETURNS)
        publish()
        row = ask(QUESTION, Visitor.objects.create())
        answer(row.pk)
        assert RETURNS in said(row)[-1]
        assert not Hit.objects.exists()
        assert Turn.objects.count() == 1
