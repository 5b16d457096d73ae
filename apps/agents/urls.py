from django.urls import path

from apps.agents.channels.mail.transcripts import wanted
from apps.agents.console.uploads import agents
from apps.agents.console.views import console, conversations

urlpatterns = [
    path("console/", console, name="console"),
    path("api/v1/widget/transcript", wanted, name="widget-transcript"),
    path("api/v1/console/attachments", agents, name="console-attachments"),
    path("api/v1/console/conversations", conversations, name="console-conversations"),
]
