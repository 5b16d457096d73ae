"""Filters in the tenant's admin. Django looks for them under this name."""

from apps.filters.admin import filters

__all__ = ["filters"]
