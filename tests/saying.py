"""A server on loopback that says what a test tells it to, without looking at what it is asked."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


@contextmanager
def saying(head: bytes, forever: bytes = b"", pause: float = 0.0) -> Iterator[tuple[str, list[int]]]:
    """Says `head` on every line, then `forever` until nobody takes it; its address, and how many bytes of `forever` went."""
    server, taken = socket.create_server(("127.0.0.1", 0)), [0]

    def serve() -> None:
        try:
            while True:
                line, _ = server.accept()
                with line:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
                    line.recv(65_536)
                    line.sendall(head)
                    while forever:
                        line.sendall(forever)
                        taken[0] += len(forever)
                        time.sleep(pause)
        except OSError:
            return

    Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", taken
    finally:
        server.close()
