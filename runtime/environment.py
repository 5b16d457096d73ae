"""The addresses of a running product, kept in its data folder for commands run beside it (`manage.py demo --json`)."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from runtime.errors import CannotStart
from runtime.folder import Folder, write_private
from runtime.services import leftovers

ROOT = Path(__file__).resolve().parent.parent
# What belongs to one process, not to the product.
OWN = (leftovers.MARK, "YINGDA_WORK", "PYTHONUNBUFFERED", "MALLOC_ARENA_MAX", "PROMETHEUS_MULTIPROC_DIR")


def keep(folder: Folder, environment: Mapping[str, str]) -> None:
    shared = {name: value for name, value in environment.items() if name not in OWN}
    write_private(_file(folder), json.dumps(shared, indent=1, sort_keys=True) + "\n")


def forget(folder: Folder) -> None:
    _file(folder).unlink(missing_ok=True)


def adopt() -> bool:
    """Let this command talk to the product that runs on the data folder; what is set already stays.

    False when nothing says where the database is: a command that needs it cannot work.
    """
    if os.environ.get("DATABASE_URL"):
        return True
    folder = Folder(Path(os.environ.get("YINGDA_DATA_DIR", "").strip() or ROOT / ".data"))
    found = of_running(folder)
    for name, value in found.items():
        os.environ.setdefault(name, value)
    return bool(found)


def of_running(folder: Folder) -> dict[str, str]:
    """Empty when nothing runs on the folder; a file left by a killed product counts for nothing."""
    try:
        with folder.locked():
            return {}
    except CannotStart:
        pass  # somebody holds the lock
    except OSError:
        return {}  # no such folder, or not ours
    try:
        return {str(name): str(value) for name, value in json.loads(_file(folder).read_text()).items()}
    except (OSError, ValueError):
        return {}


def _file(folder: Folder) -> Path:
    return folder.run / "environment.json"
