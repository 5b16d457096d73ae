"""A rule that would change or end many messages is put in force by a second decision only."""

from typing import Any

import pytest

from apps.filters.models import Filter
from apps.filters.past import brake
from apps.releases.publishing import activate, active, publish
from apps.tenants import context
from tests.admin.conftest import Browser, text
from tests.admin.test_filters import LIST, given, rows
from tests.agents.asking import ask
from tests.cast import Cast

BLOCKS: dict[str, Any] = {
    **{"directions": ["from_customer"], "action": "block", "say": "No.", "words": "parcel"},
    **{"must_catch": "", "must_pass": ""},
}


@pytest.fixture
def asked(cast: Cast) -> Cast:
    """Acme's customers wrote 25 messages, 10 of which are about parcels; all of Globex's are."""
    with context.inside(cast.acme):
        active()
        for number in range(25):
            ask(f"My parcel {number} is lost" if number < 10 else f"Question {number}")
    with context.inside(cast.globex):
        for number in range(60):
            ask(f"Mallory's parcel {number}")
    return cast


def test_it_is_refused_with_its_share_and_saved_all_the_same(asked: Cast, owner: Browser) -> None:
    assert 'type="hidden" name="anyway"' in text(owner.get(f"{LIST}add/"))
    refused = text(owner.post(f"{LIST}add/", given(**BLOCKS)))
    assert "It would stop 40 % of the last 25 messages that it looks at. Nothing was saved." in refused
    assert 'type="checkbox" name="anyway"' in refused
    assert rows(asked) == []
    assert owner.post(f"{LIST}add/", given(**BLOCKS, anyway="on")).status_code == 302
    (row,) = rows(asked)
    assert row.enabled
    with context.inside(asked.acme):
        assert len(active().frozen["filters"]["rules"]) == 1
    # It is live as it is, so what else is changed of it asks nothing.
    assert owner.post(f"{LIST}{row.pk}/change/", given(**BLOCKS, order="3", name="parcels")).status_code == 302
    changed = text(owner.post(f"{LIST}{row.pk}/change/", given(**{**BLOCKS, "words": "is lost"})))
    assert "It would stop 40 %" in changed
    assert [row.settings["words"] for row in rows(asked)] == [["parcel"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"words": "parcel 1"},
        {"action": "flag"},
        {"enabled": ""},
        {"directions": ["from_bot"]},
        {"languages": ["zh-hans"]},
    ],
)
def test_what_does_little_only_marks_or_is_a_draft_is_saved(asked: Cast, owner: Browser, changed: dict[str, Any]) -> None:
    assert owner.post(f"{LIST}add/", given(**{**BLOCKS, **changed})).status_code == 302
    assert len(rows(asked)) == 1


def test_masking_for_models_changes(asked: Cast, owner: Browser) -> None:
    refused = text(owner.post(f"{LIST}add/", given(**{**BLOCKS, "directions": ["to_model"], "action": "mask"})))
    assert "It would change 40 % of the last 25 messages" in refused


def test_of_few_messages_nothing_can_be_said(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        for number in range(brake.FEWEST - 1):
            ask(f"My parcel {number} is lost")
    assert owner.post(f"{LIST}add/", given(**BLOCKS)).status_code == 302


@pytest.mark.usefixtures("worker")
def test_a_rule_that_needs_encoders_is_judged_by_a_worker(asked: Cast, owner: Browser) -> None:
    topic = {**BLOCKS, "kind": "topic", "examples": "My parcel is lost\nMy parcel 3 is lost\nI lost my parcel 5"}
    failing = text(owner.post(f"{LIST}add/", given(**{**topic, "must_catch": "What a lovely morning"})))
    assert "It does not catch “What a lovely morning”." in failing
    assert "of the last 25 messages" in text(owner.post(f"{LIST}add/", given(**topic)))
    assert rows(asked) == []
    assert owner.post(f"{LIST}add/", given(**topic, anyway="on")).status_code == 302


def test_of_a_ready_made_set_it_is_taken_as_a_draft(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        for number in range(30):
            ask(f"我的手机号是138001380{number:02}")
    page = text(owner.post(f"{LIST}starters/personal/", follow=True))
    assert "“Chinese personal data” was taken as a draft. It would change 100 % of the last 30 messages" in page
    enabled = {row.name: row.enabled for row in rows(cast)}
    assert enabled == {"Chinese personal data": False, "Personal data elsewhere": True}


def test_going_back_to_a_release_is_a_decision_already(asked: Cast) -> None:
    with context.inside(asked.acme):
        usual = {"directions": ["from_customer"], "action": "block", "say": "No."}
        row = Filter.objects.create(name="all", kind="regex", settings={"pattern": "."}, enabled=True, **usual)
        with_it = publish()
        row.enabled = False
        row.save()
        publish()
        activate(with_it)
        row.refresh_from_db()
        assert row.enabled
