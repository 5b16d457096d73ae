"""The platform's admin: tenants, their hosts, plans. Only at the platform's own host (`adminsite.platform_site`)."""

import time
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.tenants import context, security
from apps.tenants.backoffice.adminsite import platform_site
from apps.tenants.backoffice.fields import LinesField, LinesWidget
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.creation import create_tenant
from apps.tenants.models import Domain, Plan, Tenant, check_slug
from apps.tenants.web import hosts
from apps.tenants.workspace import invitations
from apps.tenants.workspace.models import LANGUAGES, Member, Role, Site


class NewTenantForm(forms.Form):
    """All that a new tenant needs. `create` makes the tenant, ready to use, with its first owner."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, widget=UnfoldAdminTextInputWidget)
    slug = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget,
        validators=[check_slug],
        help_text=gettext_lazy("Small letters, digits and hyphens. It names the tenant's schema and never changes."),
    )
    domains = LinesField(
        label=gettext_lazy("Host names"),
        widget=LinesWidget(add=gettext_lazy("Add a host")),
        help_text=gettext_lazy("Without https:// and port, such as acme.example.com. The first one is the main one."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, widget=UnfoldAdminSelectWidget)
    plan = forms.ModelChoiceField(
        label=gettext_lazy("Plan"), queryset=Plan.objects.none(), required=False, widget=UnfoldAdminSelectWidget
    )
    owner = forms.CharField(
        label=gettext_lazy("First owner"),
        max_length=150,
        initial="owner",
        widget=UnfoldAdminTextInputWidget,
        validators=[Member.username_validator],
        help_text=gettext_lazy("The user name of the person who sets everything else up."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = Plan.objects.order_by("name")  # type: ignore[attr-defined]

    def create(self) -> tuple[Tenant, str]:
        """→ the tenant, and the path of the link at which its owner chooses a password. Raises ValidationError."""
        given = self.cleaned_data
        tenant = create_tenant(
            slug=given["slug"],
            name=given["name"],
            domains=given["domains"],
            language=given["language"],
            plan=given["plan"],
        )
        with context.inside(tenant):
            owner = Member(username=given["owner"], role=Role.OWNER, is_staff=True, language=given["language"])
            invitations.invite(owner, new=True)
            return tenant, invitations.path(owner)


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Domain
        fields = ("domain", "is_primary")
        labels = {"domain": gettext_lazy("host name"), "is_primary": gettext_lazy("main host")}

    def clean_domain(self) -> str:
        name = hosts.checked(self.cleaned_data["domain"])
        from django.conf import settings

        if name in settings.PLATFORM_HOSTS:
            raise ValidationError(_("%s is the platform's own host.") % name)
        return name


class DomainInline(TabularInline):  # type: ignore[misc]  # Unfold has no types
    model = Domain
    form = DomainForm
    extra = 0
    min_num = 1
    validate_min = True
    verbose_name = gettext_lazy("host name")
    verbose_name_plural = gettext_lazy("host names")


class PlatformAdmin(RowAdmin):
    """Needs no permission rows: anybody who may use the platform's admin may do all that it offers."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return platform_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return platform_site.has_permission(request)

    def may(self, what: str, request: HttpRequest) -> bool:
        return platform_site.has_permission(request)


