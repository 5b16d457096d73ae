"""The tenant's systems and what flows called there, in its admin. Django looks for them under this name."""

from apps.flows.admin import systems

__all__ = ["systems"]
