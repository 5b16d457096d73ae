"""The addresses of the platform's own host."""

from django.urls import URLPattern, URLResolver, path

from apps.tenants.backoffice.adminsite import platform_site

urlpatterns: list[URLPattern | URLResolver] = [path("admin/", platform_site.urls)]
handler500 = "apps.tenants.web.middleware.failed"
