"""An answer to a form is no question: what reads questions and remembers them leaves it alone. A wish is heard even there."""

from typing import Any

from apps.conversations.bot import recall
from apps.conversations.bot.recall import Line
from apps.conversations.bot.story import HandedOver, Said, Story
from apps.conversations.bot.turn import take_turn
from apps.conversations.models import Cause
from tests.conversations.bot.test_turn import RETURNS, Reach, end_of, hit


def filled(form: str = "f1", **values: Any) -> Line:
    text = " · ".join(f"Reason: {value}" for value in values.values())
    return Line("visitor", text, form=form, values=values)


def asking(form: str = "f1") -> Line:
    return Line("bot", "Two things.", form=form)


def told(*lines: Line, reach: Reach | None = None) -> Said | HandedOver:
    story = Story(lines[-1].text, "en", lines, "Acme", sure=0.75, floor=0.35)
    return end_of(list(take_turn(story, reach or Reach())))


def test_a_message_is_read_as_it_is_stored() -> None:
    body = {"text": "Reason: damaged", "form": {"id": "f1"}, "values": {"reason": "damaged"}, "secrets": "x"}
    line = Line.of("visitor", body, {"card": "4111"})
    assert line == Line("visitor", "Reason: damaged", form="f1", values={"reason": "damaged", "card": "4111"})
    assert line.is_answer
    assert not Line.of("bot", {"text": "Two things.", "form": {"id": "f1", "fields": []}}).is_answer
    assert not Line.of("visitor", {"text": "Hello"}).is_answer


def test_the_language_and_the_question_before_are_not_taken_from_a_form() -> None:
    lines = [Line("visitor", "How do I return a tent?"), asking(), filled(reason="退货原因"), Line("visitor", "ok")]
    assert recall.language(lines, default="zh-hans") == "en"
    assert recall.question_before(lines) == "How do I return a tent?"
    assert recall.question_before([*lines[:3], Line("visitor", "and how long?")]) == "How do I return a tent?"
    assert "退货" not in " ".join(recall.contexts([*lines[:3], Line("visitor", "how long does that take?")]))


def test_the_same_answer_three_times_is_no_repetition() -> None:
    lines = [
        asking(),
        filled(reason="damaged"),
        asking("f2"),
        filled("f2", reason="damaged"),
        asking("f3"),
        filled("f3", reason="damaged"),
    ]
    reach = Reach({lines[-1].text: [hit(0.9)]})
    end = told(*lines, reach=reach)
    assert isinstance(end, Said)
    assert end.text == RETURNS


def test_what_was_said_in_a_form_is_not_looked_up_in_the_memory_of_answers() -> None:
    reach = Reach({"Reason: damaged": [hit(0.9)]}, before=Said("Something remembered.", 0))
    end = told(asking(), filled(reason="damaged"), reach=reach)
    assert isinstance(end, Said)
    assert end.text == RETURNS


def test_a_wish_for_a_person_is_heard_in_a_field_but_not_in_a_label() -> None:
    end = told(asking(), filled(reason="I want to talk to a human"))
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.ASKED
    label = Line("visitor", "Talk to a person: no", form="f1", values={"person": False})
    other = told(asking(), label)
    assert not (isinstance(other, HandedOver) and other.cause == Cause.ASKED)


def test_what_is_typed_beside_the_form_counts_as_well() -> None:
    end = told(asking(), filled(reason="damaged"), Line("visitor", "let me talk to a real person"))
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.ASKED
