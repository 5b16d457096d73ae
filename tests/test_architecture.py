"""What a machine can check of the house style: import direction, banned names, one place for the environment, no innerHTML."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A room imports only from itself and the rooms before it.
ROOMS = ["tenants", "releases", "llm", "filters", "knowledge", "flows", "conversations", "agents", "insights"]
BANNED = {"utils.py", "helpers.py", "services.py", "selectors.py", "managers.py", "common.py", "misc.py", "signals.py"}
ENVIRONMENT = {"config", "runtime", "manage.py", "tests"}

# Exceptions, each with its reason.
UPWARD = {
    # Every room sends tasks to the one Celery application, which itself imports no room.
    ("apps", "config.celery"),
    # The readers of the environment, whose problems `manage.py check` tells.
    ("apps", "config.env"),
}
LINES = 300


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return found


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "apps" and len(parts) > 1 and parts[1] in ROOMS else None


def test_every_room_is_known() -> None:
    rooms = {path.name for path in (ROOT / "apps").iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms <= set(ROOMS)


def test_imports_go_downward() -> None:
    wrong = []
    for path in modules("apps"):
        own = ROOMS.index(path.relative_to(ROOT / "apps").parts[0]) if path.parent != ROOT / "apps" else 0
        for module in imported(path):
            room = room_of(module)
            if room and ROOMS.index(room) > own:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
            outside = module.split(".")[0] in ("config", "runtime", "demo", "tests")
            if outside and not any(module.startswith(allowed) for _, allowed in UPWARD) and module != "config":
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not wrong


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not [path for path in modules("apps", "config", "runtime", "demo") if path.name in BANNED]


def test_the_environment_is_read_in_one_place() -> None:
    readers = re.compile(r"\bos\.environ|\bos\.getenv|\bgetenv\(")
    wrong = [path for path in modules("apps", "demo") if readers.search(path.read_text())]
    assert not wrong


def test_scripts_never_set_inner_html() -> None:
    banned = re.compile(r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(")
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert scripts
    assert not [path.name for path in scripts if banned.search(path.read_text())]


def test_modules_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules("apps", "config", "runtime", "demo")
        if (count := _lines(path)) > LINES
    }
    assert not long


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())
