"""Feedback: what customers and agents say of answers becomes rows that the operator lists, filters, counts and works off."""

import importlib
import json

import pytest
from django.db import connection

from apps.agents.casework import learning
from apps.conversations.customer import verbs
from apps.conversations.customer.arrivals import Door
from apps.conversations.models import Conversation, Event, Feedback
from apps.conversations.wire import frames
from apps.knowledge.models import Article
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text
from tests.admin.test_try import frames as drawn
from tests.admin.test_try import talk
from tests.cast import Cast
from tests.knowledge.conftest import know

PATH = "/admin/conversations/feedback/"


def door(row: Conversation) -> Door:
    return Door(row.visitor_id, "Vera", row.pk, row.release, "en", 1000)


def answered(cast: Cast) -> tuple[Conversation, int, Article]:
    """A conversation in which the bot quoted an article; → with the answer's seq."""
    with context.inside(cast.acme):
        article = know("How long is the warranty?", "Two years on everything.")
    row = talk(cast, "How long is the warranty?")
    with context.inside(cast.acme):
        seq = Event.objects.get(conversation=row, author="bot", kind="message").seq
    return row, seq, article


def rate(cast: Cast, row: Conversation, seq: int | None, score: int, comment: str = "", reason: str = "") -> None:
    with context.inside(cast.acme):
        verbs.rate(door(row), frames.Rate(seq=seq, score=score, comment=comment, reason=reason))


def mark(cast: Cast, row: Conversation, seq: int) -> None:
    with context.inside(cast.acme):
        learning.mark_wrong(row.pk, cast.bob, seq)


def rows(cast: Cast) -> list[tuple[str, int, str, bool]]:
    with context.inside(cast.acme):
        return [(each.kind, each.of, each.comment, each.done_at is None) for each in Feedback.objects.order_by("pk")]


def test_a_thumb_down_is_listed_with_its_question_answer_and_doors(cast: Cast, owner: Browser) -> None:
    row, seq, article = answered(cast)
    rate(cast, row, seq, -1)
    page = text(owner.get(PATH))
    assert "did not help" in page
    assert "How long is the warranty?" in page
    assert "Two years on everything." in page
    assert f"/admin/conversations/conversation/{row.pk}/change/?at={seq}" in page
    assert f"/admin/knowledge/article/{article.pk}/change/" in page
    assert "/admin/try/?q=How+long" in page


def test_why_an_answer_did_not_help_is_shown_filtered_and_taken_away(cast: Cast, owner: Browser, mallory: Browser) -> None:
    row, seq, _article = answered(cast)
    rate(cast, row, seq, -1)
    rate(cast, row, seq, -1, "It is three years now.", "outdated")
    assert rows(cast) == [("down", seq, "It is three years now.", True)]
    assert "Out of date" in text(owner.get(PATH))
    assert "three years now" in text(owner.get(PATH, reason__exact="outdated"))
    assert "three years now" not in text(owner.get(PATH, reason__exact="long"))
    assert "out of date,It is three years now." in text(owner.get(f"{PATH}csv/", reason__exact="outdated"))
    assert "three years now" not in text(owner.get(f"{PATH}csv/", reason__exact="long"))
    with context.inside(cast.acme):
        told = Event.objects.filter(conversation=row, kind="rated").latest("seq").body
    assert told == {"of": seq, "score": -1, "reason": "outdated", "comment": "It is three years now."}
    assert "three years now" not in text(mallory.get(PATH, reason__exact="outdated"))
    rate(cast, row, seq, 1)  # it helped after all
    with context.inside(cast.acme):
        assert Feedback.objects.get().reason == ""


