from apps.filters.models.rules import Filter

__all__ = ["Filter"]
