"""The test button of a form: what stands in it is asked, saved or not, by a worker."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.llm import trial
from apps.tenants import trials


class TryingMixin:
    """Put before ModelAdmin. `tried`: the name of its addresses and of the template of a result; `task`: what asks."""

    tried: ClassVar[str]
    task: ClassVar[str]
    form: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view  # type: ignore[attr-defined]
        own = [
            path("test/", wrap(require_POST(self.test)), name=f"{self.tried}_test"),
            path("test/<uuid:key>/", wrap(self.tested), name=f"{self.tried}_tested"),
        ]
        return own + super().get_urls()  # type: ignore[misc, no-any-return]

    def test(self, request: HttpRequest) -> HttpResponse:
        """Have the endpoint asked as it stands in the form."""
        admin: Any = self
        row = admin.get_object(request, request.POST.get("endpoint", "") or "0")
        if not (admin.has_change_permission(request, row) if row else admin.has_add_permission(request)):
            raise PermissionDenied
        form: forms.ModelForm[Any] = self.form(request.POST, instance=row)
        if not form.is_valid():
            problems = [str(error) for errors in form.errors.values() for error in errors]
            return self._result(request, {"problem": " ".join(problems)})
        endpoint = form.save(commit=False)
        key = trials.begin(self.task, trial.described(endpoint), by=request.user.pk, seconds=trial.patience(endpoint))
        if not key:
            return self._result(request, trials.no_room())
        waiting = {"ask": reverse(f"admin:{self.tried}_tested", args=[key]), "waiting": _("Waiting for the model …")}
        return render(request, "admin/trial_waiting.html", waiting)

    def tested(self, request: HttpRequest, key: UUID) -> HttpResponse:
        found = trials.result(key, self.task, by=request.user.pk)
        return HttpResponse(status=204) if found is None else self._result(request, found)

    def _result(self, request: HttpRequest, found: dict[str, Any]) -> HttpResponse:
        return render(request, f"admin/{self.tried}_tested.html", found)
