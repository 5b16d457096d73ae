from tests.conversations.conftest import sockets

__all__ = ["sockets"]
