"""What filters found, listed; what people say of messages; and how what is learnt comes into a rule."""

import pytest

from apps.conversations.marking import lessons
from apps.conversations.models import Event, Hit, Lesson, Mark
from apps.filters.models import Filter
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text
from tests.admin.test_filters import LIST as FILTERS
from tests.admin.test_filters import given
from tests.agents.asking import ask
from tests.cast import Cast
from tests.conversations.marking.test_lessons import ABUSE, BAGS

MARKS, HITS = "/admin/conversations/mark/", "/admin/conversations/hit/"


def said(cast: Cast, words: str = "这个垃圾袋多大") -> Event:
    with context.inside(cast.acme):
        row = ask(words, language="zh-hans")
        event = row.events.get(kind=Event.Kind.MESSAGE)
        facts = {"release": 1, "rule": "7", "name": "offence", "direction": "from_customer", "action": "flag"}
        Hit.objects.create(conversation=row, event=event, start=0, end=len(words), text=words, **facts)
        return event


def test_a_find_is_listed_with_its_message_and_marked_there(cast: Cast, hire: Hire) -> None:
    event, agent = said(cast), hire(Role.AGENT)
    page = text(agent.get(HITS))
    assert "这个垃圾袋多大" in page
    assert f"{MARKS}say/{event.pk}/" in page
    told = text(agent.post(f"{MARKS}say/{event.pk}/", {"offensive": "0"}))
    assert "not offensive" in told
    with context.inside(cast.acme):
        assert Mark.objects.get().text == "这个垃圾袋多大"
    assert "not offensive" in text(agent.get(HITS))
    assert "这个垃圾袋多大" in text(agent.get(MARKS))
    assert "Not offensive" in text(agent.post(f"{MARKS}say/{event.pk}/", {"offensive": ""}))
    with context.inside(cast.acme):
        assert not Mark.objects.exists()


def test_a_message_is_marked_in_its_conversation(cast: Cast, owner: Browser) -> None:
    event = said(cast)
    page = text(owner.get(f"/admin/conversations/conversation/{event.conversation_id}/change/"))
    assert "offence: mark the message for agents" in page
    assert f"{MARKS}say/{event.pk}/" in page


def test_who_may_only_look_marks_nothing(cast: Cast, hire: Hire) -> None:
    event, viewer = said(cast), hire(Role.VIEWER)
    assert "这个垃圾袋多大" in text(viewer.get(HITS))
    assert f"say/{event.pk}" not in text(viewer.get(HITS))
    for path, data in ((f"say/{event.pk}/", {"offensive": "1"}), ("write/", {"texts": "x"}), ("learn/", {})):
        assert viewer.post(f"{MARKS}{path}", data).status_code == 403
    agent = hire(Role.AGENT)
    assert agent.post(f"{MARKS}learn/").status_code == 403


def test_mallory_sees_and_marks_nothing_of_acmes(cast: Cast, mallory: Browser) -> None:
    event = said(cast)
    with context.inside(cast.acme):
        Mark.say(event, True, cast.bob)
        hit = Hit.objects.get()
    for page in (HITS, MARKS):
        assert "垃圾袋" not in text(mallory.get(page))
    assert mallory.post(f"{MARKS}say/{event.pk}/", {"offensive": "0"}).status_code == 404
    assert mallory.get(f"{HITS}{hit.pk}/change/").status_code == 404
    with context.inside(cast.acme):
        assert Mark.objects.get().offensive


def test_marks_are_taken_back_from_their_list(cast: Cast, hire: Hire) -> None:
    operator = hire(Role.OPERATOR)
    operator.post(f"{MARKS}write/", {"texts": "你真蠢\n\n你真蠢\n滚开", "offensive": "1"})
    with context.inside(cast.acme):
        first, second = Mark.objects.values_list("pk", flat=True)
    page = operator.post(MARKS, {"action": "take_back", "_selected_action": [first]}, follow=True)
    assert "1 mark taken back." in text(page)
    with context.inside(cast.acme):
        assert [row.pk for row in Mark.objects.all()] == [second]


@pytest.mark.usefixtures("worker")
def test_what_was_learnt_is_taken_into_use_by_saving_a_rule(cast: Cast, hire: Hire) -> None:
    operator = hire(Role.OPERATOR)
    rule = given(kind="classifier", words="", threshold="0.8", directions=["from_customer"], action="flag")
    operator.post(f"{FILTERS}add/", rule | {"must_catch": "", "must_pass": "转账失败怎么办"})
    page = text(operator.post(f"{MARKS}learn/", follow=True))
    assert "It takes 10 marks of each side. There are 0 offensive ones and 0 others." in page
    operator.post(f"{MARKS}write/", {"texts": "\n".join(ABUSE), "offensive": "1"})
    operator.post(f"{MARKS}write/", {"texts": "\n".join(BAGS), "offensive": "0"})
    assert "A worker is learning" in text(operator.post(f"{MARKS}learn/", follow=True))
    with context.inside(cast.acme):
        row = Filter.objects.get()
        lessons.advance(str(Lesson.objects.get().pk))
        learnt = Lesson.objects.get()
    card = text(operator.get(f"{MARKS}lesson/"))
    assert f"{FILTERS}{row.pk}/change/?weights={learnt.weights}" in card
    form = text(operator.get(f"{FILTERS}{row.pk}/change/", weights=learnt.weights))
    assert f'value="{learnt.weights}" selected' in form
    changed = rule | {"must_catch": "", "must_pass": BAGS[0], "weights": learnt.weights}
    assert "is live" in text(operator.post(f"{FILTERS}{row.pk}/change/", changed, follow=True))
    with context.inside(cast.acme):
        assert active().frozen["filters"]["rules"][0]["settings"]["weights"] == learnt.weights
    assert "in “promises”" in text(operator.get(MARKS))
    wrong = text(operator.post(f"{FILTERS}{row.pk}/change/", changed | {"weights": "0" * 64}))
    assert "Select a valid choice" in wrong
