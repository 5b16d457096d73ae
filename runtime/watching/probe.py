"""A container's health check: `python -m runtime.watching.probe PORT PATH` succeeds when a GET is answered with 200."""

import sys

from runtime.services.service import accepts_http

if __name__ == "__main__":
    sys.exit(0 if accepts_http(int(sys.argv[1]), sys.argv[2]) else 1)
