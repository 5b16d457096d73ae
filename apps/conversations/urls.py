from django.urls import path

from apps.conversations.session import session
from apps.conversations.widget import loader

urlpatterns = [
    path("api/v1/widget/session", session, name="widget-session"),
    path("widget.js", loader, name="widget-loader"),
]
