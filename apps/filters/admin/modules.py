"""Code that was sent up, in the admin: listed, and deleted where nothing can run it any more."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from apps.filters import discarding
from apps.filters.models import Filter, Module
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.refusal import Refusal

MOST_NAMED = 3


@admin.register(Module, site=tenant_site)
class ModuleAdmin(RowAdmin):
    empty = gettext_lazy("Code that you send up for a filter comes here.")
    never = ("add", "change")
    list_display = ("name", "length", "short", "at", "used")
    list_display_links = None
    ordering = ("-at",)
    actions = ("discard",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Module]:
        rows: QuerySet[Module] = super().get_queryset(request)
        return rows.defer("content")

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # knows nothing of releases
        return actions

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A module has no page of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        self.found(request, object_id)
        return redirect("admin:filters_module_changelist")

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Deleted is by the list's action alone."""
        return self.change_view(request, object_id)

    @admin.action(description=gettext_lazy("Delete what nothing can run any more"), permissions=["delete"])
    def discard(self, request: HttpRequest, queryset: QuerySet[Module]) -> None:
        gone = 0
        for row in queryset:
            try:
                discarding.discard(row)
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                gone += 1
        if gone:
            messages.success(request, ngettext("%d module deleted.", "%d modules deleted.", gone) % gone)

    @display(description=gettext_lazy("size"), ordering="size")
    def length(self, row: Module) -> str:
        return filesizeformat(row.size)

    @display(description="SHA-256")
    def short(self, row: Module) -> str:
        return f"{row.digest[:12]}…"

    @display(description=gettext_lazy("used by"))
    def used(self, row: Module) -> str:
        """Filters by name, then releases by number."""
        names = list(Filter.objects.filter(settings__module=row.digest).values_list("name", flat=True))
        numbers = [f"#{number}" for number in discarding.releases(row.digest)]
        shown = [*names, *numbers[:MOST_NAMED], *(["…"] if len(numbers) > MOST_NAMED else [])]
        return ", ".join(shown) or _("nothing")