@pytest.mark.parametrize(
    "frame",
    [{"seq": 2, "score": 1}, {"score": 1}, {"score": -1}, {"seq": 2, "score": -1, "reason": "ugly"}, {"seq": 2, "score": 5}],
)
def test_a_reason_goes_with_one_answer_that_did_not_help(frame: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        frames.parse(json.dumps({"type": "rate", "reason": "wrong"} | frame))


def test_the_conversation_opens_at_the_message(cast: Cast, owner: Browser) -> None:
    row, seq, _article = answered(cast)
    rate(cast, row, seq, -1)
    with context.inside(cast.acme):
        pk = Feedback.objects.get().pk
    moved = owner.get(f"{PATH}{pk}/change/")
    assert moved["Location"] == f"/admin/conversations/conversation/{row.pk}/change/?at={seq}"
    assert drawn(text(owner.get(moved["Location"])))["at"] == seq
    for nonsense in ("x", "-1", "9" * 30, "²"):
        assert drawn(text(owner.get(f"/admin/conversations/conversation/{row.pk}/change/", at=nonsense)))["at"] == 0


def test_a_word_given_anew_replaces_the_one_before_and_is_open_again(cast: Cast) -> None:
    row, seq, _article = answered(cast)
    rate(cast, row, seq, -1)
    with context.inside(cast.acme):
        assert Feedback.objects.all().finish(cast.alice) == 1
    rate(cast, row, seq, 1)
    rate(cast, row, None, 2, "slow")
    rate(cast, row, None, 4, "well, fine")
    mark(cast, row, seq)
    mark(cast, row, seq)
    assert rows(cast) == [("up", seq, "", True), ("csat", 0, "well, fine", True), ("wrong", seq, "", True)]


def test_the_list_is_filtered_counted_and_worked_off(cast: Cast, owner: Browser) -> None:
    row, seq, _article = answered(cast)
    rate(cast, row, seq, -1)
    rate(cast, row, None, 2, "Nobody read my words")
    mark(cast, row, seq)
    assert "<b>2</b><span>answers to mend</span>" in text(owner.get(PATH))
    mend = text(owner.get(PATH, state="mend"))
    assert "marked wrong by an agent" in mend
    assert "Nobody read my words" not in mend
    assert "Nobody read my words" in text(owner.get(PATH, kind__exact="csat"))
    assert "Nobody read my words" not in text(owner.get(PATH, language="zh-hans"))
    assert "Nobody read my words" in text(owner.get(PATH, q="nobody read"))
    with context.inside(cast.acme):
        marked = list(Feedback.objects.exclude(kind="csat").values_list("pk", flat=True))
    done = owner.post(PATH, {"action": "finish", "_selected_action": marked}, follow=True)
    assert "2 rows changed." in text(done)
    assert "<b>0</b><span>answers to mend</span>" in text(owner.get(PATH))
    owner.post(PATH, {"action": "reopen", "_selected_action": marked[:1]})
    assert [is_open for *_rest, is_open in rows(cast)].count(True) == 2


def test_feedback_is_taken_away_as_a_table_that_runs_nothing(cast: Cast, owner: Browser) -> None:
    row, _seq, _article = answered(cast)
    rate(cast, row, None, 1, "=HYPERLINK(1)")
    file = owner.get(f"{PATH}csv/", kind__exact="csat")
    assert file["Content-Type"].startswith("text/csv")
    assert "'=HYPERLINK(1)" in text(file)
    assert "HYPERLINK" not in text(owner.get(f"{PATH}csv/", kind__exact="up"))
    assert owner.get(f"{PATH}csv/", comment__regex="x").status_code == 302


def test_an_erased_conversation_leaves_no_feedback(cast: Cast) -> None:
    row, seq, _article = answered(cast)
    rate(cast, row, seq, -1)
    with context.inside(cast.acme):
        Conversation.objects.filter(pk=row.pk).delete()
    assert rows(cast) == []


@pytest.mark.parametrize(("role", "may_finish"), [(Role.OPERATOR, True), (Role.AGENT, False), (Role.VIEWER, False)])
def test_those_who_run_the_desk_work_it_off_and_the_others_read(cast: Cast, hire: Hire, role: str, may_finish: bool) -> None:
    row, seq, _article = answered(cast)
    rate(cast, row, seq, -1)
    person = hire(role)
    page = text(person.get(PATH))
    assert "Two years on everything." in page
    assert ("/admin/try/?q=How+long" in page) == (role != Role.VIEWER)
    with context.inside(cast.acme):
        pk = Feedback.objects.get().pk
    person.post(PATH, {"action": "finish", "_selected_action": [pk]})
    assert rows(cast)[0][3] != may_finish


def test_mallory_lists_opens_and_takes_away_nothing(cast: Cast, mallory: Browser) -> None:
    row, seq, _article = answered(cast)
    rate(cast, row, seq, -1, "a secret word")
    with context.inside(cast.acme):
        pk = Feedback.objects.get().pk
    assert "Two years" not in text(mallory.get(PATH))
    assert "secret" not in text(mallory.get(f"{PATH}csv/"))
    assert mallory.get(f"{PATH}{pk}/change/").status_code in (302, 404)
    assert str(row.pk) not in mallory.get(f"{PATH}{pk}/change/").headers.get("Location", "")
    mallory.post(PATH, {"action": "finish", "_selected_action": [pk]})
    assert rows(cast)[0][3]


def test_what_was_said_before_there_was_a_list_stands_in_it(cast: Cast) -> None:
    row, seq, _article = answered(cast)
    rate(cast, row, seq, 1)
    rate(cast, row, seq, -1)
    rate(cast, row, None, 5, "great")
    mark(cast, row, seq)
    before = sorted(rows(cast))
    migration = importlib.import_module("apps.conversations.migrations.0017_feedback_so_far")
    with context.inside(cast.acme):
        Feedback.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(migration.RATED)
            cursor.execute(migration.MARKED)
    assert sorted(rows(cast)) == before
