"""Promises of the repository as a whole."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from runtime import vendoring
from runtime.vendoring import VENDOR

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def test_every_change_of_a_model_has_its_migration() -> None:
    command = (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_by_hash_and_names_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"^\s*--(?!hash=)", text, re.MULTILINE)  # an option could name one
    pins = re.findall(r"^[a-z0-9].*$", text, re.MULTILINE)
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==\S+ \\", pin) for pin in pins)


def test_what_is_required_names_no_address() -> None:
    for file in (ROOT / "requirements").iterdir():
        assert "://" not in file.read_text(), file.name


def test_the_node_lock_names_no_address_of_a_package() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_vendored_libraries_are_those_of_the_lock() -> None:
    """`make vendor` after package-lock.json has changed. Nothing in them names a package that a browser could not find."""
    vendored = vendoring.vendored()
    assert {path: text for path, text in vendored.items() if (VENDOR / path).read_text() != text} == {}
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*.*")} == set(vendored)
    for path, text in vendored.items():
        named = re.findall(r"""(?:from|import)\s*['"]([^'"]+)['"]""", text) if path.endswith(".js") else []
        assert all((VENDOR / path).parent.joinpath(name).is_file() for name in named), path
        assert "Copyright" in text or path.endswith(".d.ts"), path


def test_ci_runs_make_test_and_nothing_else() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert script.splitlines()[-1] == "exec make test"


def test_the_image_copies_only_what_there_is() -> None:
    lines = (ROOT / "docker" / "Dockerfile").read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    sources = [word for words in copied for word in words if not word.startswith("--")]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text()
    assert [source for source in sources if f"!{source.partition('/')[0]}\n" not in ignored] == []
