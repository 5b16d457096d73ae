"""The base of every list and form in both admins: an address may ask for what its page offers, and for nothing else.

Django looks up whatever an address names: `?body__regex=` runs anybody's pattern in the database, `?created_at__year=` any
number. So each list admits the parameters of its own filters alone. `AdminSite.register` takes no other kind of admin.
"""

from collections.abc import Iterable
from typing import Any, Literal

from django.contrib import messages
from django.contrib.admin import FieldListFilter, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from apps.tenants import security
from apps.tenants.backoffice import explained, navigation, times

LONGEST_SEARCH, MOST_WORDS = 200, 10  # each word is looked for in each search field of each row
# What the parts of a date hierarchy may be. The first and the last year do not fit into every time zone.
DATE_PARTS = {"year": (2, 9_998), "month": (1, 12), "day": (1, 31)}


class NoSuchList(Exception):
    """The address asks for a list that this page does not offer."""


class RowAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    """Every model's admin, on both sites. A list that can't be made is shown whole, with a sentence why."""

    empty: Any = ""  # a sentence for a list without rows: what comes here, and how
    never: tuple[Literal["add", "change", "delete"], ...] = ()  # what nobody may do to these rows here, whatever their role

    def has_add_permission(self, request: HttpRequest) -> bool:
        return "add" not in self.never and self.may("add", request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return "change" not in self.never and self.may("change", request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return "delete" not in self.never and self.may("delete", request)

    def may(self, what: str, request: HttpRequest) -> bool:
        """Whether this person may, as far as `never` allows it; by their role, as Django has it."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename(what, self.opts)}")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns; those of times say them as the admins do."""
        return [self._time(name) or name for name in super().get_list_display(request)]

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        links = super().get_list_display_links(request, list_display)
        return links and [self._time(name) or name for name in links]

    def _time(self, name: object) -> Any:
        held = self.__dict__.setdefault("_times", {})
        if name not in held:
            held[name] = times.column(self.model, name)
        return held[name]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allows only the parameters that the list's own filters and date hierarchy put into addresses."""
        date, _mark, part = lookup.rpartition("__")
        if self.date_hierarchy and date == self.date_hierarchy and part in DATE_PARTS:
            least, most = DATE_PARTS[part]
            return value.isascii() and value.isdigit() and len(value) <= 4 and least <= int(value) <= most
        return lookup in self._offered(request) and (part not in ("gte", "lt") or _is_moment(value))

    def _offered(self, request: HttpRequest) -> frozenset[str]:
        """The filters' own parameters. Asked once: their names depend on no tenant and no row."""
        if "_parameters" not in self.__dict__:
            self._parameters = frozenset(name for each in self.get_list_filter(request) for name in self._names(each, request))
        return self._parameters

    def _names(self, listed: Any, request: HttpRequest) -> Iterable[str]:
        if isinstance(listed, type) and issubclass(listed, SimpleListFilter):
            return [str(listed.parameter_name)]
        path, make = listed if isinstance(listed, tuple | list) else (listed, FieldListFilter.create)
        field = get_fields_from_path(self.model, path)[-1]
        names: list[str] = make(field, request, {}, self.model, self, field_path=path).expected_parameters()
        return names

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        named = {"title": navigation.name_of(self.opts) or capfirst(self.opts.verbose_name_plural)}
        try:
            return super().changelist_view(request, named | (extra_context or {}))  # type: ignore[no-any-return]
        except NoSuchList:
            security.note("list", security.REFUSED, person=request.user.pk, model=self.opts.label_lower)
            messages.warning(request, _("There is no such filter or page here; this is the whole list."))
            return HttpResponseRedirect(request.path)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        told = {"explained": explained.of(self.opts)}
        return super().render_change_form(request, told | context, *args, **kwargs)  # type: ignore[no-any-return]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, SuspiciousOperation, OverflowError, DataError) as error:
            raise NoSuchList from error

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, self.searchable(request, search_term))  # type: ignore[no-any-return]

    def searchable(self, request: HttpRequest, typed: str) -> str:
        """The part of the typed text that is searched for. The person is told when that is not all of it."""
        words = typed.replace("\x00", " ")[:LONGEST_SEARCH].split()[:MOST_WORDS]
        if sum(map(len, words)) < sum(map(len, typed.split())):
            messages.warning(request, _("Your search was too long. Only its first words were looked for."))
        return " ".join(words)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        try:
            return super().response_action(request, queryset)  # type: ignore[no-any-return]
        except (ValueError, ValidationError, OverflowError, DataError):
            messages.warning(request, _("What you chose is not in this list, so nothing was done."))
            return HttpResponseRedirect(request.path)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        security.note_change("add", request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        security.note_change("change", request, obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            security.note_change("delete", request, row, "")
        return super().log_deletions(request, queryset)

    def found(self, request: HttpRequest, object_id: str) -> Any:
        """The row of an address, if this person's list holds it. Raises Http404, also for what is no key at all."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row


class SingleRowAdmin(RowAdmin):
    """An admin of rows of which a tenant has one at most, so the list is its form."""

    def row(self) -> Model | None:
        """The one row, if it is there."""
        found: Model | None = self.model._default_manager.order_by("pk").first()
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        name, row = f"admin:{self.opts.app_label}_{self.opts.model_name}", self.row()
        if row:
            return redirect(f"{name}_change", row.pk)
        if self.has_add_permission(request):
            return redirect(f"{name}_add")
        return super().changelist_view(request, extra_context)


def _is_moment(text: str) -> bool:
    """Whether a date filter could have written this: it has a time zone, and a year that fits every other zone."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return False
    least, most = DATE_PARTS["year"]
    return moment is not None and moment.tzinfo is not None and least <= moment.year <= most
