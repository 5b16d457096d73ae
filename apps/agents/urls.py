from django.urls import path

from apps.agents.views import console, conversations

urlpatterns = [
    path("console/", console, name="console"),
    path("api/v1/console/conversations", conversations, name="console-conversations"),
]
