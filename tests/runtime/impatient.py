"""The web process with two seconds of patience: `python -m tests.runtime.impatient daphne|uvicorn HOST PORT`."""

import sys
from importlib import import_module
from typing import Any

from runtime import programs

SECONDS = 2.0


def main(server: str, host: str, port: str) -> None:
    argv = programs.web(server, host, int(port))[3:]
    serving: Any = import_module("runtime.web.serving" if server == "daphne" else "runtime.web.serving_uvicorn")
    import_module("config.asgi")
    bodies: Any = import_module("apps.tenants.web.bodies")
    bodies.PATIENCE = SECONDS
    if server == "daphne":
        serving.arriving.HEAD_SECONDS = SECONDS
        serving.Interface().run(list(argv))
    else:
        serving.HEAD_SECONDS = SECONDS
        serving.main(argv[0], int(argv[1]), argv[2])


if __name__ == "__main__":
    main(*sys.argv[1:])
