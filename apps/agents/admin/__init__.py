"""The people and their tools in the tenant's admin. Django looks for them under this name."""

from apps.agents.admin import desk, macros, mail, people, platform, reports, tickets

__all__ = ["desk", "macros", "mail", "people", "platform", "reports", "tickets"]
