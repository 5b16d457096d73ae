"""Knowledge in the admin: written, listed, archived, imported, exported, tried."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.translation import gettext as _

from apps.knowledge.intake import importing, ingestion
from apps.knowledge.models import Article, Import
from apps.knowledge.tasks import take_in
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text
from tests.cast import Cast
from tests.knowledge.conftest import know

LIST = "/admin/knowledge/article/"
FORM = {
    "kind": "qa",
    "title": "Do you sharpen axes?",
    "alternatives": "axe sharpening\n\naxe sharpening\nmy axe is blunt",
    "body": "Yes, in **every** store.\r\n\r\n<script>alert(1)</script>",
    "status": "published",
    "language": "en",
    "category": "stores",
    "url": "shop.example.com/axes",
}


def written(cast: Cast) -> Article:
    with context.inside(cast.acme):
        return Article.objects.select_related("updated_by").get(title=FORM["title"])


@pytest.mark.usefixtures("worker")
def test_a_saved_article_is_what_the_next_customer_gets(cast: Cast, owner: Browser) -> None:
    saved = owner.client.post(f"{LIST}add/", FORM, headers={"host": owner.host}, follow=True)
    assert "Customers get it in a moment" in saved.content.decode()
    article = written(cast)
    assert article.alternatives == ["axe sharpening", "my axe is blunt"]
    assert (article.ingestion, article.updated_by, article.url) == ("waiting", cast.alice, "https://shop.example.com/axes")
    with context.inside(cast.acme):
        before = active().number
        ingestion.ingest(article.pk)
        live = active()
    assert live.number == before + 1
    assert live.created_by_id == cast.alice.pk
    followed = json.loads(text(owner.get(f"{LIST}states/", ids=str(article.pk))))
    assert followed["articles"][str(article.pk)]["state"] == "live"
    assert followed["release"] == live.number
    tried = text(owner.get("/admin/try/", q="my axe is blunt"))
    assert "Quoted from the knowledge" in tried
    assert f"{LIST}{article.pk}/change/" in tried


@pytest.mark.usefixtures("worker")
def test_markup_stays_text_everywhere(cast: Cast, owner: Browser) -> None:
    evil = "<img src=x onerror=alert(1)>"
    with context.inside(cast.acme):
        article = know(f"Why {evil}?", evil, category=evil, alternatives=[f"and {evil}"])
    pages = [LIST, f"{LIST}{article.pk}/change/", f"{LIST}{article.pk}/revisions/", "/admin/releases/release/"]
    for page in [*pages, f"/admin/releases/release/{_number(cast)}/change/"]:
        assert evil not in text(owner.get(page)), page
    assert evil not in text(owner.get("/admin/try/", q=evil))
    assert evil not in text(owner.get(LIST, q=evil))


def _number(cast: Cast) -> int:
    with context.inside(cast.acme):
        return active().number


def test_drafts_are_saved_and_not_found(cast: Cast, owner: Browser) -> None:
    owner.post(f"{LIST}add/", {**FORM, "status": "draft"})
    assert written(cast).ingestion == "idle"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "required"),
        ({"body": " "}, "required"),
        ({"alternatives": "\n".join(f"way {n}" for n in range(51))}, "at most 50"),
        ({"alternatives": "x" * 501}, "up to 500"),
        ({"url": "javascript:alert(1)"}, "valid URL"),
        ({"language": "tlh"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_saved_is_told_at_the_field(change: dict[str, str], sentence: str, owner: Browser) -> None:
    answer = owner.post(f"{LIST}add/", {**FORM, **change})
    assert answer.status_code == 200
    assert sentence in text(answer)


def test_an_answer_is_asked_for_with_the_customers_question(owner: Browser) -> None:
    page = text(owner.get(f"{LIST}add/", title="可以用比特币付款吗", language="zh-hans"))
    assert 'value="可以用比特币付款吗"' in page
    assert '<option value="zh-hans" selected>' in page


def test_search_and_filters_narrow_the_list(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        know("How long does shipping take?", category="orders", alternatives=["delivery time"])
        know("怎么开发票？", "在订单详情页申请。", language="zh-hans")
    assert "shipping" in text(owner.get(LIST, q="delivery time"))
    assert "发票" in text(owner.get(LIST, q="详情页"))
    chinese = text(owner.get(LIST, language__exact="zh-hans"))
    assert "发票" in chinese
    assert "How long does shipping" not in chinese
    assert "发票" not in text(owner.get(LIST, category="orders"))


def test_many_are_archived_and_published_again(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        articles = [know("One?"), know("Two?")]
    chosen = {"_selected_action": [str(article.pk) for article in articles]}
    for action, status in (("archive", "archived"), ("publish", "published")):
        owner.post(LIST, {"action": action, **chosen})
        with context.inside(cast.acme):
            assert set(Article.objects.values_list("status", flat=True)) == {status}


def test_an_earlier_text_opens_in_the_editor_unsaved(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        article = know("Return policy?", "Within 30 days.")
        first = article.revisions.last()
        article.body = "Within 60 days."
        from apps.knowledge.intake import publishing

        publishing.save(article)
    assert "30 days" in text(owner.get(f"{LIST}{article.pk}/revisions/"))
    assert first
    assert "Within 30 days." in text(owner.get(f"{LIST}{article.pk}/change/", revision=str(first.pk)))
    assert "Within 60 days." in text(owner.get(f"{LIST}{article.pk}/change/"))


def test_a_file_is_imported_and_its_bad_rows_are_told_by_line(cast: Cast, owner: Browser) -> None:
    rows = "question,answer,language\nWhere are you?,In Denver.,en\n,no question,en\nWhen?,Now.,tlh\n"
    file = SimpleUploadedFile("faq.csv", rows.encode())
    answer = owner.post("/admin/knowledge/import/add/", {"file": file})
    page = answer.headers["Location"]
    assert "every 1s" in text(owner.get(page))
    with context.inside(cast.acme):
        importing.run(Import.objects.get().pk)
    told = text(owner.get(page))
    assert "every 1s" not in told
    assert "2 rows are bad" in told
    assert "<td>3</td>" in told
    assert "<td>4</td>" in told


def test_bad_rows_may_be_left_out(cast: Cast, owner: Browser) -> None:
    file = SimpleUploadedFile("faq.csv", b"question,answer\nWhere are you?,In Denver.\n,none\n")
    owner.post("/admin/knowledge/import/add/", {"file": file, "skip_bad": "on"})
    with context.inside(cast.acme):
        importing.run(Import.objects.get().pk)
        assert Article.objects.get().status == "published"


def test_a_file_that_is_too_large_is_refused_in_a_sentence(owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.knowledge.intake.tables.LARGEST_FILE", 2**20)
    file = SimpleUploadedFile("big.csv", b"x" * (2**20 + 1))
    assert "larger than 1 MB" in text(owner.post("/admin/knowledge/import/add/", {"file": file}))


def test_what_is_exported_can_be_imported(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        know("怎么开发票？", "在订单详情页申请。", language="zh-hans", alternatives=["发票", "开票"])
    lines = text(owner.get(f"{LIST}export-jsonl/")).splitlines()
    assert json.loads(lines[0])["alternatives"] == ["发票", "开票"]
    answer = owner.get(f"{LIST}export-csv/")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "怎么开发票" in text(answer)


def test_who_may_read_may_not_write(cast: Cast, hire: Hire) -> None:
    with context.inside(cast.acme):
        article = know("Return policy?", "Within 30 days.")
    for role in (Role.AGENT, Role.VIEWER):
        browser = hire(role)
        page = text(browser.get(f"{LIST}{article.pk}/change/"))
        assert "Within 30 days." in page
        assert 'name="_save"' not in page
        assert browser.post(f"{LIST}{article.pk}/change/", FORM).status_code == 403
        assert browser.post(f"{LIST}add/", FORM).status_code == 403
        browser.post(LIST, {"action": "archive", "_selected_action": [str(article.pk)]})
        assert browser.get(f"{LIST}import/").status_code == 403
    with context.inside(cast.acme):
        assert Article.objects.get().status == "published"


@pytest.mark.usefixtures("worker")
def test_mallory_finds_nothing_of_acme(cast: Cast, mallory: Browser) -> None:
    with context.inside(cast.acme):
        article = know("Return policy?", "Within 30 days.")
        job = importing.begin("x.csv", b"question,answer\na,b\n")
    assert mallory.get(f"{LIST}{article.pk}/change/").status_code == 302
    assert mallory.get(f"{LIST}{article.pk}/revisions/").status_code == 404
    assert mallory.get(f"{LIST}{article.pk}/try/").status_code == 404
    assert mallory.get(f"/admin/knowledge/import/{job.pk}/change/").status_code == 404
    assert json.loads(text(mallory.get(f"{LIST}states/", ids=str(article.pk))))["articles"] == {}
    assert "Return policy" not in text(mallory.get(LIST)) + text(mallory.get(f"{LIST}export-jsonl/"))
    assert "Within 30 days" not in text(mallory.get("/admin/try/", q="Return policy?"))
    mallory.post(LIST, {"action": "archive", "_selected_action": [str(article.pk)]})
    with context.inside(cast.acme):
        assert Article.objects.get().status == "published"


def test_what_workers_write_down_is_in_the_sites_language(cast: Cast, mallory: Browser) -> None:
    """Globex is Chinese; its people read the import's report, whatever language the worker was started in."""
    file = SimpleUploadedFile("faq.csv", b"question,answer\n,none\n")
    answer = mallory.post("/admin/knowledge/import/add/", {"file": file})
    with context.inside(cast.globex):
        job = Import.objects.get()
        take_in.run(job.pk)
        job.refresh_from_db()
    with translation.override("zh-hans"):
        assert job.report[0]["problem"] == _("The question is empty.")
    assert job.problem in text(mallory.get(answer.headers["Location"]))
