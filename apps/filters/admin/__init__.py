"""Filters in the tenant's admin. Django looks for them under this name."""

from apps.filters.admin import filters, modules

__all__ = ["filters", "modules"]
