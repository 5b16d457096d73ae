"""The questions of evaluation sets in the admin: listed, searched, written by a form, drafted from a conversation."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from apps.conversations.models import Conversation, Turn
from apps.insights import failing, prefilling, sets
from apps.insights.admin.question_form import TITLES, ItemForm, TurnForm, Turns, initial, row_of
from apps.insights.models import EvaluationSet, Item
from apps.knowledge.models import Article, Status
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member

MOST_TITLES = 1_000


@admin.register(Item, site=tenant_site)
class ItemAdmin(RowAdmin):
    empty = gettext_lazy("Write a question with what you expect, or take one from a conversation.")
    list_display = ("asked", "expected", "kind", "origin_shown", "set")
    list_display_links = ("asked",)
    list_filter = ("set", "origin", "kind")
    search_fields = ("label", "kind")
    search_help_text = gettext_lazy("Searches questions, what is expected, ids and categories")
    list_select_related = ("set",)
    list_per_page = 50
    ordering = ("-pk",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Item], search_term: str) -> tuple[Any, bool]:
        term = self.searchable(request, search_term)
        found, repeats = super().get_search_results(request, queryset, term)
        if term:
            words = queryset.annotate(words=Cast("turns", TextField())).filter(words__icontains=term)
            found = queryset.filter(pk__in=found.values("pk")) | queryset.filter(pk__in=words.values("pk"))
        return found, repeats

    @display(description=gettext_lazy("question"), header=True)
    def asked(self, item: Item) -> list[str]:
        more = len(item.turns) - 1
        return [str(item), ngettext("and %d more turn", "and %d more turns", more) % more if more else item.label]

    @display(description=gettext_lazy("expected"))
    def expected(self, item: Item) -> str:
        parts = failing.told(item.row.turns[-1].expected)
        text = " · ".join(f"{head}: {', '.join(words)}" if words else head for head, words in parts)
        return text[:117] + "…" if len(text) > 118 else text

    @display(description=gettext_lazy("origin"), ordering="origin")
    def origin_shown(self, item: Item) -> str:
        return item.get_origin_display()

    # writing

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """`?turn=` or `?conversation=` brings what was asked there, with what the bot did; `?set=` the set."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if not EvaluationSet.objects.exists():
            messages.info(request, _("Make an evaluation set first; then questions can be added to it."))
            return redirect("admin:insights_evaluationset_add")
        conversation, drafts = _drafted(request)
        first = EvaluationSet.objects.filter(pk=int(number)).first() if (number := _number(request, "set")) else None
        form = _form(request, {"set": first or EvaluationSet.objects.first()})
        turns = self._turns(request, drafts or [{}])
        if self._is_saved(request, form, turns):
            chosen: EvaluationSet = form.cleaned_data["set"]
            origin = Item.Origin.CONVERSATION if conversation else Item.Origin.WRITTEN
            item = self._save(request, chosen, form, turns, None, origin=origin, conversation=conversation)
            if item:
                self.log_addition(request, item, [{"added": {}}])
                messages.success(request, _("Saved. The next run asks it."))
                if "_addanother" in request.POST:
                    return redirect(f"{reverse('admin:insights_item_add')}?set={chosen.pk}")
                return redirect("admin:insights_evaluationset_change", chosen.pk)
        return self._page(request, form, turns, None, drafted=bool(drafts))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        item: Item = self.found(request, object_id)
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        form = _form(request, {"kind": item.kind}, item)
        turns = self._turns(request, initial(item))
        if self._is_saved(request, form, turns) and self._save(request, item.set, form, turns, item):
            self.log_change(request, item, [{"changed": {"fields": ["turns"]}}])
            messages.success(request, _("Saved. The next run asks it."))
            return redirect("admin:insights_evaluationset_change", item.set_id)
        return self._page(request, form, turns, item)

    def _turns(self, request: HttpRequest, drafts: list[dict[str, Any]]) -> Any:
        if _wants_more(request):
            return Turns(initial=[*_typed(request), {}][: Turns.max_num], prefix="turn")
        return Turns(request.POST if request.method == "POST" else None, initial=drafts, prefix="turn")

    def _is_saved(self, request: HttpRequest, form: ItemForm, turns: Any) -> bool:
        if request.method != "POST" or _wants_more(request):
            return False
        valid = turns.is_valid()
        return form.is_valid() and valid

    def _save(
        self, request: HttpRequest, chosen: EvaluationSet, form: ItemForm, turns: Any, item: Item | None, **facts: Any
    ) -> Item | None:
        try:
            row = row_of(item.label if item else sets.new_label(), form.cleaned_data["kind"], turns)
            return sets.save(chosen, row, item=item, by=cast(Member, request.user), **facts)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return None

    def _page(
        self, request: HttpRequest, form: ItemForm, turns: Any, item: Item | None, *, drafted: bool = False
    ) -> HttpResponse:
        titles = Article.objects.exclude(status=Status.ARCHIVED).order_by("title").values_list("title", flat=True)
        shown = {
            "title": _("Question") if item else _("Add question"),
            "item": item,
            "original": item,
            "form": form,
            "turns": turns,
            "drafted": drafted,
            "titles_id": TITLES,
            "titles": titles.distinct()[:MOST_TITLES],
            "categories": Item.objects.order_by("kind").values_list("kind", flat=True).distinct()[:200],
            "may_delete": item is not None and self.has_delete_permission(request, item),
            "media": self.media + turns.media,
            "opts": self.opts,
        }
        return render(request, "admin/evaluation_question.html", {**self.admin_site.each_context(request), **shown})


def _wants_more(request: HttpRequest) -> bool:
    return request.method == "POST" and "more" in request.POST


def _form(request: HttpRequest, known: dict[str, Any], item: Item | None = None) -> ItemForm:
    if _wants_more(request):
        return ItemForm(
            initial=known | {name: request.POST[name] for name in ("set", "kind") if name in request.POST}, item=item
        )
    return ItemForm(request.POST if request.method == "POST" else None, initial=known, item=item)


def _typed(request: HttpRequest) -> list[dict[str, Any]]:
    """The turns as they stand in the form, unchecked, so that one more can be put below them."""
    count = min(int(_digits(request.POST.get("turn-TOTAL_FORMS"))), Turns.max_num)
    names = list(TurnForm.base_fields)
    return [{name: request.POST.get(f"turn-{n}-{name}", "") for name in names} for n in range(count)]


def _drafted(request: HttpRequest) -> tuple[UUID | None, list[dict[str, Any]]]:
    """The conversation that the address names, and a draft of its questions. Raises Http404 for one that is not here."""
    for name in ("turn", "conversation"):
        given = request.GET.get(name, "")
        if not given:
            continue
        try:
            key = UUID(given)
        except ValueError as error:
            raise Http404 from error
        if not request.user.has_perm("conversations.view_conversation"):
            raise PermissionDenied
        if name == "turn":
            turn = Turn.objects.select_related("conversation").filter(pk=key).first()
            if turn:
                return turn.conversation_id, prefilling.of_turn(turn)
        elif row := Conversation.objects.filter(pk=key).first():
            return row.pk, prefilling.of_conversation(row)
        raise Http404
    return None, []


def _number(request: HttpRequest, name: str) -> str:
    return _digits(request.GET.get(name)) if request.GET.get(name) else ""


def _digits(text: str | None) -> str:
    return text if text and text.isascii() and text.isdigit() and len(text) < 10 else "0"
