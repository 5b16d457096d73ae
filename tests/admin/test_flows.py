"""Flows in the admin: begun from something, checked as they are written, published only when they load."""

import json
from typing import Any

import pytest
from django.utils import timezone, translation

from apps.conversations.models import Conversation, Visit
from apps.flows.admin import starting
from apps.flows.admin.descriptions import DESCRIPTIONS, KINDS
from apps.flows.admin.language import language
from apps.flows.definition import loading
from apps.flows.models import Flow
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text
from tests.cast import Cast
from tests.flows.definition.texts import RETURN as RETURNS

LIST = "/admin/flows/flow/"
CHECK = f"{LIST}check/"
VISITS = "/admin/flows/visits/"
GOOD = "title: Hello\nstates:\n  - name: Greet\n    actions:\n      - {type: end, params: {text: Hello}}\n"


def write(cast: Cast, name: str, text: str = GOOD, *, enabled: bool = False) -> str:
    """A flow of Acme's. → its page"""
    with context.inside(cast.acme):
        return f"{LIST}{Flow.objects.create(name=name, text=text, enabled=enabled).pk}/change/"


def given(name: str, text: str, *, enabled: bool = False) -> dict[str, Any]:
    return {"name": name, "text": text, "order": "100", **({"enabled": "on"} if enabled else {})}


def frozen(cast: Cast) -> list[dict[str, str]]:
    with context.inside(cast.acme):
        found: list[dict[str, str]] = active().frozen["flows"]
        return found


def checked(browser: Browser, text: str, flow: str = "") -> dict[str, Any]:
    response = browser.post(CHECK, {"text": text, "flow": flow})
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_a_new_flow_begins_with_one_that_is_ready_made(cast: Cast, hire: Hire) -> None:
    operator = hire(Role.OPERATOR)
    page = text(operator.get(f"{LIST}add/"))
    assert "Return an item" in page
    assert 'value="returns.zh-hans"' in page
    for _twice in range(2):
        assert operator.post(f"{LIST}add/", {"ready": "returns.en"}).status_code == 302
    assert operator.post(f"{LIST}add/", {"ready": "../../settings"}).status_code == 200
    with context.inside(cast.acme):
        rows = list(Flow.objects.order_by("pk"))
        assert [row.name for row in rows] == ["Return an item", "Return an item 2"]
        assert not any(row.enabled for row in rows)
        assert rows[0].updated_by is not None
    assert frozen(cast) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_new_flow_begins_with_sentences(cast: Cast, owner: Browser, language: str) -> None:
    said = {"wish": "退货: now", "sentences": "我要退货\nyes\ntake it back: please", "language": language}
    assert "Letters and digits" in text(owner.post(f"{LIST}add/", said))
    said["wish"] = "退货"
    assert "between 3 and 100" in text(owner.post(f"{LIST}add/", said | {"sentences": "one\none\ntwo"}))
    assert owner.post(f"{LIST}add/", said).status_code == 302
    with context.inside(cast.acme):
        flow = Flow.objects.get()
    loaded = loading.load(flow.text)
    assert loaded.problems == ()
    assert loaded.definition is not None
    assert loaded.definition.intents[0].examples == ("我要退货", "yes", "take it back: please")
    assert ("转人工" in loaded.definition.states) == (language == "zh-hans")


def test_whatever_is_ready_made_loads_in_both_languages() -> None:
    ready = starting.readymade()
    kinds = ("appointment", "complaint", "invoice", "order-status", "returns")
    assert [each.key for each in ready] == [f"{kind}.{language}" for kind in kinds for language in ("en", "zh-hans")]
    for each in ready:
        assert [str(problem) for problem in loading.load(each.text).problems] == [], each.key
        assert each.description


