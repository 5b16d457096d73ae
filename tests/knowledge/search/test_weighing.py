"""The operator's say in who comes first: categories, and newer before older among equals."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.conversations.bot.reach import TenantReach
from apps.knowledge.models import Revision, SearchSettings
from apps.knowledge.search.search import Hit
from apps.knowledge.search.weighing import Weighing
from apps.releases import publishing
from apps.tenants import context
from tests.cast import Cast
from tests.knowledge.conftest import ask, know

ASKED = "how long is the warranty on tents"


@pytest.fixture
def rules(acme: Cast) -> None:
    know("How long is the warranty of a tent?", "Two years.", category="Shop")
    know("How long is the warranty for tents?", "One year.", category="Outlet")
    know("How do I wash a jacket?", "At 30 degrees.", category="Care")


def asked(**by: object) -> list[Hit]:
    return ask(ASKED, by=Weighing(**by))  # type: ignore[arg-type]


def test_a_preferred_category_comes_first_and_one_that_stands_back_last(rules: None) -> None:
    usual = asked()
    first, second = (hit.text for hit in usual[:2])
    categories = {"Two years.": "Shop", "One year.": "Outlet"}
    assert usual[1].score > 0.6 * usual[0].score, "they fit nearly alike"
    for weights in ({categories[second]: 1}, {categories[first]: -1}, {categories[second]: 1, categories[first]: -1}):
        assert [hit.text for hit in asked(categories=weights)[:2]] == [second, first]
    for weights in ({categories[first]: 1}, {categories[second]: -1}):
        assert [hit.text for hit in asked(categories=weights)[:2]] == [first, second]


def test_nothing_gets_surer_than_it_is(rules: None) -> None:
    usual = {hit.text: hit.score for hit in asked()}
    for weights in ({"Shop": 1}, {"Outlet": 1}, {"Shop": -1}, {"Outlet": -1}, {"Care": 1}, {"Care": -1}):
        hits = asked(categories=weights, newer=True)
        assert all(hit.score <= usual[hit.text] for hit in hits)
        assert hits[0].score == usual[hits[0].text], "the first keeps its own"


def test_one_that_stands_back_is_told_when_nothing_else_fits(rules: None) -> None:
    usual = ask("how do I wash a jacket")[0]
    assert ask("how do I wash a jacket", by=Weighing({"Care": -1}))[0] == usual
    assert usual.text == "At 30 degrees."
    assert ask("how do I wash a jacket", by=Weighing({"Shop": 1}))[0] == usual, "a preference is no answer"


def test_of_equals_the_one_that_was_saved_last_comes_first(acme: Cast) -> None:
    """The very same text twice: nothing but the day tells them apart."""
    old = know("Opening hours of the shop", "From nine.")
    new = know("Opening hours of the shop", "From ten.")
    long_ago = timezone.now() - timedelta(days=400)
    for stale, fresh in ((old, new), (new, old)):
        Revision.objects.filter(article=stale).update(created_at=long_ago)
        Revision.objects.filter(article=fresh).update(created_at=timezone.now())
        assert ask("Opening hours of the shop", by=Weighing(newer=True))[0].article == str(fresh.pk)
    assert ask("Opening hours of the shop")[0] == ask("Opening hours of the shop", by=Weighing())[0]


def test_a_newer_one_that_fits_less_stays_behind(rules: None) -> None:
    Revision.objects.exclude(category="Care").update(created_at=timezone.now() - timedelta(days=400))
    assert [hit.text for hit in asked(newer=True)][-1] == "At 30 degrees."


def test_the_release_holds_it_for_its_tenant_alone(cast: Cast, rules: None) -> None:
    second = asked()[1]
    category = {"Two years.": "Shop", "One year.": "Outlet"}[second.text]
    before = publishing.publish()
    SearchSettings.objects.update_or_create(pk=1, defaults={"weights": {category: 1}})
    after = publishing.publish()
    assert after.summary == f"Order of categories: {category}"
    assert TenantReach(after, "en").search(ASKED)[0].text == second.text
    assert TenantReach(before, "en").search(ASKED)[0].text != second.text
    publishing.activate(before)
    assert SearchSettings.load().weights == {}
    with context.inside(cast.globex):
        assert SearchSettings.load().weights == {}
        assert publishing.active().frozen["search"]["weights"] == {}
