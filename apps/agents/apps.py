from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgentsConfig(AppConfig):
    name = "apps.agents"
    label = "agents"
    verbose_name = _("Agents")

    def ready(self) -> None:
        from apps.agents import presence, sweeping  # noqa: F401  registers the sweepers
        from apps.agents.casework import texts  # noqa: F401  tells consoles of changed texts
        from apps.agents.channels import ways_back
        from apps.agents.channels.mail import incoming, inviting, mailings, transcripts  # noqa: F401  registers them
        from apps.conversations import people, replies
        from apps.tenants.workspace import invitations

        replies.register(mailings.owe)
        invitations.register(inviting.post)
        people.register(presence.somebody, ways_back.asks, presence.read_along)
