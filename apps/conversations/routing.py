"""The sockets of a tenant's host."""

from typing import Any

sockets: list[Any] = []
