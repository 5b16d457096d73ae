"""Conversations, the site and its try-out in the tenant's admin. Django looks for them under this name."""

from apps.conversations.admin import conversation, feedback, hits, marks, site

__all__ = ["conversation", "feedback", "hits", "marks", "site"]
