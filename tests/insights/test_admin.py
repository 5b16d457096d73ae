"""Evaluation sets in the admin: figures, what fails, questions by hand and by file; and nothing of it for anybody else."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.insights import runs, sets
from apps.insights.models import EvaluationSet, Item, Run
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, at, hire, mallory, owner, text  # noqa: F401  fixtures
from tests.admin.test_try import talk
from tests.cast import Cast
from tests.insights.test_evaluate_answers import ANSWER, QUESTION, ROWS
from tests.insights.test_sets import jsonl, made
from tests.knowledge.conftest import know

SETS, ITEMS = "/admin/insights/evaluationset/", "/admin/insights/item/"
FORM = {
    "kind": "returns",
    "turn-TOTAL_FORMS": "1",
    "turn-INITIAL_FORMS": "0",
    "turn-0-question": "May I send it back?",
    "turn-0-end": "answer",
    "turn-0-points": "30 days / one month\nin a store",
    "turn-0-never": "60 days",
    "turn-0-articles": QUESTION,
    "turn-0-language": "en",
}


@pytest.fixture
def chosen(cast: Cast) -> EvaluationSet:
    with context.inside(cast.acme):
        know(QUESTION, ANSWER, language="en")
        return made()


def ran(cast: Cast, chosen: EvaluationSet) -> Run:
    with context.inside(cast.acme):
        return runs.run_at_once(chosen)


def upload(browser: Browser, chosen: EvaluationSet, data: bytes) -> str:
    file = SimpleUploadedFile("questions.jsonl", data)
    return text(browser.post(f"{SETS}{chosen.pk}/import/", {"file": file}))


def test_the_page_tells_the_figures_and_what_fails(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    empty = text(owner.get(f"{SETS}{chosen.pk}/change/"))
    assert "It has not been run yet." in empty
    ran(cast, chosen)
    page = text(owner.get(f"{SETS}{chosen.pk}/change/"))
    assert re.search(r"Right or shown</span>\s*<b>40 %</b>", page)
    assert "a part of the answer is missing" in page
    assert "in a store" in page
    assert "/admin/knowledge/article/" in page
    assert "no earlier release to compare with" in page
    one = text(owner.get(f"{SETS}{chosen.pk}/change/", fault="answered"))
    assert "a part of the answer is missing</span>" not in one
    assert "40 %" in text(owner.get(SETS))


def test_a_figure_tells_its_change_since_the_last_release(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    first = ran(cast, chosen)
    with context.inside(cast.acme):
        know("how do helicopters fly", "You have 30 days to ask.", language="en")
    ran(cast, chosen)
    page = text(owner.get(f"{SETS}{chosen.pk}/change/"))
    assert f"compared with release #{first.release}" in page
    assert "points</em>" in page
    assert owner.get(f"{SETS}{chosen.pk}/change/", run=str(first.pk)).status_code == 200
    for nonsense in ("999", "x", "-1", "9" * 30):
        assert owner.get(f"{SETS}{chosen.pk}/change/", run=nonsense).status_code == 404


def test_a_button_runs_it_and_another_cancels(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    assert owner.get(f"{SETS}{chosen.pk}/run/").status_code == 403
    owner.post(f"{SETS}{chosen.pk}/run/")
    page = text(owner.get(f"{SETS}{chosen.pk}/change/"))
    assert "Cancel the run" in page
    assert 'hx-trigger="every 2s"' in page
    owner.post(f"{SETS}{chosen.pk}/run/")
    with context.inside(cast.acme):
        run = Run.objects.get()
        assert run.created_by == cast.alice
    owner.post(f"{SETS}{chosen.pk}/cancel/")
    with context.inside(cast.acme):
        assert Run.objects.get().state == Run.State.CANCELLED


def test_a_question_is_written_by_a_form(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    owner.post(f"{ITEMS}add/", {**FORM, "set": str(chosen.pk)})
    with context.inside(cast.acme):
        item = Item.objects.get(kind="returns")
        turn = item.row.turns[0]
    assert (turn.text, turn.expected.points) == ("May I send it back?", (("30 days", "one month"), ("in a store",)))
    assert (turn.expected.never, turn.expected.articles, turn.expected.language) == (("60 days",), (QUESTION,), "en")
    page = text(owner.get(f"{ITEMS}{item.pk}/change/"))
    assert "30 days / one month" in page
    owner.post(f"{ITEMS}{item.pk}/change/", {**FORM, "turn-0-end": "refuse"})
    with context.inside(cast.acme):
        assert Item.objects.get(kind="returns").turns == [{"question": "May I send it back?", "expected": {"refuse": True}}]
    owner.post(f"{ITEMS}{item.pk}/delete/", {"post": "yes"})
    with context.inside(cast.acme):
        assert not Item.objects.filter(kind="returns").exists()


def test_a_follow_up_is_added_below(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    page = text(owner.post(f"{ITEMS}add/", {**FORM, "set": str(chosen.pk), "more": "1"}))
    assert "May I send it back?" in page
    assert 'name="turn-1-question"' in page
    assert "required" not in re.sub(r"<(input|textarea)[^>]*>", "", page)
    second = {"turn-TOTAL_FORMS": "2", "turn-1-question": "thanks", "turn-1-end": "courtesy"}
    owner.post(f"{ITEMS}add/", {**FORM, **second, "set": str(chosen.pk)})
    with context.inside(cast.acme):
        item = Item.objects.get(kind="returns")
        assert [turn.id for turn in item.row.turns] == [f"{item.label}.1", f"{item.label}.2"]
    both = {**FORM, **second, "turn-INITIAL_FORMS": "2", "turn-0-DELETE": "on"}
    owner.post(f"{ITEMS}{item.pk}/change/", both)
    with context.inside(cast.acme):
        assert Item.objects.get(kind="returns").turns == [{"question": "thanks", "expected": {"courtesy": True}}]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"turn-0-question": " "}, "This field is required"),
        ({"turn-0-points": "", "turn-0-articles": ""}, "Say what the answer must say"),
        ({"turn-0-articles": "No such"}, "There is no article “No such”."),
        ({"kind": ""}, "This field is required"),
        ({"kind": "x" * 65}, "at most 64 characters"),
        ({"turn-TOTAL_FORMS": "x"}, "At least one question must be left."),
        ({"turn-TOTAL_FORMS": "99"}, "at most 20 forms"),
        ({"set": "999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_saved_is_told_at_its_field(
    chosen: EvaluationSet,
    owner: Browser,  # noqa: F811
    change: dict[str, str],
    sentence: str,
) -> None:
    answer = owner.post(f"{ITEMS}add/", {**FORM, "set": str(chosen.pk), **change})
    assert answer.status_code == 200
    assert sentence in text(answer)


def test_a_file_is_imported_whole_or_not_at_all(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    page = upload(owner, chosen, jsonl({**ROWS[0], "id": "new"}, b"{x"))
    assert "One line cannot be read" in page
    assert "<td>2</td>" in page
    with context.inside(cast.acme):
        assert chosen.items.count() == len(ROWS)
    upload(owner, chosen, jsonl({**ROWS[0], "id": "new"}))
    with context.inside(cast.acme):
        assert chosen.items.get(label="new").origin == Item.Origin.IMPORTED
    exported = text(owner.get(f"{SETS}{chosen.pk}/export/"))
    assert [json.loads(line)["id"] for line in exported.splitlines()] == [*"abcdefg", "new"]


def test_a_conversation_becomes_a_question_with_one_click(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    row = talk(cast, QUESTION, "Do you sell kayaks?")
    page = text(owner.get(f"/admin/conversations/conversation/{row.pk}/change/"))
    found = re.findall(r'href="(/admin/insights/item/add/\?turn=[^"]+)"', page)
    assert len(found) == 2
    drafted = text(owner.get(found[0]))
    assert "This is what the bot did" in drafted
    assert QUESTION in drafted
    dialogue = text(owner.get(f"{ITEMS}add/?conversation={row.pk}"))
    assert 'name="turn-1-question"' in dialogue
    assert "Do you sell kayaks?" in dialogue
    owner.post(found[0], {**FORM, "set": str(chosen.pk)})
    with context.inside(cast.acme):
        item = Item.objects.get(kind="returns")
        assert (item.origin, item.conversation) == (Item.Origin.CONVERSATION, row.pk)
    for nonsense in ("?turn=x", f"?turn={row.pk}", "?conversation=00000000-0000-0000-0000-000000000000"):
        assert owner.get(f"{ITEMS}add/{nonsense}").status_code == 404


def test_questions_are_found_by_their_words(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    with context.inside(cast.acme):
        sets.take_in(chosen, jsonl({"id": "zh", "kind": "k", "question": "能退帐篷吗", "expected": {"refuse": True}}))
    page = text(owner.get(ITEMS, q="帐篷", set__id__exact=str(chosen.pk)))
    assert "能退帐篷吗" in page
    assert "helicopters" not in page


def test_markup_stays_text(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    evil = "<img src=x onerror=alert(1)>"
    with context.inside(cast.acme):
        row = {"id": evil, "kind": evil, "question": evil, "expected": {"points": [evil], "not": [evil]}}
        sets.take_in(chosen, jsonl(row))
        item = Item.objects.get(kind=evil)
    ran(cast, chosen)
    for page in (f"{SETS}{chosen.pk}/change/", ITEMS, f"{ITEMS}{item.pk}/change/"):
        assert evil not in text(owner.get(page)), page


def test_deleting_a_set_tells_how_much_goes_with_it(cast: Cast, chosen: EvaluationSet, owner: Browser) -> None:  # noqa: F811
    ran(cast, chosen)
    page = text(owner.get(f"{SETS}{chosen.pk}/delete/"))
    assert str(len(ROWS)) in page
    owner.post(f"{SETS}{chosen.pk}/delete/", {"post": "yes"})
    with context.inside(cast.acme):
        assert not EvaluationSet.objects.exists()


def addresses(chosen: EvaluationSet, item: int, run: int) -> list[str]:
    return [
        *(f"{SETS}{chosen.pk}/{name}/" for name in ("change", "settings", "delete", "import", "export", "run", "cancel")),
        f"{SETS}{chosen.pk}/change/?run={run}",
        f"{ITEMS}{item}/change/",
        f"{ITEMS}{item}/delete/",
    ]


def test_mallory_gets_nothing_of_acmes_sets(cast: Cast, chosen: EvaluationSet, mallory: Browser) -> None:  # noqa: F811
    run = ran(cast, chosen)
    row = talk(cast, QUESTION)
    with context.inside(cast.acme):
        item = Item.objects.all()[0].pk
    for address in addresses(chosen, item, run.pk):
        assert mallory.get(address).status_code in (302, 403, 404), address
        assert mallory.post(address, FORM).status_code in (302, 403, 404), address
    for address in (SETS, ITEMS, f"{ITEMS}?q=return", f"{ITEMS}?set__id__exact={chosen.pk}"):
        assert QUESTION not in mallory.client.get(address, headers={"host": mallory.host}, follow=True).content.decode()
    with context.inside(cast.globex):
        own = EvaluationSet.objects.create(name="Own")
    assert mallory.get(f"{SETS}{own.pk}/change/?run={run.pk}").status_code == 404
    assert mallory.get(f"{ITEMS}add/?conversation={row.pk}").status_code == 404
    with context.inside(cast.acme):
        assert chosen.items.count() == len(ROWS)
        assert Run.objects.count() == 1


def test_agents_see_no_sets_and_viewers_change_none(cast: Cast, chosen: EvaluationSet, hire: Hire) -> None:  # noqa: F811
    run = ran(cast, chosen)
    with context.inside(cast.acme):
        item = Item.objects.all()[0].pk
    agent, viewer = hire(Role.AGENT), hire(Role.VIEWER)
    for address in [SETS, ITEMS, f"{SETS}add/", f"{ITEMS}add/", *addresses(chosen, item, run.pk)]:
        assert agent.get(address).status_code == 403, address
        assert agent.post(address, FORM).status_code == 403, address
    assert SETS not in text(agent.get("/admin/"))
    page = text(viewer.get(f"{SETS}{chosen.pk}/change/"))
    assert "Run now" not in page
    assert "Edit the question" not in page
    assert viewer.get(f"{SETS}{chosen.pk}/export/").status_code == 200
    for name in ("settings", "import", "run", "cancel"):
        assert viewer.post(f"{SETS}{chosen.pk}/{name}/", {"name": "x"}).status_code == 403, name
    assert hire(Role.OPERATOR).get(f"{SETS}{chosen.pk}/settings/").status_code == 200


# the bar


def test_a_release_below_the_bar_is_marked_wherever_releases_are(
    cast: Cast,
    chosen: EvaluationSet,
    owner: Browser,  # noqa: F811
    hire: Hire,  # noqa: F811
    mallory: Browser,  # noqa: F811
) -> None:
    run = ran(cast, chosen)
    pages = ("/admin/", "/admin/releases/release/")
    told = f"Release #{run.release} is live and below the bar"
    release = f"/admin/releases/release/{run.release}/change/"
    assert not any(told in text(owner.get(page)) for page in pages), "off by default"
    assert "below the bar of" not in text(owner.get(release))
    owner.post(f"{SETS}{chosen.pk}/settings/", {"name": "Returns", "on_publish": "on", "bar": "41", "below": "warn"})
    for page in pages:
        assert told in text(owner.get(page)), page
        assert told not in text(mallory.get(page)), page
    assert "below the bar of 41 %" in text(owner.get(release))
    assert told not in text(hire(Role.AGENT).get("/admin/"))
    owner.post(f"{SETS}{chosen.pk}/settings/", {"name": "Returns", "on_publish": "on", "bar": "40", "below": "warn"})
    assert not any(told in text(owner.get(page)) for page in pages)
    assert "40 %" in text(owner.get(release))


@pytest.mark.parametrize("bar", ["0", "101", "-1", "x"])
def test_a_bar_is_a_percentage(cast: Cast, chosen: EvaluationSet, owner: Browser, bar: str) -> None:  # noqa: F811
    assert owner.post(f"{SETS}{chosen.pk}/settings/", {"name": "Returns", "bar": bar, "below": "warn"}).status_code == 200
    with context.inside(cast.acme):
        assert EvaluationSet.objects.get().bar is None
