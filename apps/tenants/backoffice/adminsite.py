"""The two admins: a tenant's at its own hosts, the platform's at the platform's. Each refuses to work on the other side.

A room adds its models with `@admin.register(Model, site=tenant_site)` and its own pages with `tenant_site.add_page`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from functools import wraps
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm
from unfold.sites import UnfoldAdminSite

from apps.tenants import security
from apps.tenants.backoffice.rowadmin import LONGEST_SEARCH, RowAdmin
from apps.tenants.backoffice.welcome import Welcome
from apps.tenants.workspace import login, roles
from apps.tenants.workspace.models import LANGUAGES, Member, Role, Site

View = Callable[..., HttpResponseBase]
CHANGE = "registration/password_change_form.html"

# Alpine, which Unfold brings, compiles its attributes with the Function constructor: hence 'unsafe-eval'.
# Nothing foreign is loaded.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)


class LoginForm(AuthenticationForm):  # type: ignore[misc]  # Unfold has no types
    """Admits the people whom the site admits; `is_staff` plays no part."""

    error_messages: ClassVar[dict[str, Any]] = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": gettext_lazy("The user name or the password is wrong."),
        "elsewhere": gettext_lazy("This account may not log in here."),
    }
    admits: Callable[[object], bool]

    def clean(self) -> dict[str, Any]:
        username = str(self.cleaned_data.get("username") or "")
        if not username or not self.cleaned_data.get("password"):
            return dict(super().clean())  # a field's own sentence; nothing is compared
        try:
            attempt = login.begin(self.request, username)
        except ValidationError:
            security.note("log_in", security.LIMITED, **security.named(username))
            raise
        with _counted(attempt):
            given: dict[str, Any] = super().clean()
        return given

    def confirm_login_allowed(self, user: Any) -> None:
        if not type(self).admits(user):
            security.note("log_in", security.REFUSED, person=user.pk, why="elsewhere")
            raise ValidationError(self.error_messages["elsewhere"], code="elsewhere")


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]  # Unfold has no types
    """Guessing the old password is as slow as guessing it at the door."""

    def clean_old_password(self) -> str:
        with _counted(login.begin_change(self.user.pk)):
            return str(super().clean_old_password())

    def save(self, commit: bool = True) -> Any:
        security.note("change_password", person=self.user.pk)
        return super().save(commit)


@contextmanager
def _counted(attempt: login.Attempt) -> Iterator[None]:
    try:
        yield
    except ValidationError:
        attempt.fail()
        raise
    except BaseException:  # no password was compared
        attempt.take_back()
        raise
    attempt.succeed()


class TenantLoginForm(LoginForm):
    admits = staticmethod(roles.is_member)


class PlatformLoginForm(LoginForm):
    admits = staticmethod(roles.is_platform_admin)


class AdminSite(UnfoldAdminSite):  # type: ignore[misc]  # Unfold has no types
    """The base of both admin sites: the member's language, a strict policy for what pages may load, extra pages."""

    index_template = "admin/overview.html"
    admits: Callable[[object], bool]

    def __init__(self) -> None:
        super().__init__("admin")
        self._pages: list[tuple[str, View, str]] = []
        self._overview: list[Callable[[HttpRequest], dict[str, Any]]] = []

    def add_page(self, route: str, view: View, name: str) -> None:
        """A page of a room at /admin/<route>, reversed as `admin:<name>`. The view checks the permission it needs."""
        self._pages.append((route, view, name))

    def add_overview(self, numbers: Callable[[HttpRequest], dict[str, Any]]) -> None:
        """Context that a room adds to the first page."""
        self._overview.append(numbers)

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses without the one from an object to its public page: no object here has one, and it fails without a
        Site row."""
        return [each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site"]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Refuses an admin that is not a RowAdmin, because RowAdmin limits what an address may ask of a list."""
        if not (isinstance(admin_class, type) and issubclass(admin_class, RowAdmin)):
            raise ImproperlyConfigured(f"{admin_class} is not a RowAdmin.")
        super().register(model_or_iterable, admin_class, **options)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Unfold's search for pages by name, whose results never fill a second page here."""
        asked = request.GET.copy()
        asked.pop("page", None)
        asked["s"] = asked.get("s", "")[:LONGEST_SEARCH]
        request.GET = asked  # type: ignore[assignment]
        response: HttpResponse = super().search(request, extra_context)
        return response

    def extra_urls(self) -> list[URLPattern]:
        """Called by Unfold's get_urls."""
        own = [path("language/", self.set_language, name="language")]
        own += [path("welcome/<uidb64>/<token>/", self.welcome, name="welcome")]
        return own + [path(route, self.admin_view(view), name=name) for route, view, name in self._pages]

    def has_permission(self, request: HttpRequest) -> bool:
        return type(self).admits(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def in_their_language(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            language = getattr(request.user, "language", "")
            if language:
                translation.activate(language)
                request.LANGUAGE_CODE = translation.get_language()
            with timezone.override(self.zone()):
                response = inner(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                    response.render()  # here, where the zone is this tenant's
            return _with_policy(response)

        return in_their_language

    def zone(self) -> tzinfo:
        """The zone of all times that the pages say and take."""
        return UTC

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Logs in. The browser remembers a success; an attempt that came too early gets status 429 as well as a sentence."""
        response = _with_policy(_told(super().login(request, extra_context)))
        if response.status_code == 302 and isinstance(request.user, Member) and self.has_permission(request):
            login.remember(request, response, request.user.get_username())
        return response

    def welcome(self, request: HttpRequest, uidb64: str, token: str) -> HttpResponseBase:
        """Where an invitation's link leads."""
        view = Welcome.as_view(admits=type(self).admits, extra_context=self.each_context(request))
        return _with_policy(view(request, uidb64=uidb64, token=token))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        done = reverse(f"{self.name}:password_change_done", current_app=self.name)
        more = {**self.each_context(request), **(extra_context or {})}
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm, success_url=done, extra_context=more, template_name=CHANGE
        )
        return _told(view(request))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        found: dict[str, Any] = {"title": self.index_title}
        for numbers in self._overview:
            found |= numbers(request)
        response: HttpResponse = super().index(request, found | (extra_context or {}))
        return response

    def set_language(self, request: HttpRequest) -> HttpResponse:
        """Remembers the language on the member, and in a cookie for the login page."""
        wish, back = request.POST.get("language", ""), request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            back = reverse("admin:index")
        response = HttpResponseRedirect(back)
        if request.method == "POST" and wish in dict(LANGUAGES):
            if isinstance(request.user, Member) and self.has_permission(request):
                Member.objects.filter(pk=request.user.pk).update(language=wish)
            response.set_cookie(
                "django_language",
                wish,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


class TenantAdminSite(AdminSite):
    settings_name = "UNFOLD_TENANT"
    login_form = TenantLoginForm
    index_title = gettext_lazy("Overview")
    admits = staticmethod(roles.is_member)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Whoever only answers customers lands where they do, unless they were on their way to a page of the admin."""
        response = super().login(request, extra_context)
        mine = isinstance(request.user, Member) and request.user.role == Role.AGENT
        if mine and response.status_code == 302 and response["Location"] == reverse("admin:index"):
            response["Location"] = reverse("console")
        return response

    def zone(self) -> tzinfo:
        return ZoneInfo(Site.load().timezone)


class PlatformAdminSite(AdminSite):
    settings_name = "UNFOLD_PLATFORM"
    login_form = PlatformLoginForm
    index_title = gettext_lazy("Overview")
    index_template = "admin/platform.html"
    admits = staticmethod(roles.is_platform_admin)


tenant_site = TenantAdminSite()
platform_site = PlatformAdminSite()


def site_name(request: HttpRequest) -> str:
    """The tenant's name beside the logo, so that nobody edits the wrong shop."""
    tenant = getattr(request, "tenant", None)
    return str(getattr(tenant, "name", "")) or _("Platform")


def _told(response: HttpResponseBase) -> HttpResponseBase:
    """429 for a page whose form was refused for coming too early."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    errors = form.errors.as_data() if form is not None and form.is_bound else {}
    waits = [error.params["wait"] for each in errors.values() for error in each if error.code == login.THROTTLED]
    if waits:
        response.status_code = 429
        response.headers["Retry-After"] = str(max(waits))
    return response


def _with_policy(response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "same-origin"
    return response
