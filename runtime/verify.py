"""`make test`: every check of the repository, each with its time; all of them run even when one fails.

`python -m runtime.verify [lint|all]`. The quick checks come first, two at a time; then lanes of tests go side by side, each
with services of its own in a folder of its own. A check's output is shown when it fails, the tests' as they go; those that
failed are named once more at the end, for whoever sees no more than that.
"""

import base64
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from runtime.bootstrap import ROOT, node, npm, say

PYTHON = sys.executable
AT_ONCE = 2  # quick checks: most of them keep one core busy
LONGEST = 200  # characters of a line about a test that failed
FOLDER = Path(os.environ.get("YINGDA_TEST_DIR", ROOT / ".data" / "test"))
# Settings are read by several checks that connect to nothing.
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere", "VALKEY_URL": "redis://127.0.0.1:1/0"}
PRODUCTION = {
    **NOWHERE,
    "YINGDA_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "YINGDA_MASTER_KEYS": f"check:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    "YINGDA_BASE_DOMAIN": "yingda.test",
}


@dataclass(frozen=True)
class Check:
    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    shown: bool = False


def _lane(name: str, *arguments: str) -> Check:
    """pytest -q over a part of the tests, in a folder of its own."""
    argv = (PYTHON, "-m", "pytest", "-q", "--durations=10", *arguments)
    return Check(name, argv, {"YINGDA_TEST_DIR": str(FOLDER / name)}, shown=True)


LINT = (
    Check("mypy strict", (PYTHON, "-m", "mypy", "."), NOWHERE),  # the longest, beside which the others are done
    Check("ruff check", (PYTHON, "-m", "ruff", "check", "--no-cache", ".")),
    Check("ruff format", (PYTHON, "-m", "ruff", "format", "--check", "--no-cache", ".")),
    Check("tsc", (npm(), "run", "--silent", "types")),
    Check("prettier", (npm(), "exec", "--no", "--", "prettier", "--check", "{demo,static}/**/*.css")),
    Check("hadolint", (str(Path(PYTHON).with_name("hadolint")), "docker/Dockerfile")),
    # Validates against the Compose specification's own schema, then lints.
    Check("dclint", (npm(), "exec", "--no", "--", "dclint", "--quiet", "docker/compose.yml")),
)
QUICK = (
    *LINT,
    Check("check --deploy", (PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Check("node tests", (npm(), "run", "--silent", "test")),
)
# Whole products wait for processes and pages most of the time, so that a third lane finds the two cores free now and then. The
# lanes are cut so that they end together: what needs a database of the tests' own is with the rooms or the desk, whose lanes
# alone make one; encoders, the pure parts of flows and the environment need none and are with the browsers.
DESK = (
    "tests/admin",
    "tests/agents",
    "tests/bench",
    "tests/runtime",
    "tests/test_chaos.py",
)
BROWSERS = (
    "tests/browser",
    "tests/flows/definition",
    "tests/flows/engine",
    "tests/flows/slots",
    "tests/llm/test_encoders.py",
    "tests/test_env.py",
    "tests/widget",
)
LANES = (
    _lane("rooms", "tests", *(f"--ignore={place}" for place in (*DESK, *BROWSERS))),
    _lane("desk", *DESK),
    _lane("browsers", *BROWSERS),
)


def main(which: str) -> int:
    began = time.monotonic()
    failed = _failed(LINT if which == "lint" else QUICK)
    if which != "lint":
        failed |= _failed(LANES, at_once=len(LANES))
    for line in (line for lines in failed.values() for line in lines):
        say(line)
    say(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All good'} · {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def _failed(checks: Sequence[Check], at_once: int = AT_ONCE) -> dict[str, list[str]]:
    """The checks that failed, each with the tests that did."""
    with ThreadPoolExecutor(at_once) as pool:
        found = pool.map(_failures, checks)
        return {check.name: failures for check, failures in zip(checks, found, strict=True) if failures is not None}


def _failures(check: Check) -> list[str] | None:
    """None for a check that passed."""
    began = time.monotonic()
    beside = str(Path(node() or "").parent)
    environment = {**os.environ, **check.environment, "PATH": os.pathsep.join((beside, os.environ.get("PATH", "")))}
    lines: list[str] = []
    with subprocess.Popen(
        check.argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            if check.shown:
                say(f"{check.name:<9} {line.rstrip()}")
    mark = "✗" if process.returncode else "✓"
    say(f"{mark} {check.name:<15} {time.monotonic() - began:6.1f} s")
    if not process.returncode:
        return None
    if not check.shown:
        say("".join(lines).rstrip())
    return [line.rstrip()[:LONGEST] for line in lines if line.startswith(("FAILED ", "ERROR "))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
