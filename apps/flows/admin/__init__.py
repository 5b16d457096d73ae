"""Flows in the tenant's admin, its systems and what flows called there. Django looks for them under this name."""

from apps.flows.admin import flows, systems

__all__ = ["flows", "systems"]