@admin.register(Tenant, site=platform_site)
class TenantAdmin(PlatformAdmin):
    empty = gettext_lazy("A tenant is a company with its own admin, chat and data. Add the first one.")
    never = ("delete",)  # deleting a company's data is no click; suspending it is
    list_display = ("called", "main_host", "plan", "state", "created_at")
    list_filter = ("suspended", "plan")
    search_fields = ("name", "slug", "domains__domain")
    ordering = ("name",)
    fields = ("name", "slug", "plan", "suspended", "created_at")
    readonly_fields = ("slug", "created_at")
    inlines = (DomainInline,)
    list_filter_submit = False
    list_select_related = ("plan",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        rows: QuerySet[Tenant] = super().get_queryset(request)
        return rows.exclude(schema_name=context.PUBLIC_SCHEMA).prefetch_related("domains")

    @display(description=gettext_lazy("tenant"), ordering="name", header=True)
    def called(self, tenant: Tenant) -> list[str]:
        return [tenant.name, tenant.slug]

    @display(description=gettext_lazy("main host"))
    def main_host(self, tenant: Tenant) -> str:
        names = sorted(tenant.domains.all(), key=lambda domain: not domain.is_primary)
        return str(names[0].domain) if names else "–"

    @display(description=gettext_lazy("state"), label={"live": "success", "suspended": "danger"}, ordering="suspended")
    def state(self, tenant: Tenant) -> tuple[str, str]:
        return ("suspended", _("suspended")) if tenant.suspended else ("live", _("active"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A tenant is more than a row: `creation.create_tenant` makes it, and its owner's link is shown once."""
        form = NewTenantForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            began = time.perf_counter()
            try:
                tenant, link = form.create()
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                security.note("invite", person=request.user.pk, tenant_made=tenant.slug)
                self.log_addition(request, tenant, [{"added": {}}])
                return self._created(request, tenant, form.cleaned_data, link, time.perf_counter() - began)
        shared = {**self.admin_site.each_context(request), "title": _("New tenant"), "opts": self.opts}
        return render(request, "admin/new_tenant.html", {**shared, "form": form, "media": self.media + form.media})

    def _created(self, request: HttpRequest, tenant: Tenant, given: dict[str, Any], link: str, seconds: float) -> HttpResponse:
        host = f"{tenant.domains.get(is_primary=True).domain}{_port(request)}"
        with context.inside(tenant):
            snippet = Site.load().snippet(f"{request.scheme}://{host}")
        shown = {
            "title": _("%s is ready") % tenant.name,
            "told": _("Made in %.1f seconds.") % seconds,
            "username": given["owner"],
            "link": f"{request.scheme}://{host}{link}",
            "days": invitations.DAYS,
            "snippet": snippet,
            "back": "admin:tenants_tenant_changelist",
            "opts": self.opts,
        }
        return render(request, "admin/link_once.html", {**self.admin_site.each_context(request), **shown})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        hosts.forget()  # other processes hear of it, or ask within a second
        tenant: Tenant = form.instance
        if "suspended" in form.changed_data and tenant.suspended:
            messages.warning(request, _("%s is suspended: its hosts no longer answer anybody.") % tenant.name)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        response: HttpResponse = super().response_change(request, obj)
        return response if "_continue" in request.POST else redirect("admin:tenants_tenant_changelist")


def _port(request: HttpRequest) -> str:
    port = request.get_port()
    return "" if port in ("80", "443") else f":{port}"


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """Room for files may be left open, which grants what the platform does."""

    class Meta:
        model = Plan
        fields = ("name", "members", "messages_per_minute", "files_mb_a_day", "files_mb")
        help_texts = {name: gettext_lazy("0: as much as the platform allows.") for name in ("files_mb_a_day", "files_mb")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("files_mb_a_day", "files_mb"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        return given | {name: given.get(name) or 0 for name in ("files_mb_a_day", "files_mb") if name not in self.errors}


@admin.register(Plan, site=platform_site)
class PlanAdmin(PlatformAdmin):
    empty = gettext_lazy("A plan limits what its tenants may use. Without one nothing is limited.")
    form = PlanForm
    list_display = ("name", "members", "messages_per_minute", "files_mb_a_day", "files_mb", "tenants")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        rows: QuerySet[Plan] = super().get_queryset(request)
        return rows.order_by("name")

    @display(description=gettext_lazy("tenants"))
    def tenants(self, plan: Plan) -> int:
        return int(Tenant.objects.filter(plan=plan).aggregate(all=Count("pk"))["all"])


def numbers(request: HttpRequest) -> dict[str, Any]:
    """The platform's first page."""
    tenants = Tenant.objects.exclude(schema_name=context.PUBLIC_SCHEMA)
    return {
        "tenants": tenants.count(),
        "suspended": tenants.filter(suspended=True).count(),
    }


platform_site.add_overview(numbers)
