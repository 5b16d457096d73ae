"""Members: made, given a role, invited, deactivated. On the platform's side: its administrators."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from apps.tenants import context, email_address, security
from apps.tenants.backoffice.adminsite import platform_site, tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.workspace import invitations, roles
from apps.tenants.workspace.models import Member, Role

ROLES = gettext_lazy(
    "Owner: everything. Operator: knowledge, site, models, releases. "
    "Agent: reads knowledge and conversations. Viewer: only reads."
)


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Member
        fields = ("username", "display_name", "email", "role", "language", "is_active")
        labels = {"is_active": gettext_lazy("may log in")}
        help_texts = {
            "username": gettext_lazy("What they log in with."),
            "role": ROLES,
            "language": gettext_lazy("The language of the admin for this person. Empty: the browser's language."),
            "is_active": gettext_lazy("When this is switched off, the person is logged out at once. What they wrote stays."),
        }

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email_address.checked(email) if email else ""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        stays = given.get("is_active", True) and given.get("role", Role.OWNER) == Role.OWNER
        before = Member.objects.filter(pk=self.instance.pk).first()
        if before and not stays and roles.is_last_owner(before):
            raise ValidationError(_("This is the last owner. Make somebody else an owner first."))
        return given


class PeopleAdmin(RowAdmin):
    """Passwords are never chosen for others, nor known: whoever is new gets a link, and chooses one there."""

    empty = gettext_lazy(
        "Add people by name and role; each gets a link, by mail where that is set up, and chooses a password there."
    )
    never = ("delete",)  # what a person did keeps its author
    form = MemberForm
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    actions_detail = ("reset_password",)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        only_save = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, only_save | (extra_context or {}))  # type: ignore[no-any-return]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field for field in MemberForm.Meta.fields if obj or field != "is_active"]

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        obj.is_staff = True
        if not change:
            obj.set_unusable_password()  # until they choose one
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Member, post_url_continue: str | None = None) -> HttpResponse:
        return self._invite(request, obj, _("%s may choose a password now") % obj)

    @action(
        description=gettext_lazy("New link to log in"),
        icon="key",
        permissions=["change"],
        url_path="password",
        attrs={"data-quiet": ""},
    )
    def reset_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        member: Member = self.found(request, object_id)
        if request.method != "POST":
            asked = {
                "title": _("A new link for %s?") % member,
                "text": _("The old password stops working and %s is logged out everywhere. At the link they choose a new one.")
                % member,
                "verb": _("Make a new link"),
                "original": member,
                "opts": self.opts,
            }
            return render(request, "admin/confirm.html", {**self.admin_site.each_context(request), **asked})
        answer = self._invite(request, member, _("A new link for %s") % member)
        self.log_change(request, member, [{"changed": {"fields": ["password"]}}])
        return answer

    def _invite(self, request: HttpRequest, member: Member, title: str) -> HttpResponse:
        """The link is shown once, in the answer itself: neither a cookie nor the session ever holds it."""
        security.note("invite", person=request.user.pk, row=str(member.pk))
        mailed = invitations.invite(member)
        shown = {
            "title": title,
            "username": member.username,
            "mailed": member.email if mailed else "",
            "link": request.build_absolute_uri(invitations.path(member)),
            "days": invitations.DAYS,
            "back": "admin:workspace_member_changelist",
            "opts": self.opts,
        }
        return render(request, "admin/link_once.html", {**self.admin_site.each_context(request), **shown})


@admin.register(Member, site=tenant_site)
class MemberAdmin(PeopleAdmin):
    list_display = ("person", "role_shown", "email", "state", "last_login")
    list_filter = ("role", "is_active")

    @display(description=gettext_lazy("member"), ordering="username", header=True)
    def person(self, member: Member) -> list[str]:
        return [str(member), member.username if str(member) != member.username else ""]

    @display(
        description=gettext_lazy("role"),
        ordering="role",
        label={"owner": "primary", "operator": "info", "agent": "success", "viewer": ""},
    )
    def role_shown(self, member: Member) -> tuple[str, str]:
        return member.role, member.get_role_display()

    @display(description=gettext_lazy("state"), ordering="is_active", label={"active": "success", "off": "danger"})
    def state(self, member: Member) -> tuple[str, str]:
        return ("active", _("may log in")) if member.is_active else ("off", _("switched off"))

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            messages.info(request, _("%s is logged out and can no longer log in.") % obj)


class AdministratorForm(MemberForm):
    class Meta(MemberForm.Meta):
        fields = ("username", "email", "language", "is_active")  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = forms.ModelForm.clean(self) or {}
        others = Member.objects.filter(is_superuser=True, is_active=True).exclude(pk=self.instance.pk)
        if self.instance.pk and not given.get("is_active", True) and not others.exists():
            raise ValidationError(_("This is the last administrator. Make another one first."))
        return given


@admin.register(Member, site=platform_site)
class AdministratorAdmin(PeopleAdmin):
    """The platform's own people: superusers in the public schema."""

    form = AdministratorForm
    list_display = ("username", "email", "is_active", "last_login")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        rows: QuerySet[Member] = super().get_queryset(request)
        return rows.filter(is_superuser=True)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field for field in AdministratorForm.Meta.fields if obj or field != "is_active"]

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        obj.is_superuser, obj.role = True, Role.OWNER
        super().save_model(request, obj, form, change)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return context.schema() == context.PUBLIC_SCHEMA and platform_site.has_permission(request)
