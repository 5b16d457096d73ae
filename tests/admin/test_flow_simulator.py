"""The simulator of flows: a draft is chatted with by a worker, and nothing of it is kept."""

import json
from typing import Any

import pytest
from django.core.cache import cache

from apps.flows.admin import starting
from apps.flows.models import Flow
from apps.flows.tasks import try_flow
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire
from tests.cast import Cast
from tests.flows.engine.test_approve import REFUND
from tests.flows.test_play import LOOKUP

TRY = "/admin/flows/flow/try/"
RETURNS = next(each.text for each in starting.readymade() if each.key == "returns.en")


@pytest.fixture(autouse=True)
def forgotten(cast: Cast) -> None:
    with context.inside(cast.acme):
        cache.clear()


def begun(browser: Browser, lines: list[str], text: str = RETURNS, flow: str = "") -> dict[str, Any]:
    response = browser.post(TRY, {"text": text, "flow": flow, "lines": json.dumps(lines)})
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def played(cast: Cast, browser: Browser, lines: list[str], text: str = RETURNS, flow: str = "") -> dict[str, Any]:
    ask = begun(browser, lines, text, flow)["ask"]
    assert json.loads(browser.get(ask).content) == {}, "it waits for the worker"
    with context.inside(cast.acme):
        try_flow.run(trial=ask.rstrip("/").rpartition("/")[2])
    found: dict[str, Any] = json.loads(browser.get(ask).content)
    return found


def test_a_draft_is_walked_to_its_end(cast: Cast, hire: Hire) -> None:
    operator = hire(Role.OPERATOR)
    lines = played(cast, operator, ["I want to return something", "20261105001", "it is broken", "yes"])["lines"]
    assert [line["state"] for line in lines] == ["Order and reason", "Order and reason", "Confirm", "Leave a ticket"]
    assert lines[1]["buttons"] == ["It does not fit", "It is broken", "Another reason"]
    assert ["order number", "20261105001"] in lines[1]["slots"]
    assert "20261105001" in lines[2]["reply"][-1]
    assert [line["path"] for line in lines] == [["Order and reason"], [], ["Confirm"], ["Leave a ticket"]]
    assert lines[3]["ended"] == "done"
    with context.inside(cast.acme):
        assert not Flow.objects.exists()


def test_a_text_with_errors_says_so(cast: Cast, owner: Browser) -> None:
    assert "has errors" in played(cast, owner, ["hello"], "states: [")["problem"]


def test_nonsense_is_refused(cast: Cast, owner: Browser) -> None:
    for lines in ("", "{", '"x"', "[1]", json.dumps(["x" * 2001])):
        assert owner.post(TRY, {"text": RETURNS, "lines": lines}).status_code == 400
    assert owner.get(TRY).status_code == 405
    assert "long enough" in begun(owner, ["x"] * 51)["problem"]


def test_others_try_none_and_see_none_of_anothers(cast: Cast, owner: Browser, hire: Hire, mallory: Browser) -> None:
    ask = begun(owner, ["hello"])["ask"]
    for role in (Role.AGENT, Role.VIEWER):
        browser = hire(role)
        assert browser.post(TRY, {"text": RETURNS, "lines": "[]"}).status_code == 403
        assert browser.get(ask).status_code == 403
    for browser in (mallory, hire(Role.OPERATOR)):
        assert "lines" not in json.loads(browser.get(ask).content)
        assert "problem" in json.loads(browser.get(ask).content)


def test_whoever_tries_a_flow_answers_for_the_colleague(cast: Cast, owner: Browser) -> None:
    for answer, reply in (("granted", "Granted."), ("", "Not now.")):
        lines = played(cast, owner, ["refund me", answer], REFUND)["lines"]
        assert lines[0]["asks"] == {"question": "Refund 20?", "choices": ["granted", "refused"]}
        assert (lines[1]["reply"], lines[1]["asks"]) == ([reply], None)


def test_whoever_tries_a_flow_answers_for_the_system(cast: Cast, owner: Browser) -> None:
    first, last = played(cast, owner, ["20418", '{"sum": "3", "paid": "yes"}'], LOOKUP)["lines"]
    assert first["calls"]["request"] == "POST shop /orders"
    assert [each["label"] for each in first["calls"]["slots"]] == ["total", "paid"]
    assert (last["reply"], last["ended"], last["calls"]) == (["It was €3."], "done", None)
    assert ["total", "€3"] in last["slots"], "shown with its currency"


def test_what_is_somebodys_own_is_shown_by_its_end(cast: Cast, owner: Browser) -> None:
    text = LOOKUP.replace("pattern: '[0-9]{5}'", "pattern: '[0-9]{5}', sensitive: true")
    (line,) = played(cast, owner, ["20418"], text)["lines"]
    assert ["order id", "20418"] not in line["slots"]
    assert "order id" in dict(line["slots"])
