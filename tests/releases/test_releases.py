"""Releases: every change that matters gets a number, numbers never change, an older one can be made live again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.conversations.bot.story import Said
from apps.conversations.worker.rehearsal import rehearse
from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.models import Article, Kind, Status
from apps.releases.models import Immutable, Release
from apps.releases.publishing import activate, active, changes, publish
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.cast import Cast

QUESTION = "How many days do I have to return an item?"


def teach(body: str) -> None:
    article = Article.objects.first() or Article(kind=Kind.QA, title=QUESTION, language="en", status=Status.PUBLISHED)
    article.body = body
    publishing.save(article)
    ingestion.ingest(article.pk)


def answered() -> str:
    end = rehearse(QUESTION).end
    assert isinstance(end, Said)
    return end.text


def test_each_change_gets_the_next_number_and_says_what_changed(acme: Cast) -> None:
    first = active()
    Site.objects.update(greeting="Welcome")
    second = publish(by=acme.alice)
    assert (second.number, second.active, second.created_by) == (first.number + 1, True, acme.alice)
    assert "greeting" in second.summary
    assert changes(first, second) == [second.summary]
    assert Release.objects.filter(active=True).count() == 1


def test_saving_without_a_change_makes_no_release(acme: Cast) -> None:
    assert publish() == publish()


def test_a_release_never_changes(acme: Cast) -> None:
    release = active()
    release.frozen = {}
    with pytest.raises(Immutable):
        release.save()
    with pytest.raises(Immutable):
        release.save(update_fields=["frozen"])


def test_rolling_back_brings_back_the_answer_the_settings_and_the_editor(acme: Cast) -> None:
    teach("You have 30 days.")
    Site.objects.update(greeting="First")
    before = publish()
    teach("You have 60 days.")
    Site.objects.update(greeting="Second")
    publish()
    assert answered() == "You have 60 days."
    activate(before, by=acme.alice)
    assert active() == before
    assert answered() == "You have 30 days."
    assert Site.load().greeting == "First"
    assert Article.objects.get().body == "You have 30 days."
    teach("You have 45 days.")
    assert answered() == "You have 45 days."
    assert active().number > before.number + 1


def test_another_tenants_releases_are_its_own(acme: Cast) -> None:
    teach("You have 30 days.")
    with context.inside(acme.globex):
        assert not Article.objects.exists()
        assert not isinstance(rehearse(QUESTION).end, Said)


def test_two_who_publish_at_once_get_two_numbers_and_one_is_live(committed: Cast) -> None:
    def change(number: int) -> int:
        with context.inside(committed.acme):
            try:
                Site.objects.update(greeting=f"Greeting {number}")
                return publish().number
            finally:
                connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(change, range(12)))
    with context.inside(committed.acme):
        assert Release.objects.filter(active=True).count() == 1
        numbers = list(Release.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        Site.objects.update(greeting="")
        connection.close()
