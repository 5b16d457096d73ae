"""Imports in the admin: upload a file, see it being read, get the bad rows by line."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanWidget

from apps.knowledge.intake import importing, tables
from apps.knowledge.models import Import
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member

SHOWN = 200  # bad rows on the page; all that were kept are in the row's report


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), widget=UnfoldAdminFileFieldWidget({"accept": ".csv,.tsv,.txt,.json,.jsonl,.ndjson"})
    )
    skip_bad = forms.BooleanField(
        label=gettext_lazy("Leave out bad rows"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=gettext_lazy("Otherwise one bad row stops the whole import, so that nothing is half imported."),
    )


@admin.register(Import, site=tenant_site)
class ImportAdmin(RowAdmin):
    empty = gettext_lazy("Bring in questions and answers or articles from files. What is wrong with a row is said by its line.")
    never = ("change", "delete")
    list_display = ("name", "state_shown", "added", "changed", "bad", "created_by", "created_at")
    list_filter = ("state",)
    list_select_related = ("created_by",)
    ordering = ("-pk",)

    @display(
        description=gettext_lazy("state"),
        ordering="state",
        label={"live": "success", "refused": "danger", "failed": "danger", "waiting": "info", "working": "info"},
    )
    def state_shown(self, job: Import) -> tuple[str, str]:
        return job.state, job.get_state_display()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                job = importing.begin(file.name, file, skip_bad=form.cleaned_data["skip_bad"], by=cast(Member, request.user))
            except Refusal as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("admin:knowledge_import_change", job.pk)
        shown = {
            "title": _("Import"),
            "form": form,
            "columns": tables.COLUMNS,
            "largest": tables.LARGEST_FILE // 2**20,
            "most": tables.MOST_ROWS,
            "opts": self.opts,
        }
        return render(request, "admin/import_new.html", {**self.admin_site.each_context(request), **shown})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The import as it goes on; the page asks again every second until it has ended."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        job: Import = self.found(request, object_id)
        shown = {
            "title": job.name,
            "job": job,
            "original": job,
            "running": job.state in (Import.State.WAITING, Import.State.WORKING),
            "report": job.report[:SHOWN],
            "unnamed": job.bad - len(job.report[:SHOWN]),
            "opts": self.opts,
        }
        return render(request, "admin/import.html", {**self.admin_site.each_context(request), **shown})
