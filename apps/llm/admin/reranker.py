"""The reranker in the admin: one form with a test button. A save goes live as a release."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminURLInputWidget

from apps.llm.admin.keys import KeyForm, checked
from apps.llm.admin.trying import TryingMixin
from apps.llm.models import Reranker
from apps.releases.saves import PublishingMixin
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import SingleRowAdmin


class RerankerForm(KeyForm):
    address = "url"
    url = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=gettext_lazy(
            "Where passages are ranked, such as https://models.example.com/v1/rerank. It gets the question and up to ten"
            " passages whenever the search is not sure."
        ),
    )

    class Meta:
        model = Reranker
        fields = ("enabled", "url", "model", "api_key", "milliseconds", "sure")

    def clean_url(self) -> str:
        return checked(self.cleaned_data["url"])


@admin.register(Reranker, site=tenant_site)
class RerankerAdmin(PublishingMixin, TryingMixin, SingleRowAdmin):
    form = RerankerForm
    tried, task = "reranker", "llm.try_reranker"
    change_form_after_template = "admin/endpoint_test.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        form = RerankerForm(instance=obj)
        order = [*RerankerForm.Meta.fields]
        order.insert(order.index("api_key") + 1, "forget_key")
        return [name for name in order if name in form.fields]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_add_permission(request)) and not Reranker.objects.exists()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        more = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, more | (extra_context or {}))  # type: ignore[no-any-return]

    def response_add(self, request: HttpRequest, obj: Reranker, post_url_continue: str | None = None) -> HttpResponse:
        return redirect("admin:llm_reranker_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Reranker) -> HttpResponse:
        return redirect("admin:llm_reranker_change", obj.pk)
