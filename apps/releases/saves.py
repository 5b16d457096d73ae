"""A mixin for admins whose saves change what the bot knows or does: each save publishes a release and names it."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.releases import publishing
from apps.releases.models import Release
from apps.tenants.workspace.models import Member


class PublishingMixin:
    """Put before ModelAdmin. Saves and deletions made here go live at once, or wait for their check."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        announce(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)  # type: ignore[misc]
        announce(request)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)  # type: ignore[misc]
        announce(request)

    def message_user(self, request: HttpRequest, message: Any, level: int = messages.INFO, *args: Any, **kwargs: Any) -> None:
        """`announce` has said it already, and more exactly than “was changed successfully”."""
        if not (level == messages.SUCCESS and getattr(request, "announced", False)):
            super().message_user(request, message, level, *args, **kwargs)  # type: ignore[misc]


def announce(request: HttpRequest) -> Release:
    """Publish, and tell the person which release that made."""
    before = publishing.active().number
    release = publishing.publish(by=cast(Member, request.user))
    if not release.active:
        sentence = _("Saved as release #%(number)d. It goes live when it has passed its check: %(what)s")
        messages.info(request, sentence % {"number": release.number, "what": release.summary})
    elif release.number == before:
        messages.success(request, _("Saved. What the bot knows and does has not changed."))
    else:
        sentence = _("Release #%(number)d is live: %(what)s")
        messages.success(request, sentence % {"number": release.number, "what": release.summary})
    request.announced = True  # type: ignore[attr-defined]
    return release
