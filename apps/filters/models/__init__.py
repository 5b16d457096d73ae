from apps.filters.models.modules import Module
from apps.filters.models.rules import Filter

__all__ = ["Filter", "Module"]
