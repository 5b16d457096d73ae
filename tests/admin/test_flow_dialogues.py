"""Example dialogues in the admin: played by a worker on the text as it stands, told with the line that differs."""

import json
from typing import Any

import pytest
from django.core.cache import cache

from apps.flows.models import Flow, Proof
from apps.flows.tasks import play_dialogues, try_dialogues
from apps.releases.models import Candidate
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text
from tests.admin.test_flows import LIST, checked, frozen, given, write
from tests.cast import Cast
from tests.flows.test_proving import OTHERWISE, TEXT

PLAY = f"{LIST}play/"


@pytest.fixture(autouse=True)
def forgotten(cast: Cast) -> None:
    with context.inside(cast.acme):
        cache.clear()


def begun(browser: Browser, written: str, flow: str = "") -> str:
    response = browser.post(PLAY, {"text": written, "flow": flow})
    assert response.status_code == 200
    ask: str = json.loads(response.content)["ask"]
    return ask


def played(cast: Cast, browser: Browser, written: str, flow: str = "") -> dict[str, Any]:
    ask = begun(browser, written, flow)
    assert json.loads(browser.get(ask).content) == {}, "it waits for the worker"
    with context.inside(cast.acme):
        try_dialogues.run(trial=ask.rstrip("/").rpartition("/")[2])
    found: dict[str, Any] = json.loads(browser.get(ask).content)
    return found


def dialogue(browser: Browser, written: str, flow: str = "") -> dict[str, Any]:
    (found,) = checked(browser, written, flow)["dialogues"]
    return dict(found)


def test_what_differs_is_told_at_its_line(cast: Cast, hire: Hire) -> None:
    operator, page = hire(Role.OPERATOR), write(cast, "greet", OTHERWISE)
    key = page.split("/")[-3]
    assert dialogue(operator, OTHERWISE, key)["state"] == "open"
    assert played(cast, operator, OTHERWISE, key) == {"played": 1}
    found = dialogue(operator, OTHERWISE, key)
    assert (found["name"], found["state"], found["turn"], found["said"]) == ("a greeting", "failed", 2, "Paris")
    assert (found["problem"]["line"], found["problem"]["column"]) == (11, 33)
    assert found["problem"]["sentence"] == "Expected the words “Hello to Paris”; said was: “Goodbye to Paris.”."
    assert dialogue(operator, TEXT, key)["state"] == "open", "another text"
    played(cast, operator, TEXT, key)
    assert dialogue(operator, TEXT, key)["state"] == "passed"
    assert checked(operator, "states: [", key)["dialogues"] is None
    assert "has errors" in played(cast, operator, "states: [", key)["problem"]


def test_a_flow_whose_dialogues_differ_is_not_enabled(cast: Cast, owner: Browser) -> None:
    page = write(cast, "greet", OTHERWISE)
    played(cast, owner, OTHERWISE, page.split("/")[-3])
    refused = owner.post(page, given("greet", OTHERWISE, enabled=True))
    assert "Dialogue “a greeting”, line 2 (“Paris”)" in text(refused)
    assert frozen(cast) == []
    assert owner.post(page, given("greet", OTHERWISE)).status_code == 302, "a draft may be wrong"


def test_a_save_goes_live_when_its_dialogues_were_played(cast: Cast, owner: Browser) -> None:
    frozen(cast)
    page = write(cast, "greet")
    told = text(owner.post(page, given("greet", TEXT, enabled=True), follow=True))
    assert "It goes live when it has passed its check" in told
    assert frozen(cast) == []
    release = text(owner.get("/admin/releases/release/2/change/"))
    assert "being checked" in release
    assert "greet" in release
    with context.inside(cast.acme):
        play_dialogues.run()
    assert [each["name"] for each in frozen(cast)] == ["greet"]


def test_one_that_was_held_back_says_why_on_its_page(cast: Cast, owner: Browser) -> None:
    frozen(cast)
    page = write(cast, "greet")
    owner.post(page, given("greet", OTHERWISE, enabled=True))
    with context.inside(cast.acme):
        play_dialogues.run()
        assert Candidate.objects.get().state == Candidate.State.HELD
    assert "Dialogue “a greeting”, line 2" in text(owner.get("/admin/releases/release/2/change/"))


def test_others_play_none_and_see_none_of_anothers(cast: Cast, owner: Browser, hire: Hire, mallory: Browser) -> None:
    ask = begun(owner, TEXT)
    assert owner.get(PLAY).status_code == 405
    assert owner.post(PLAY, {"text": "x" * 200_001}).status_code == 400
    for role in (Role.AGENT, Role.VIEWER):
        browser = hire(role)
        assert browser.post(PLAY, {"text": TEXT}).status_code == 403
        assert browser.get(ask).status_code == 403
    for browser in (mallory, hire(Role.OPERATOR)):
        assert "problem" in json.loads(browser.get(ask).content)
    played(cast, owner, TEXT)
    assert dialogue(owner, TEXT)["state"] == "passed"
    assert dialogue(mallory, TEXT)["state"] == "open"
    with context.inside(cast.globex):
        assert not Proof.objects.exists()
        assert not Flow.objects.exists()
