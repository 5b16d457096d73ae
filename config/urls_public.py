"""The addresses of the platform's own host."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from apps.tenants.backoffice.adminsite import platform_site

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", platform_site.urls),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]
handler400 = "apps.tenants.web.ways_out.bad_request"
handler500 = "apps.tenants.web.middleware.failed"
