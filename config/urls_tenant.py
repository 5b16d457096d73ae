"""What a tenant's host answers."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.conversations.urls")),
    path("", include("demo.urls")),
]
