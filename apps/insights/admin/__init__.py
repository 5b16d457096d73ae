"""Evaluation sets and their questions in the tenant's admin. Django looks for them under this name."""

from apps.insights.admin import items, sets

__all__ = ["items", "sets"]
