"""Uvicorn on a port that it shares with the machine's other web processes; its arguments: host port application."""

import sys

import uvicorn

from runtime.service import listen


def main(host: str, port: int, application: str) -> None:
    config = uvicorn.Config(
        application,
        lifespan="off",
        access_log=False,
        log_level="warning",
        # Big frames must reach the consumer, which refuses them in words and keeps the line.
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=1024 * 1024,
        timeout_graceful_shutdown=15,
    )
    config.load()  # before it listens: who is given a line must be able to take it
    uvicorn.Server(config).run(sockets=[listen(host, port)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
