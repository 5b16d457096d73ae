"""Models, the reranker and what they used, in the tenant's admin. Django looks for them under this name."""

from apps.llm.admin import endpoints, reranker

__all__ = ["endpoints", "reranker"]
