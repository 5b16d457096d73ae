"""A save becomes found in one step; releases keep what they held; rollback brings it back."""

import importlib

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from apps.knowledge import sweeping
from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.models import Article, Edition, Ingestion, Passage, Posting, Revision, Vector
from apps.knowledge.search import editions, postings
from apps.llm import embeddings
from apps.releases import publishing as releases
from apps.releases.models import Release
from tests.cast import Cast
from tests.knowledge.conftest import ask, know, released_revision


def test_a_saved_answer_is_found_and_released(acme: Cast) -> None:
    article = Article(title="Do you ship to Norway?", body="Yes, within a week.", status="published")
    publishing.save(article, by=acme.alice)
    assert article.ingestion == Ingestion.WAITING
    assert ask("Do you ship to Norway?") == []  # not half of it, not yet
    ingestion.ingest(article.pk)
    article.refresh_from_db()
    assert (article.ingestion, article.progress, article.error) == (Ingestion.LIVE, 100, "")
    hit = ask("shipping to Norway")[0]
    assert (hit.title, hit.text, hit.article) == ("Do you ship to Norway?", "Yes, within a week.", str(article.pk))
    release = releases.active()
    assert release.knowledge_revision == editions.head().number
    assert release.created_by == acme.alice
    assert "Norway" in release.summary


def test_an_edit_shows_only_in_newer_revisions(acme: Cast) -> None:
    article = know("How long is the warranty?", "One year.")
    before = editions.head().number
    article.body = "Two years."
    publishing.save(article)
    ingestion.ingest(article.pk)
    assert ask("warranty")[0].text == "Two years."
    assert ask("warranty", revision=before)[0].text == "One year."


def test_a_draft_is_not_found_and_makes_no_release(acme: Cast) -> None:
    releases.publish()
    count = Release.objects.count()
    draft = know("Secret plan", status="draft")
    assert draft.ingestion == Ingestion.IDLE
    assert ask("secret plan") == []
    assert Release.objects.count() == count


def test_archiving_takes_out_but_old_releases_still_find(acme: Cast) -> None:
    article = know("Do you sell gift cards?", "Yes.")
    before = editions.head().number
    publishing.archive(article)
    ingestion.ingest(article.pk)
    assert ask("gift cards") == []
    assert ask("gift cards", revision=before)[0].text == "Yes."
    article.refresh_from_db()
    assert article.ingestion == Ingestion.IDLE


def test_only_the_newest_of_two_saves_goes_live(acme: Cast) -> None:
    article = Article(title="Opening hours", body="9 to 5", status="published")
    publishing.save(article)
    article.body = "9 to 6"
    newest = publishing.save(article)
    ingestion.ingest(article.pk)
    ingestion.ingest(article.pk)  # the first save's task comes late
    assert ask("opening hours")[0].text == "9 to 6"
    assert list(Revision.objects.filter(number__isnull=False)) == [newest]
    assert Edition.objects.count() == 1


def test_an_edit_leaves_untouched_sections_as_they_are(acme: Cast) -> None:
    body = "## Returns\n\nWithin 60 days.\n\n## Shipping\n\nThree days.\n"
    article = know("Guide", body, kind="article")
    first = set(Passage.objects.filter(until__isnull=True).values_list("pk", flat=True))
    article.body = body.replace("Three", "Four")
    publishing.save(article)
    ingestion.ingest(article.pk)
    now = set(Passage.objects.filter(until__isnull=True).values_list("pk", flat=True))
    assert len(first & now) == 1
    assert len(now) == 2
    assert ask("how long does shipping take")[0].text == "Four days."


