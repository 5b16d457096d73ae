"""Filters tried on real messages from their form, before they are in force."""

from typing import Any

from apps.conversations.models import Conversation
from apps.filters.models import DryRun, Filter
from apps.filters.past import dry_runs
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, asking, text
from tests.admin.test_filters import LIST, given
from tests.agents.asking import ask
from tests.cast import Cast

FLAGS: dict[str, Any] = {
    "directions": ["from_customer"],
    "action": "flag",
    "words": "parcel",
    "must_catch": "",
    "must_pass": "",
}


def said(cast: Cast, *texts: str) -> list[Conversation]:
    with context.inside(cast.globex):
        ask("Mallory's parcel")
    with context.inside(cast.acme):
        return [ask(each) for each in texts]


def carried_out(cast: Cast, browser: Browser, path: str, data: dict[str, Any]) -> str:
    """Begins one, lets Acme's worker do its part, and returns what the person then reads."""
    begun = text(browser.post(path, data))
    assert "<progress" in begun
    address = asking(begun)
    with context.inside(cast.acme):
        dry_runs.advance(address.rstrip("/").rpartition("/")[2])
    return text(browser.get(address))


def test_a_rule_is_tried_on_real_messages_and_nothing_is_kept(cast: Cast, owner: Browser) -> None:
    lost, _other = said(cast, "My parcel <b>is</b> lost", "Where are you?")
    page = carried_out(cast, owner, f"{LIST}dry/", given(**FLAGS, dry_days="28"))
    assert "in <b>1</b> of 2 messages" in page
    assert "newly found" in page
    assert "My <mark>parcel</mark> &lt;b&gt;is&lt;/b&gt; lost" in page
    assert f"/conversation/{lost.pk}/change/" in page
    assert "Mallory" not in page
    with context.inside(cast.acme):
        assert not Filter.objects.exists()
        assert DryRun.objects.get().days == 28


def test_what_is_wrong_with_the_rule_is_told_first(cast: Cast, owner: Browser) -> None:
    assert "The list is empty." in text(owner.post(f"{LIST}dry/", given(words="")))
    with context.inside(cast.acme):
        assert not DryRun.objects.exists()


def test_the_form_shows_its_last_run_and_what_is_new(cast: Cast, owner: Browser) -> None:
    said(cast, "My parcel is lost", "My letter is lost")
    owner.post(f"{LIST}add/", given(**FLAGS))
    with context.inside(cast.acme):
        row = Filter.objects.get()
    carried_out(cast, owner, f"{LIST}dry/", given(**{**FLAGS, "words": "letter"}, filter=row.pk))
    form = text(owner.get(f"{LIST}{row.pk}/change/"))
    assert "<b>1</b> newly found" in form
    assert "<b>1</b> found no longer" in form
    assert "My <mark>letter</mark> is lost" in form
    with context.inside(cast.acme):
        row.refresh_from_db()
        assert row.settings["words"] == ["parcel"]


def test_all_rules_that_are_on_are_tried_together(cast: Cast, owner: Browser) -> None:
    said(cast, "My parcel is lost", "call 13800138000 about my parcel")
    assert "No rule is on." in text(owner.post(f"{LIST}dry/all/"))
    with context.inside(cast.acme):
        both = {"directions": ["from_customer"], "action": "flag", "enabled": True}
        Filter.objects.create(name="Parcels", kind="words", settings={"words": ["parcel"]}, **both)
        Filter.objects.create(name="Phones", kind="personal", settings={"data": ["mobile"]}, **both)
        publish()
    assert "Try all rules that are on" in text(owner.get(LIST))
    page = carried_out(cast, owner, f"{LIST}dry/all/", {})
    assert "in <b>2</b> of 2 messages" in page
    assert "<span>Parcels</span> <b>2</b>" in page
    assert "<span>Phones</span> <b>1</b>" in page


def test_it_is_stopped_from_the_page(cast: Cast, owner: Browser) -> None:
    said(cast, "My parcel is lost")
    address = asking(text(owner.post(f"{LIST}dry/", given(**FLAGS))))
    assert "stopped before the end" in text(owner.post(f"{address}stop/"))
    assert "<progress" not in text(owner.get(address))


def test_only_who_writes_filters_tries_them_and_nobody_else_reads(cast: Cast, hire: Hire, mallory: Browser) -> None:
    owner = hire(Role.OWNER)
    said(cast, "My parcel is lost")
    address = asking(text(owner.post(f"{LIST}dry/", given(**FLAGS))))
    agent = hire(Role.AGENT)
    for path in (f"{LIST}dry/", f"{LIST}dry/all/", f"{address}stop/"):
        assert agent.post(path, given(**FLAGS)).status_code == 403
    assert agent.get(address).status_code == 403
    assert mallory.get(address).status_code == 404
    assert mallory.post(f"{address}stop/").status_code == 404
    with context.inside(cast.acme):
        assert DryRun.objects.get().is_open
