"""`manage.py shell` beside the running product, kept open: each piece of code finds Django loaded and the rooms imported."""

import json
import subprocess
import sys

from tests.product import ROOT, Product

LOOP = """
import json, sys
from django.db import connection
for line in sys.stdin:
    exec(json.loads(line), {})
    connection.close()
    print("done", flush=True)
"""


class Beside:
    """Call it with code. What the code raises is told on standard error and ends the shell, and the test."""

    def __init__(self, product: Product) -> None:
        argv = (sys.executable, "manage.py", "shell", "-v", "0", "-c", LOOP)
        self._shell = subprocess.Popen(
            argv, cwd=ROOT, env=product.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, code: str) -> None:
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(json.dumps(code) + "\n")
        self._shell.stdin.flush()
        while (line := self._shell.stdout.readline()) != "done\n":
            assert line, "the shell ended"

    def stop(self) -> None:
        self._shell.communicate()