def test_equal_texts_are_embedded_once(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    article = know("Is there a shop in Oslo?", "No.", alternatives=["Where are your shops?"])
    monkeypatch.setattr(embeddings.BundledEmbedder, "embed_questions", None)  # would fail if it were asked
    article.url = "https://shop.example.com/oslo"
    publishing.save(article)
    ingestion.ingest(article.pk)
    article.refresh_from_db()
    assert article.error == ""
    assert Passage.objects.filter(until__isnull=True).count() == Vector.objects.count() - 3


def test_rollback_brings_back_search_and_editor(acme: Cast) -> None:
    kept = know("How long is the warranty?", "One year.")
    first = releases.active()
    kept.body = "Two years."
    publishing.save(kept)
    ingestion.ingest(kept.pk)
    added = know("Do you ship to Norway?", "Yes.")
    releases.activate(first)
    assert ask("warranty", revision=released_revision())[0].text == "One year."
    kept.refresh_from_db()
    added.refresh_from_db()
    assert (kept.body, added.status) == ("One year.", "archived")
    # The head equals what was rolled back to, and later edits follow from there.
    assert [hit.text for hit in ask("warranty")] == ["One year."]
    kept.title = "How long is your warranty?"
    publishing.save(kept)
    ingestion.ingest(kept.pk)
    assert [hit.text for hit in ask("warranty", revision=released_revision())] == ["One year."]


def test_rollback_overtakes_a_save_on_its_way(acme: Cast) -> None:
    article = know("How long is the warranty?", "One year.")
    first = releases.active()
    article.body = "Ten years."
    publishing.save(article)
    releases.activate(first)
    ingestion.ingest(article.pk)
    assert [hit.text for hit in ask("warranty")] == ["One year."]
    article.refresh_from_db()
    assert article.body == "One year."


def test_a_failure_is_shown_and_tried_again(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    article = Article(title="Hello?", body="Hi.", status="published")
    publishing.save(article)
    with monkeypatch.context() as broken:
        broken.setattr(embeddings.BundledEmbedder, "embed_questions", _out_of_memory)
        ingestion.ingest(article.pk)
    article.refresh_from_db()
    assert article.ingestion == Ingestion.WAITING
    assert "no memory left" in article.error
    ingestion.ingest(article.pk)
    article.refresh_from_db()
    assert (article.ingestion, article.error) == (Ingestion.LIVE, "")


def test_it_gives_up_after_five_tries_until_asked_again(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    article = Article(title="Hello?", body="Hi.", status="published")
    publishing.save(article)
    with monkeypatch.context() as broken:
        broken.setattr(embeddings.BundledEmbedder, "embed_questions", _out_of_memory)
        for _try in range(6):
            ingestion.ingest(article.pk)
    article.refresh_from_db()
    assert (article.ingestion, article.attempts) == (Ingestion.FAILED, 5)
    publishing.retry(article)
    ingestion.ingest(article.pk)
    assert ask("hello")[0].text == "Hi."


def test_the_sweeper_wakes_what_lost_its_task(acme: Cast, django_capture_on_commit_callbacks: object) -> None:
    article = Article(title="Hello?", body="Hi.", status="published")
    publishing.save(article)
    assert sweeping.sweep() == 0  # not yet: its own task may be on the way
    Article.objects.update(wake_at="2020-01-01T00:00Z")
    assert sweeping.sweep() == 1
    assert sweeping.sweep() == 0  # woken a moment ago


def test_the_sweeper_publishes_an_edition_left_without_release(acme: Cast) -> None:
    know("Hello?", "Hi.")
    Release.objects.all().delete()
    Edition.objects.update(published=False, created_at="2020-01-01T00:00Z")
    sweeping.sweep()
    assert released_revision() == editions.head().number


def test_bad_articles_are_refused_in_a_sentence(acme: Cast) -> None:
    for fields in (
        {"title": "", "body": "x"},
        {"title": "x\x00y", "body": "x"},
        {"title": "x", "body": "x" * 400_001},
        {"title": "x", "body": "x", "alternatives": [f"y{n}" for n in range(51)]},
        {"title": "x", "body": "x", "alternatives": "not a list"},
        {"title": "x", "body": "x", "language": "tlh"},
    ):
        with pytest.raises(ValidationError):
            publishing.save(Article(**fields))


def test_globex_never_finds_what_acme_knows(acme: Cast) -> None:
    from apps.tenants import context

    article = know("What is the secret of Acme?", "It is a roadrunner.")
    revision = editions.head().number
    with context.inside(acme.globex):
        assert ask("secret of Acme", revision=revision) == []
        know("What does Globex make?", "Doomsday devices.")
        hits = ask("What is the secret of Acme?", revision=revision)
        assert [hit.text for hit in hits] == ["Doomsday devices."]
        assert not Article.objects.filter(pk=article.pk).exists()
    assert [hit.text for hit in ask("What does Globex make?")] == ["It is a roadrunner."]


def test_postings_agree_with_a_rebuild(shop: list[Article]) -> None:
    shop[0].body = "Ten days."
    publishing.save(shop[0])
    ingestion.ingest(shop[0].pk)
    edition = editions.head()

    def state() -> dict[tuple[str, int], set[bytes]]:
        size = postings.RECORD.itemsize
        return {
            (term, block): {bytes(data)[i : i + size] for i in range(0, len(data), size)}
            for term, block, data in Posting.objects.values_list("term", "block", "data")
        }

    before = state()
    postings.rebuild()
    assert state() == before
    live = editions.found_at(edition.number)
    assert edition.questions == live.filter(kind="question").count()
    assert edition.texts == live.exclude(kind="question").count()


def _out_of_memory(*_args: object) -> None:
    raise MemoryError("no memory left")


def test_stored_tables_are_cut_anew_once(acme: Cast) -> None:
    """The migration after which tables are cut by their rows: what is live waits again, all else stays as it is."""
    table = "| Model | Weight |\n|---|---|\n" + "\n".join(f"| Trek {n} | {n} kg |" for n in range(200))
    long = know("Our models", table, kind="article")
    prose = know("Our story", "It began | in a garage.", kind="article")
    draft = know("Not yet", table, kind="article", status="draft")
    Passage.objects.filter(article=long, ordinal=2).update(text="| Trek 90 | 90 kg |")  # as the old rule cut it
    before = editions.head().number
    cut_anew = importlib.import_module("apps.knowledge.migrations.0002_cut_tables_anew").cut_anew
    cut_anew(apps, None)
    assert list(Article.objects.filter(ingestion=Ingestion.WAITING)) == [long]
    assert sweeping.sweep() == 1
    ingestion.ingest(long.pk)
    long.refresh_from_db()
    assert (long.ingestion, long.body) == (Ingestion.LIVE, table)
    live = Passage.objects.filter(article=long, since__isnull=False, until__isnull=True)
    assert all(passage.text.startswith("| Model | Weight |\n|---|---|\n") for passage in live)
    assert live.filter(since=before + 1).count() == 1, "only what differs is new"
    for other in (prose, draft):
        assert other.revisions.count() == 1
    cut_anew(apps, None)
    ingestion.ingest(long.pk)
    assert editions.head().number == before + 2
    assert not live.filter(since=before + 2).exists()
