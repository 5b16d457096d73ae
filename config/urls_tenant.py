"""The addresses of a tenant's host."""

from django.urls import include, path

from apps.tenants.backoffice.adminsite import tenant_site

urlpatterns = [
    path("admin/", tenant_site.urls),
    path("", include("apps.conversations.urls")),
    path("", include("apps.agents.urls")),
    path("", include("demo.urls")),
]
handler400 = "apps.tenants.web.ways_out.bad_request"
handler500 = "apps.tenants.web.middleware.failed"