def test_a_draft_may_be_wrong_and_is_not_published(cast: Cast, owner: Browser) -> None:
    path = write(cast, "退货")
    assert owner.post(path, given("退货", RETURNS)).status_code == 302
    assert frozen(cast) == []
    page = text(owner.post(path, given("退货", RETURNS, enabled=True)))
    assert "Line 9, column 17:" in page
    assert "选择原因" in page
    assert "Line 11, column 17:" in page
    with context.inside(cast.acme):
        assert not Flow.objects.get().enabled
    assert frozen(cast) == []
    assert "2 errors" in text(owner.get(LIST))


def test_a_save_of_one_that_loads_goes_live_and_says_so(cast: Cast, owner: Browser) -> None:
    path = write(cast, "hello")
    assert frozen(cast) == []
    page = text(owner.client.post(path, given("hello", GOOD, enabled=True), headers={"host": owner.host}, follow=True))  # type: ignore[arg-type]
    assert "is live: Flows: hello" in page
    assert frozen(cast) == [{"name": "hello", "text": GOOD}]
    owner.post(path, given("hello", GOOD.replace("\n", "\r\n") + "\r\n\r\n", enabled=True))
    assert frozen(cast) == [{"name": "hello", "text": GOOD}], "a browser's line ends are no change"
    owner.post(path, given("hello", GOOD))
    assert frozen(cast) == []


