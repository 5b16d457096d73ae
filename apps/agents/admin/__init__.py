"""The people and their tools in the tenant's admin. Django looks for them under this name."""

from apps.agents.admin import desk, macros, people, tickets

__all__ = ["desk", "macros", "people", "tickets"]
