"""The people of the admin's tests, at the pages of this room."""

from tests.admin.conftest import at, hire, mallory, owner, platform

__all__ = ["at", "hire", "mallory", "owner", "platform"]
