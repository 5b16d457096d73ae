"""The rows of this room."""

from apps.flows.models.flows import Flow

__all__ = ["Flow"]
