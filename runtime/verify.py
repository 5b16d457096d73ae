"""`make test`: every check of the repository, in order, with its time; all of them run even when one fails.

`python -m runtime.verify [lint|all]`. A check's output is shown when it fails; the tests' as they go.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runtime.bootstrap import ROOT, node, npm, say

PYTHON = sys.executable
# Settings are read by several checks that connect to nothing.
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere", "VALKEY_URL": "redis://127.0.0.1:1/0"}
PRODUCTION = {
    **NOWHERE,
    "YINGDA_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "YINGDA_BASE_DOMAIN": "yingda.test",
}


@dataclass(frozen=True)
class Check:
    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    shown: bool = False


LINT = (
    Check("ruff check", (PYTHON, "-m", "ruff", "check", "--no-cache", ".")),
    Check("ruff format", (PYTHON, "-m", "ruff", "format", "--check", "--no-cache", ".")),
    Check("mypy strict", (PYTHON, "-m", "mypy", "."), NOWHERE),
    Check("tsc", (npm(), "run", "--silent", "types")),
    Check("hadolint", (str(Path(PYTHON).with_name("hadolint")), "docker/Dockerfile")),
    # Validates against the Compose specification's own schema, then lints.
    Check("dclint", (npm(), "exec", "--no", "--", "dclint", "--quiet", "docker/compose.yml")),
)
ALL = (
    *LINT,
    Check("check --deploy", (PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Check("node tests", (npm(), "run", "--silent", "test")),
    Check("pytest", (PYTHON, "-m", "pytest", "-q", "--durations=10"), shown=True),
)


def main(which: str) -> int:
    began = time.monotonic()
    failed = [check.name for check in (LINT if which == "lint" else ALL) if not _passes(check)]
    say(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All good'} · {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def _passes(check: Check) -> bool:
    began = time.monotonic()
    if check.shown:
        say(f"▸ {check.name}")
    beside = str(Path(node() or "").parent)
    environment = {**os.environ, **check.environment, "PATH": os.pathsep.join((beside, os.environ.get("PATH", "")))}
    done = subprocess.run(
        check.argv,
        cwd=ROOT,
        env=environment,
        stdout=None if check.shown else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    mark = "✗" if done.returncode else "✓"
    say(f"{mark} {check.name:<15} {time.monotonic() - began:6.1f} s")
    if done.returncode and done.stdout:
        say(done.stdout.rstrip())
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