def test_a_flow_that_another_enters_stays_what_that_needs(cast: Cast, owner: Browser) -> None:
    outer = GOOD.replace("{type: end", "{type: flow, params: {flow: inner}}\n      - {type: end")
    inner = write(cast, "inner", enabled=True)
    path = write(cast, "outer")
    assert owner.post(path, given("outer", outer, enabled=True)).status_code == 302
    told = "The flow “outer” would no longer work"
    assert told in text(owner.post(inner, given("inner", GOOD)))
    assert told in text(owner.post(inner, given("renamed", GOOD, enabled=True)))
    assert "outer" in text(owner.post(inner.replace("change", "delete"), {"post": "yes"}))
    assert [each["name"] for each in frozen(cast)] == ["inner", "outer"]
    assert owner.post(path.replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert owner.post(inner.replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert frozen(cast) == []


def test_two_names_for_one_flow_are_refused(cast: Cast, owner: Browser) -> None:
    path = write(cast, "hello")
    assert "calls this flow “other”" in text(owner.post(path, given("hello", f"name: other\n{GOOD}")))
    assert owner.post(path, given("other", f"name: other\n{GOOD}")).status_code == 302
    write(cast, "taken")
    assert "already exists" in text(owner.post(path, given("taken", GOOD)))


def test_the_check_tells_places_fixes_the_drawing_and_the_names(cast: Cast, owner: Browser) -> None:
    found = checked(owner, RETURNS)
    first = found["problems"][0]
    assert (first["line"], first["column"], first["endColumn"], first["severity"]) == (9, 17, 21, "error")
    assert "选择原因" in first["sentence"]
    for problem in reversed(found["problems"]):
        lines = RETURNS.splitlines(keepends=True)
        lines.insert(problem["fixLine"] - 1, problem["fix"])
        fixed = checked(owner, "".join(lines))
        assert len(fixed["problems"]) == len(found["problems"]) - 1
    assert [state["name"] for state in found["graph"]["states"]] == ["确认订单"]
    state = found["graph"]["states"][0]
    assert (state["line"], state["endLine"], state["does"]) == (2, 11, ["when wished: 退货"])
    edges = [(edge["to"], edge["kind"], edge["label"]) for edge in found["graph"]["edges"]]
    assert edges == [("选择原因", "condition", "has_order_id"), ("请求订单号", "default", "otherwise")]
    assert found["names"]["states"] == ["确认订单"]


def test_the_check_takes_any_text(cast: Cast, owner: Browser) -> None:
    for each in (
        "",
        "states: [",
        "- 1",
        "states: 7",
        "states: [1, {name: [x]}, {name: a, actions: 3, transitions: [1, {target: 2}]}]",
    ):
        found = checked(owner, each)
        assert found["problems"], each
    broken = checked(owner, "states: [")
    assert broken["graph"] is None
    drawn = checked(owner, "slots: [1]\nstates:\n  - {name: a, actions: [{type: ask, params: {slots: {x: 1}}}, {type: say}]}\n")
    assert drawn["graph"]["states"][0]["name"] == "a"
    assert owner.post(CHECK, {"text": "x" * 200_001}).status_code == 400
    assert owner.get(CHECK, text=GOOD).status_code == 405
    assert checked(owner, GOOD, "77777")["problems"] == []
    assert checked(owner, GOOD, "²")["problems"] == []


def test_the_page_holds_the_text_for_those_without_scripts(cast: Cast, owner: Browser) -> None:
    path = write(cast, "退货", "# </textarea><script>alert(1)</script>\n" + GOOD)
    page = text(owner.get(path))
    assert '<textarea name="text"' in page
    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;" in page
    assert '"nlp_intent"' in page


def told(part: Any) -> set[str]:
    """All texts of a nested description, but for the names."""
    if isinstance(part, dict):
        return set().union(*(told(each) for each in part.values()))
    return {part} - {""}


def test_completion_tells_in_the_persons_language() -> None:
    english = told(language())
    assert english == {*DESCRIPTIONS, *KINDS.values()}, "the schema's descriptions, and no others"
    with translation.override("zh-hans"):
        chinese = told(language())
        assert language()["actions"]["ask"]["params"]["slots"] == "要询问的槽位，按此顺序。"
    assert not chinese & english


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_others_see_none_and_check_none(cast: Cast, hire: Hire, role: str) -> None:
    path, browser = write(cast, "hello"), hire(role)
    for each in (LIST, f"{LIST}add/", path):
        assert browser.get(each).status_code == 403
    assert browser.post(CHECK, {"text": GOOD}).status_code == 403
    assert browser.post(f"{LIST}add/", {"ready": "returns.en"}).status_code == 403
    assert LIST not in text(browser.get("/admin/"))


def test_mallory_finds_none_of_acmes(cast: Cast, mallory: Browser) -> None:
    path = write(cast, "hello", enabled=True)
    assert mallory.get(path).status_code == 302
    mallory.post(path, given("stolen", GOOD))
    mallory.post(path.replace("change", "delete"), {"post": "yes"})
    assert "hello" not in text(mallory.get(LIST))
    entering = GOOD.replace("{type: end", "{type: flow, params: {flow: hello}}\n      - {type: end")
    assert checked(mallory, entering, path.split("/")[4])["problems"], "there is no such flow here"
    with context.inside(cast.acme):
        assert Flow.objects.get().name == "hello"


def test_the_figures_of_a_flow_are_its_tenants_alone(cast: Cast, owner: Browser, mallory: Browser, hire: Hire) -> None:
    key = write(cast, "hello", enabled=True).split("/")[4]
    with context.inside(cast.acme):
        row = Conversation.objects.create(visitor=cast.vera, release=1)
        visit = {"flow": "hello", "state": "Greet", "entered_at": timezone.now(), "at": timezone.now()}
        Visit.objects.create(conversation=row, run="a", left="on", **visit)
        Visit.objects.create(conversation=row, run="b", left="away", **visit)
    shown = owner.get(f"{VISITS}?flow={key}")
    assert json.loads(shown.content) == {
        "states": {"Greet": {"entered": 2, "on": 1, "away": 1, "handed_over": 0, "cancelled": 0}}
    }
    assert mallory.get(f"{VISITS}?flow={key}").status_code == 404
    assert [owner.get(f"{VISITS}?flow={other}").status_code for other in ("", "-1", "x", "9" * 30)] == [404] * 4
    assert hire(Role.AGENT).get(f"{VISITS}?flow={key}").status_code == 403
