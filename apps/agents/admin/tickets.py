"""Tickets in the admin, what became of their deliveries, and dead letters to repair and send again."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.agents.models import DeadLetter, Ticket
from apps.agents.models.owed import KINDS
from apps.agents.tickets import errands, tickets, webhook
from apps.conversations.admin import recording
from apps.tenants.backoffice import times
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.vault import blind


class Pressing(admin.SimpleListFilter):
    """A filter for the tickets people look for first: overdue, mine, nobody's."""

    title = gettext_lazy("pressing")
    parameter_name = "pressing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("overdue")), ("mine", _("mine")), ("nobody", _("nobody's"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        unsolved = ~Q(status=Ticket.Status.SOLVED)
        return {
            "late": queryset.filter(unsolved, due_at__lt=timezone.now()),
            "mine": queryset.filter(unsolved, assignee=request.user.pk),
            "nobody": queryset.filter(unsolved, assignee=None),
        }.get(self.value() or "", queryset)


@admin.register(Ticket, site=tenant_site)
class TicketAdmin(RowAdmin):
    empty = gettext_lazy(
        "A ticket comes when a customer leaves a request while nobody is there, when a flow files one, or from an agent."
    )
    never = ("add",)
    list_display = ("number", "reference", "subject_shown", "state", "priority", "assignee", "due", "talk")
    list_display_links = ("number", "reference", "subject_shown")
    list_filter = (Pressing, "status", "priority", "assignee")
    search_fields = ("number", "reference", "subject", "body")
    search_help_text = gettext_lazy("Number, reference, words of the ticket, or a whole e-mail")
    fields = ("subject", "status", "priority", "assignee", "due_at", "contact", "reference", "body", "talk", "created_at")
    readonly_fields = ("reference", "body", "talk", "contact", "created_at")
    list_select_related = ("assignee",)
    date_hierarchy = "created_at"
    actions = ("assign_to_me", "reopen", "let_wait", "solve")
    change_form_after_template = "admin/ticket_after.html"

    def get_fields(self, request: HttpRequest, obj: Ticket | None = None) -> Any:
        """The conversation stands below as it is now; a text of its own only where there is none, or a flow wrote it."""
        shown = obj is None or not obj.conversation_id or bool(obj.reference)
        return [name for name in self.fields if shown or name != "body"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        found, repeats = super().get_search_results(request, queryset, search_term)
        index = blind.wanted(search_term).get("email") if search_term else None
        return found | queryset.filter(contact_index=index) if index else found, repeats

    def save_model(self, request: HttpRequest, obj: Ticket, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        changed = [name for name in webhook.WATCHED if name in form.changed_data]
        if changed:
            tickets.announce(obj, changed)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        ticket: Ticket | None = self.get_object(request, object_id)
        owed = [] if ticket is None else list(tickets.deliveries(ticket).prefetch_related("dead_letters"))
        rows = [(errand, errands.STATES[errand.state], KINDS.get(errand.kind, errand.kind)) for errand in owed]
        more = {"deliveries": rows, "may_repair": request.user.has_perm("agents.view_deadletter")}
        if ticket and ticket.conversation:
            more["recorded"] = recording.of(ticket.conversation)
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))  # type: ignore[no-any-return]

    @display(
        description=gettext_lazy("status"), label={"open": "warning", "pending": "info", "solved": "success"}, ordering="status"
    )
    def state(self, ticket: Ticket) -> tuple[str, str]:
        return ticket.status, ticket.get_status_display()

    @display(description=gettext_lazy("subject"), ordering="subject")
    def subject_shown(self, ticket: Ticket) -> str:
        return format_html('<span class="yingda-subject">{}</span>', Truncator(ticket.subject).chars(90))

    @display(description=gettext_lazy("due"), ordering="due_at")
    def due(self, ticket: Ticket) -> str:
        if ticket.due_at is None:
            return "–"
        shown = times.short(ticket.due_at)
        if ticket.status == Ticket.Status.SOLVED or ticket.due_at >= timezone.now():
            return shown
        return format_html('<span class="yingda-bad">{} · {}</span>', shown, _("overdue"))

    @display(description=gettext_lazy("conversation"))
    def talk(self, ticket: Ticket) -> str:
        if not ticket.conversation_id:
            return "–"
        address = f"{reverse('console')}#{ticket.conversation_id}"
        return format_html('<a class="yingda-link" href="{}">{}</a>', address, _("open in the console"))

    @admin.action(description=gettext_lazy("Assign to me"), permissions=["change"])
    def assign_to_me(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        self._change(request, queryset, assignee=request.user)

    @admin.action(description=gettext_lazy("Mark as open"), permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        self._change(request, queryset, status=Ticket.Status.OPEN)

    @admin.action(description=gettext_lazy("Mark as waiting for the customer"), permissions=["change"])
    def let_wait(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        self._change(request, queryset, status=Ticket.Status.PENDING)

    @admin.action(description=gettext_lazy("Mark as solved"), permissions=["change"])
    def solve(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> None:
        self._change(request, queryset, status=Ticket.Status.SOLVED)

    def _change(self, request: HttpRequest, queryset: QuerySet[Ticket], **wanted: Any) -> None:
        changed = tickets.change(queryset, **wanted)
        messages.success(request, ngettext("%d ticket changed.", "%d tickets changed.", changed) % changed)


class Indented(forms.JSONField):
    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


class LetterForm(forms.ModelForm):  # type: ignore[type-arg]
    payload = Indented(
        label=gettext_lazy("Content"),
        widget=UnfoldAdminTextareaWidget({"rows": 12}),
        error_messages={
            "invalid": gettext_lazy("This is no longer JSON. Look for a missing quotation mark, comma or bracket.")
        },
    )

    class Meta:
        model = DeadLetter
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "payload" in self.fields:
            self.fields["payload"].initial = self.instance.errand.payload

    def clean_payload(self) -> dict[str, Any]:
        payload = self.cleaned_data["payload"]
        if not isinstance(payload, dict):
            raise forms.ValidationError(_("The content must be an object: it begins with { and ends with }."))
        return payload


@admin.register(DeadLetter, site=tenant_site)
class DeadLetterAdmin(RowAdmin):
    """Errands that failed three times: repair the content or the cause, then send them again."""

    empty = gettext_lazy("All was delivered. What fails three times waits here, to be repaired and sent again.")
    never = ("add", "delete")
    list_display = ("errand", "error_shown", "died_at", "resent_at")
    list_filter = (("resent_at", admin.EmptyFieldListFilter), "errand__kind", "died_at")
    search_fields = ("errand__key", "error")
    form = LetterForm
    fields = ("errand", "error", "payload", "died_at", "resent_at")
    readonly_fields = ("errand", "error", "died_at", "resent_at")
    list_select_related = ("errand",)
    actions = ("resend_all",)
    actions_detail = ("resend_one",)
    change_form_before_template = "admin/letter_before.html"

    def save_model(self, request: HttpRequest, obj: DeadLetter, form: Any, change: bool) -> None:
        """Saving a repaired letter sends it again."""
        errands.resend(obj, form.cleaned_data["payload"])

    @display(description=gettext_lazy("error"))
    def error_shown(self, letter: DeadLetter) -> str:
        return letter.error[:160]

    @admin.action(description=gettext_lazy("Send again"), permissions=["change"])
    def resend_all(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        sent = 0
        for letter in queryset.filter(resent_at=None).select_related("errand"):
            errands.resend(letter)
            sent += 1
        messages.success(request, ngettext("%d is being tried again.", "%d are being tried again.", sent) % sent)

    @action(description=gettext_lazy("Send again"), permissions=["change"])
    def resend_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        errands.resend(self.found(request, object_id))
        messages.success(request, _("It is being tried again."))
        return redirect("admin:agents_deadletter_changelist")
