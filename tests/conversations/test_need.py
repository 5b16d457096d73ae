"""What is handed over is the need, not what happened to be said last."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone

from apps.conversations import handover, need
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Handover
from apps.flows.engine.place import Place
from apps.releases.publishing import active
from apps.tenants import context
from tests.cast import Cast

ANGRY = "My order 10442 never arrived and I am really angry"


def talk(cast: Cast, *said: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> Conversation:
    """visitor, told (an answer with its source), bot, agent, marked (the last answer as wrong)."""
    row = Conversation.objects.create(visitor=cast.vera, release=active().number)
    for who, text, *more in said:
        with pages.page(row.pk) as page:
            if who == "marked":
                page.append(Event.Kind.RATED, Event.Author.VISITOR, {"of": page.conversation.last_seq, "score": -1})
                continue
            body = {"text": text, **(more[0] if more else {}), **({"sources": [{"title": "x"}]} if who == "told" else {})}
            page.append(Event.Kind.MESSAGE, {"told": "bot"}.get(who, who), body)
    row.refresh_from_db()
    return row


def of(cast: Cast, *said: Any) -> need.Need:
    return need.of(talk(cast, *said))


def test_the_need_is_all_since_somebody_served_them(acme: Cast) -> None:
    found = of(
        acme,
        ("visitor", "How long does shipping take?"),
        ("told", "3 to 5 days."),
        ("visitor", ANGRY),
        ("bot", "I don't know that."),
        ("visitor", "", {"attachments": [{"name": "parcel.jpg"}]}),
        ("visitor", "vera@example.org"),
        ("visitor", "are you hiring?"),
        ("bot", "I don't know that."),
        ("visitor", "agent please"),
    )
    assert found.asked == ANGRY
    assert list(found.messages) == [ANGRY, "[parcel.jpg]", "are you hiring?"]
    assert list(found.files) == ["parcel.jpg"]
    assert (found.said, found.why, found.upset) == ("", "", True)


@pytest.mark.parametrize(
    ("said", "asked", "answer", "why"),
    [
        ([("visitor", "how do I return it?"), ("told", "Open Your orders."), ("visitor", "let me talk to a person")],
         "how do I return it?", "Open Your orders.", "person_wanted"),
        ([("visitor", "how do I return it?"), ("told", "Open Your orders."), ("marked", "")],
         "how do I return it?", "Open Your orders.", "marked_wrong"),
        ([("visitor", "how do I return it?"), ("told", "Open Your orders."), ("visitor", "it is broken, I want a new one")],
         "it is broken, I want a new one", "", ""),
        ([("visitor", "my tent leaks"), ("agent", "We send a new one."), ("visitor", "thanks"), ("visitor", "转人工")],
         "转人工", "", ""),
        ([("visitor", "我的订单 10442 一直没收到"), ("bot", "不清楚。"), ("visitor", "你们招人吗"), ("visitor", "转人工")],
         "我的订单 10442 一直没收到", "", ""),
        ([("visitor", "first"), ("told", "a"), ("visitor", "second question here"), ("told", "b"), ("visitor", "agent please")],
         "second question here", "b", "person_wanted"),
        ([("visitor", "is it this?"), ("told", "Perhaps.", {"buttons": [{"label": "a", "say": "a"}]}), ("visitor", "no")],
         "is it this?", "", ""),
        ([("visitor", "hello")], "hello", "", ""),
        ([], "", "", ""),
    ],
)  # fmt: skip
def test_what_was_not_enough_stands_beside_it(acme: Cast, said: Sequence[Any], asked: str, answer: str, why: str) -> None:
    found = of(acme, *said)
    assert (found.asked, found.said, found.why) == (asked, answer, why)


def test_all_served_they_come_back_to_their_last_words(acme: Cast) -> None:
    found = of(acme, ("visitor", "my tent leaks, help"), ("agent", "We send a new one."))
    assert (found.asked, list(found.messages)) == ("my tent leaks, help", ["my tent leaks, help"])


def test_a_handover_carries_it_and_takes_what_comes_later(acme: Cast) -> None:
    row = talk(acme, ("visitor", ANGRY), ("bot", "I don't know that."), ("visitor", "are you hiring?"))
    handover.ask_for_person(row.pk)
    stored = Handover.objects.get(conversation=row).summary
    assert (stored["asked"], stored["messages"], stored["upset"]) == (ANGRY, [ANGRY, "are you hiring?"], True)
    Conversation.objects.update(closed_at=timezone.now())
    other = talk(acme, ("visitor", ANGRY))
    handover.ask_for_person(other.pk, "It is about my refund")
    assert Handover.objects.get(conversation=other).summary["asked"] == "It is about my refund"


def test_another_tenants_words_are_in_no_need(acme: Cast) -> None:
    row = talk(acme, ("visitor", ANGRY))
    with context.inside(acme.globex):
        assert need.of(row).stored() == {}


def test_a_summary_taken_up_again_holds_nothing_that_was_served_since(acme: Cast) -> None:
    row = talk(
        acme, ("visitor", "this is unacceptable, it broke"), ("agent", "We send a new one."), ("visitor", "and my tent pegs?")
    )
    before = {"tried": "3", "asked": "it broke", "messages": ["it broke"], "files": ["a.jpg"], "said": "No.", "upset": True}
    assert need.told(row, before) == {"tried": "3", "asked": "and my tent pegs?", "messages": ["and my tent pegs?"]}


def test_what_fills_a_flows_slots_is_in_no_summary_however_it_comes_to_a_person(acme: Cast) -> None:
    number = ("visitor", "the number of my phone is +1 503 555 0143")
    row = talk(acme, ("visitor", "I want to book a fitting"), ("bot", "Which number?"), number)
    with pages.page(row.pk) as page:
        page.conversation.stand(Place("run", "fitting", "who").stored())
    handover.leave_contact(row.pk, "vera@example.org", "Vera")
    assert "503" not in str(Handover.objects.get(conversation=row).summary)
