"""What customers chose under “Was it this?” is suggested as a question of a set, and a person decides."""

import pytest

from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Turn
from apps.insights import runs, suggesting
from apps.insights.models import EvaluationSet, Item
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Role, Site
from tests.admin.conftest import Browser, Hire, at, hire, mallory, owner, text  # noqa: F401  fixtures
from tests.admin.test_try import talk
from tests.cast import Cast
from tests.knowledge.conftest import SHOP, know

ASKED, RIGHT = "how long", "How long is the warranty?"


@pytest.fixture
def doubted(cast: Cast) -> Conversation:
    """A conversation in which the bot asked “Was it this?”."""
    with context.inside(cast.acme):
        for title, body, others in SHOP[:5]:
            know(title, body, alternatives=others, language="en")
        Site.objects.update(sure=0.999, floor=0.0)
        from apps.releases.publishing import publish

        publish()
        EvaluationSet.objects.create(name="Ours")
    row = talk(cast, ASKED)
    with context.inside(cast.acme):
        assert buttons(row), "the bot was sure"
    return row


def shown(row: Conversation) -> Event:
    return Event.objects.filter(conversation=row, author=Event.Author.BOT, kind=Event.Kind.MESSAGE).earliest("seq")


def buttons(row: Conversation) -> list[str]:
    return [button["say"] for button in shown(row).body.get("buttons", ())]


def says(cast: Cast, row: Conversation, words: str) -> None:
    with context.inside(cast.acme), pages.page(row.pk) as page:
        page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"author": {"kind": "visitor", "name": ""}, "text": words})


def rates(cast: Cast, row: Conversation, score: int) -> None:
    with context.inside(cast.acme), pages.page(row.pk) as page:
        page.append(Event.Kind.RATED, Event.Author.VISITOR, {"of": shown(row).seq, "score": score})


def test_a_pressed_button_and_a_thumb_up_suggest_a_question(cast: Cast, doubted: Conversation) -> None:
    with context.inside(cast.acme):
        assert suggesting.suggestions() == []
        first, *_others, person = buttons(doubted)
        source = shown(doubted).body["sources"][0]["title"]
    rates(cast, doubted, 1)
    with context.inside(cast.acme):
        (praised,) = suggesting.suggestions()
        assert (praised.question, praised.article, praised.pressed) == (ASKED, source, False)
    says(cast, doubted, first)
    with context.inside(cast.acme):
        (pressed,) = suggesting.suggestions()
        assert (pressed.article, pressed.pressed, pressed.conversation) == (first, True, doubted.pk)
        assert person != first


def test_a_button_named_in_words_is_answered_and_suggests_a_question_too(cast: Cast, doubted: Conversation) -> None:
    row = talk(cast, ASKED, "the first one please")
    with context.inside(cast.acme):
        first, *_others = buttons(row)
        (chosen,) = suggesting.suggestions()
        assert (chosen.article, chosen.pressed, chosen.conversation) == (first, True, row.pk)
        answers = Event.objects.filter(conversation=row, author=Event.Author.BOT, kind=Event.Kind.MESSAGE).order_by("seq")
        assert answers[1].body["sources"][0]["title"] == first


@pytest.mark.parametrize("words", ["something else", None])
def test_other_words_and_a_person_suggest_nothing(cast: Cast, doubted: Conversation, words: str | None) -> None:
    with context.inside(cast.acme):
        said = words or buttons(doubted)[-1]
    says(cast, doubted, said)
    rates(cast, doubted, -1)
    with context.inside(cast.acme):
        assert suggesting.suggestions() == []


def test_a_person_adds_it_or_dismisses_it(cast: Cast, doubted: Conversation, owner: Browser) -> None:  # noqa: F811
    with context.inside(cast.acme):
        first, chosen = buttons(doubted)[0], EvaluationSet.objects.get()
        turn = Turn.objects.get()
    says(cast, doubted, first)
    page = f"/admin/insights/evaluationset/{chosen.pk}"
    assert "What customers chose" in text(owner.get(f"{page}/change/"))
    owner.post(f"{page}/decide/", {"turn": str(turn.pk), "accept": "1"})
    assert "What customers chose" not in text(owner.get(f"{page}/change/"))
    with context.inside(cast.acme):
        item = Item.objects.get()
        assert (item.origin, item.conversation) == (Item.Origin.CHOSEN, doubted.pk)
        assert item.turns == [{"question": ASKED, "expected": {"articles": [first]}}]
        assert runs.run_at_once(chosen).totals["known"]["asked"] == 1
        with pytest.raises(Refusal, match="decided about"):
            suggesting.dismiss(turn.pk, by=cast.alice)
    owner.post(f"{page}/decide/", {"turn": str(turn.pk), "accept": "1"})
    with context.inside(cast.acme):
        assert Item.objects.count() == 1
    assert owner.post(f"{page}/decide/", {"turn": "x"}).status_code == 404


def test_a_dismissed_one_does_not_come_back(cast: Cast, doubted: Conversation) -> None:
    with context.inside(cast.acme):
        first = buttons(doubted)[0]
    says(cast, doubted, first)
    with context.inside(cast.acme):
        suggesting.dismiss(suggesting.suggestions()[0].turn, by=cast.alice)
        assert suggesting.suggestions() == []
        assert not Item.objects.exists()


def test_nobody_else_decides(
    cast: Cast,
    doubted: Conversation,
    mallory: Browser,  # noqa: F811
    hire: Hire,  # noqa: F811
) -> None:
    with context.inside(cast.acme):
        first, chosen, turn = buttons(doubted)[0], EvaluationSet.objects.get(), Turn.objects.get()
    says(cast, doubted, first)
    with context.inside(cast.globex):
        own = EvaluationSet.objects.create(name="Own", pk=chosen.pk)
    page = f"/admin/insights/evaluationset/{own.pk}"
    assert ASKED not in text(mallory.get(f"{page}/change/"))
    mallory.post(f"{page}/decide/", {"turn": str(turn.pk), "accept": "1"})
    for role in (Role.AGENT, Role.VIEWER):
        assert hire(role).post(f"{page}/decide/", {"turn": str(turn.pk), "accept": "1"}).status_code == 403
    with context.inside(cast.globex):
        assert not Item.objects.exists()
    with context.inside(cast.acme):
        assert len(suggesting.suggestions()) == 1
        assert not Item.objects.exists()
