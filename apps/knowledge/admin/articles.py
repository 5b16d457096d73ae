"""Knowledge in the admin: articles with their way into the search. Every save goes through the verbs of `publishing`."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display

from apps.knowledge.admin.editor import ArticleForm, used_categories
from apps.knowledge.intake import importing, publishing, tables
from apps.knowledge.models import Article, Ingestion, Kind, Revision, Status
from apps.releases import checks
from apps.releases import publishing as releases
from apps.tenants import security
from apps.tenants.backoffice import times
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.workspace.models import LANGUAGES, Member, Site

ON_THE_WAY = (Ingestion.WAITING, Ingestion.WORKING)
MOST_IDS = 100


class CategoryFilter(admin.SimpleListFilter):
    title = gettext_lazy("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in used_categories()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return queryset.filter(category=self.value()) if self.value() else queryset


@admin.register(Article, site=tenant_site)
class ArticleAdmin(RowAdmin):
    empty = gettext_lazy(
        "The bot answers from what stands here: write an article or a question with its answer, or import a file."
    )
    never = ("delete",)  # older releases point to it: it is archived instead
    form = ArticleForm
    list_display = ("called", "kind_shown", "status_shown", "in_search", "language", "changed")
    list_filter = ("status", "kind", "language", "ingestion", CategoryFilter)
    search_fields = ("title", "body", "alternatives", "category")
    search_help_text = gettext_lazy("Searches questions, answers and other ways to ask")
    ordering = ("-updated_at",)
    list_per_page = 50
    list_select_related = ("updated_by",)
    actions = ("publish", "archive", "try_again")
    actions_list = (
        {"title": gettext_lazy("Export"), "icon": "download", "items": ["export_csv", "export_jsonl"]},
        "import_file",
    )
    actions_detail = ("try_it", "revisions")
    compressed_fields = False
    warn_unsaved_form = True
    list_after_template = "admin/article_list_after.html"
    change_form_before_template = "admin/article_state.html"
    fieldsets = (
        (None, {"fields": ("kind", "title", "alternatives", "body")}),
        (gettext_lazy("Where it belongs"), {"fields": (("status", "language"), ("category", "url"))}),
    )

    # Named, not dotted: Unfold looks dotted ones up as permission rows, which do not exist (roles.py).
    def has_try_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("conversations.try_turn")

    def has_import_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("knowledge.add_import")

    def get_urls(self) -> list[URLPattern]:
        states = path("states/", self.admin_site.admin_view(self.states), name="article_states")
        return [states, *super().get_urls()]

    # the list

    @display(description=gettext_lazy("question or title"), ordering="title", header=True)
    def called(self, article: Article) -> list[str]:
        others = len(article.alternatives)
        more = ngettext("%d other way to ask", "%d other ways to ask", others) % others if others else ""
        return [article.title, " · ".join(part for part in (article.category, more) if part)]

    @display(description=gettext_lazy("kind"), ordering="kind")
    def kind_shown(self, article: Article) -> str:
        return article.get_kind_display()

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={Status.PUBLISHED: "success", Status.DRAFT: "warning", Status.ARCHIVED: ""},
    )
    def status_shown(self, article: Article) -> tuple[str, str]:
        return article.status, article.get_status_display()

    @display(description=gettext_lazy("in search"), ordering="ingestion")
    def in_search(self, article: Article) -> str:
        state = state_of(article)
        return format_html(
            '<search-state data-article="{}" data-state="{}" data-progress="{}" title="{}">{}</search-state>',
            article.pk, state["state"], state["progress"], state["error"], state["label"],
        )  # fmt: skip

    @display(description=gettext_lazy("last change"), ordering="updated_at", header=True)
    def changed(self, article: Article) -> list[Any]:
        return [times.short(article.updated_at), article.updated_by or ""]

    def states(self, request: HttpRequest) -> JsonResponse:
        """The progress of articles on their way into the search. The list and the editor ask until they have arrived."""
        if not self.has_view_permission(request):
            return JsonResponse({}, status=403)
        ids = [pk for pk in request.GET.get("ids", "").split(",") if len(pk) == 36][:MOST_IDS]
        try:
            found = {str(article.pk): state_of(article) for article in Article.objects.filter(pk__in=ids)}
        except ValidationError:
            found = {}
        candidate = releases.undecided()
        return JsonResponse({"articles": found, "release": releases.active().number, "waits": candidate and candidate.pk})

    # saving

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        publishing.save(obj, by=cast(Member, request.user))

    def message_user(self, request: HttpRequest, message: Any, level: int = messages.INFO, *args: Any, **kwargs: Any) -> None:
        """Django's “was changed successfully” says too little: see `_tell`."""
        if level != messages.SUCCESS:
            super().message_user(request, message, level, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: str | None = None) -> HttpResponse:
        self._tell(request, obj)
        return self._next(request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        self._tell(request, obj)
        return self._next(request, obj)

    def _tell(self, request: HttpRequest, article: Article) -> None:
        live = releases.active().frozen
        if article.status == Status.PUBLISHED and checks.are_wanted(live, live):
            messages.success(request, _("Saved. Customers get it with a new release, when that has passed its check."))
        elif article.status == Status.PUBLISHED:
            messages.success(request, _("Saved. Customers get it in a moment, with a new release."))
        elif article.ingestion in ON_THE_WAY:
            messages.success(request, _("Saved. It will be taken out of the search in a moment."))
        else:
            messages.success(request, _("Saved. Customers will not see it until it is published."))

    def _next(self, request: HttpRequest, article: Article) -> HttpResponse:
        if "_addanother" in request.POST:
            return redirect("admin:knowledge_article_add")
        if "_continue" in request.POST:
            return redirect("admin:knowledge_article_change", article.pk)
        return redirect("admin:knowledge_article_changelist")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """“Write an answer” on the overview brings the customer's question."""
        return {
            "language": Site.load().language,
            "status": Status.PUBLISHED,
            "kind": Kind.QA,
            **{
                name: value[:500]
                for name, value in super().get_changeform_initial_data(request).items()
                if name in ("title", "language")
            },
        }

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        article = self.get_object(request, object_id) if object_id else None
        if article and self.has_view_permission(request, article) and not self.has_change_permission(request, article):
            return self._read(request, article)
        more = {"state": state_of(article) if article else None, "show_save_as_new": False}
        return super().changeform_view(request, object_id, form_url, more | (extra_context or {}))  # type: ignore[no-any-return]

    def _read(self, request: HttpRequest, article: Article) -> HttpResponse:
        """The article as readers see it, for people who may not edit it, instead of a form of disabled fields."""
        if request.method != "GET":
            raise PermissionDenied
        shown = {"title": article.title, "article": article, "original": article, "opts": self.opts}
        return render(request, "admin/article_read.html", {**self.admin_site.each_context(request), **shown})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Article | None:
        """`?revision=` opens the editor with an earlier text; nothing is saved until somebody does."""
        article: Article | None = super().get_object(request, object_id, from_field)
        wanted = request.GET.get("revision", "")
        if article and request.method == "GET" and wanted.isdecimal():
            earlier = article.revisions.filter(pk=int(wanted[:18])).first()
            for name, value in earlier.content().items() if earlier else ():
                setattr(article, name, value)
        return article

    # actions

    @admin.action(description=gettext_lazy("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._turn(request, queryset, Status.PUBLISHED)

    @admin.action(description=gettext_lazy("Archive (take out of the search)"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._turn(request, queryset, Status.ARCHIVED)

    @admin.action(description=gettext_lazy("Try again what failed"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        failed = list(queryset.filter(ingestion=Ingestion.FAILED))
        for article in failed:
            publishing.retry(article)
        messages.info(
            request,
            ngettext("%d article is being tried again.", "%d articles are being tried again.", len(failed)) % len(failed),
        )

    def _turn(self, request: HttpRequest, queryset: QuerySet[Article], status: Status) -> None:
        turned = list(queryset.exclude(status=status))
        for article in turned:
            article.status = status
            publishing.save(article, by=cast(Member, request.user))
        if status == Status.PUBLISHED:
            told = ngettext("%d article goes live in a moment.", "%d articles go live in a moment.", len(turned))
        else:
            told = ngettext(
                "%d article was archived. “Publish” brings it back.",
                "%d articles were archived. “Publish” brings them back.",
                len(turned),
            )
        messages.success(request, told % len(turned))

    @action(description=gettext_lazy("Try it"), icon="experiment", permissions=["try"], url_path="try")
    def try_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        from urllib.parse import urlencode

        article: Article = self.found(request, object_id)
        return redirect(f"{reverse('admin:try')}?{urlencode({'q': article.title})}")

    @action(description=gettext_lazy("History"), icon="history", permissions=["view"], url_path="revisions")
    def revisions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article: Article = self.found(request, object_id)
        rows: QuerySet[Revision] = article.revisions.select_related("created_by", "source")[:100]
        shown = {
            "title": _("History"),
            "article": article,
            "original": article,
            "revisions": rows,
            "may_edit": self.has_change_permission(request, article),
            "opts": self.opts,
        }
        return render(request, "admin/revisions.html", {**self.admin_site.each_context(request), **shown})

    @action(description=gettext_lazy("Import"), icon="upload", permissions=["import"], url_path="import")
    def import_file(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:knowledge_import_add")

    @action(description=gettext_lazy("CSV, for spreadsheets"), permissions=["view"], url_path="export-csv")
    def export_csv(self, request: HttpRequest) -> HttpResponse:
        return _download(request, tables.write_csv, "csv", "text/csv; charset=utf-8")

    @action(description=gettext_lazy("JSONL, for programs"), permissions=["view"], url_path="export-jsonl")
    def export_jsonl(self, request: HttpRequest) -> HttpResponse:
        return _download(request, tables.write_jsonl, "jsonl", "application/jsonl; charset=utf-8")


def state_of(article: Article) -> dict[str, Any]:
    """An article's way into the search, for the list, the editor and the JSON that follows it."""
    return {
        "state": article.ingestion,
        "label": article.get_ingestion_display(),
        "progress": article.progress,
        "error": article.error,
    }


def _download(request: HttpRequest, write: Any, suffix: str, kind: str) -> HttpResponse:
    """Whole, not streamed: a stream would run after the tenant was left."""
    language = request.GET.get("language", "")
    security.note("export", person=request.user.pk, what="knowledge", form=suffix)
    articles = importing.exported(language if language in dict(LANGUAGES) else "")
    response = HttpResponse("".join(write(articles)), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="knowledge.{suffix}"'
    return response
