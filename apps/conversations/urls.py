from django.urls import path

from apps.conversations.session import session
from apps.conversations.uploads import customers, fetch
from apps.conversations.widget import loader

urlpatterns = [
    path("api/v1/widget/session", session, name="widget-session"),
    path("api/v1/widget/attachments", customers, name="widget-attachments"),
    path("api/v1/attachments/<str:signed>", fetch, name="attachment"),
    path("widget.js", loader, name="widget-loader"),
]
