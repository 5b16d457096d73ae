"""What a customer enters into a form: read by its fields, told as people read it, refused with one sentence."""

from typing import Any

import pytest
from django.utils import translation

from apps.conversations.wire.form import Field, Form, Option, Value
from apps.tenants.refusal import Refusal

FILE = "5c1d2e7a-6b0d-4a0e-9d55-0c6c3b2f0c64"
KINDS: dict[str, tuple[Value, str, str]] = {  # what is entered, and how it is told in both languages
    "text": (" the left\n pole ", "the left pole", "the left pole"),
    "number": (2, "2", "2"),
    "money": (59.9, "59.9", "59.9"),
    "date": ("2026-12-01", "Dec. 1, 2026", "2026年12月1日"),
    "time": ("09:30:00", "09:30", "09:30"),
    "datetime": ("2026-12-01T09:30", "Dec. 1, 2026, 9:30 a.m.", "2026年12月1日 09:30"),
    "phone": ("+49 30 1234", "+49 30 1234", "+49 30 1234"),
    "email": ("vera@acme.example", "vera@acme.example", "vera@acme.example"),
    "id": ("A-17", "A-17", "A-17"),
    "choice": ("damaged", "Damaged", "Damaged"),
    "yes_no": (False, "No", "否"),
    "file": (FILE, "tent.png", "tent.png"),
}
WRONG: dict[str, Value] = {
    "text": 7,
    "number": "many",
    "money": True,
    "date": "tomorrow",
    "time": "25:00",
    "datetime": "soon",
    "email": "vera@",
    "choice": "lost",
    "yes_no": "no",
    "file": "tent.png",
}


def field(kind: str, **more: Any) -> Field:
    return Field("it", "What", kind, [Option("Damaged", "damaged")] if kind == "choice" else (), **more)


def form(*fields: Field) -> Form:
    return Form("f1", fields)


def refusal(of: Form, values: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(Refusal) as refused:
        of.fitting(values)
    return refused.value.code, str(refused.value)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_type_is_read_and_told_in_the_readers_language(kind: str) -> None:
    entered, english, chinese = KINDS[kind]
    asked = form(field(kind))
    values = asked.fitting({"it": entered})
    assert asked.told(values, {FILE: "tent.png"}) == f"What: {english}"
    with translation.override("zh-hans"):
        assert asked.told(values, {FILE: "tent.png"}) == f"What\uff1a{chinese}"


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_what_a_field_cannot_hold_is_refused_by_its_label(kind: str) -> None:
    assert refusal(form(field(kind)), {"it": WRONG[kind]}) == ("bad_frame", "What: this doesn't look right. Please check it.")


def test_an_example_is_told_where_there_is_one_unless_the_field_is_sensitive() -> None:
    told = "What: this doesn't look right. It should look like 2026-12-01."
    assert refusal(form(field("date", example="2026-12-01")), {"it": "soon"}) == ("bad_frame", told)
    assert "2026" not in refusal(form(field("date", example="2026-12-01", sensitive=True)), {"it": "soon"})[1]


def test_what_is_lacking_unknown_or_too_long_is_refused_with_one_sentence() -> None:
    asked = form(Field("order", "Order number"), Field("why", "Reason"), Field("more", "Anything else", required=False))
    assert refusal(asked, {"order": " \u200b ", "why": None}) == ("bad_frame", "Please fill in: Order number, Reason.")
    assert refusal(asked, {"order": "1", "why": "2", "admin": "3"}) == ("bad_frame", "This form has no field admin.")
    assert refusal(asked, {"order": "x" * 2_001, "why": "2"})[0] == "too_long"
    many = form(*(Field(f"f{n}", f"Field {n}") for n in range(6)))
    assert refusal(many, {f"f{n}": "x" * 2_000 for n in range(6)})[0] == "too_long"


def test_what_may_stay_empty_is_left_out() -> None:
    asked = form(Field("order", "Order number:"), Field("more", "Anything else?", required=False))
    assert asked.fitting({"order": "1"}) == {"order": "1"}
    assert asked.told({"order": "1"}, {}) == "Order number: 1"
    assert asked.told({"order": "1", "more": "no hurry"}, {}) == "Order number: 1 · Anything else? no hurry"
    assert form(Field("opened", "包装是否已拆开？", "yes_no")).told({"opened": True}, {}) == "包装是否已拆开？Yes"
    nothing = form(Field("more", "Anything else?", required=False))
    assert nothing.told(nothing.fitting({}), {}) == "(nothing entered)"


def test_a_sensitive_value_is_masked_and_never_stands_in_the_form_already() -> None:
    card = Field("card", "Card", value="4111 1111 1111 1111", sensitive=True)
    assert "value" not in card.stored()
    asked = form(card)
    assert asked.told(asked.fitting({"card": "4111 1111 1111 1111"}), {}) == "Card: ••••1111"
    assert asked.told(asked.fitting({"card": "123456"}), {}) == "Card: ••••"


def test_a_form_is_what_it_was_after_it_was_stored() -> None:
    asked = Form(
        "f1", (Field("a", "A", "choice", (Option("One", "1"),), value="1", example="2"), Field("b", "B", required=False))
    )
    assert Form.read(asked.stored()) == asked
