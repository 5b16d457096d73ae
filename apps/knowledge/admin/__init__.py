"""Articles and imports in the tenant's admin. Django looks for them under this name."""

from apps.knowledge.admin import articles, imports

__all__ = ["articles", "imports"]
