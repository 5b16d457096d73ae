"""Articles, imports and the search's settings in the tenant's admin. Django looks for them under this name."""

from apps.knowledge.admin import articles, imports, tuning

__all__ = ["articles", "imports", "tuning"]
