from django.urls import path

from apps.conversations.customer import history
from apps.conversations.customer.introduction import introduce
from apps.conversations.customer.session import session
from apps.conversations.customer.uploads import customers, fetch
from apps.conversations.customer.widget import loader

urlpatterns = [
    path("api/v1/widget/session", session, name="widget-session"),
    path("api/v1/widget/introduction", introduce, name="widget-introduction"),
    path("api/v1/widget/attachments", customers, name="widget-attachments"),
    path("api/v1/widget/conversations", history.listed, name="widget-conversations"),
    path("api/v1/widget/conversations/<str:conversation>", history.read, name="widget-conversation"),
    path("api/v1/attachments/<str:signed>", fetch, name="attachment"),
    path("widget.js", loader, name="widget-loader"),
]
