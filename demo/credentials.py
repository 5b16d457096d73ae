"""The demo's logins: generated once and kept in the data folder, readable by its owner alone."""

import json
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from runtime.folder import write_private

Passwords = dict[str, dict[str, str]]  # tenant's slug, or PLATFORM → username → password
PLATFORM = "platform"


def path() -> Path:
    folder: Path = settings.DATA_DIR
    return folder / "credentials.json"


def read() -> Passwords:
    try:
        kept: Passwords = json.loads(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise CommandError(f"{path()} is damaged; delete it and load the demo again to get new passwords.") from problem
    return kept


def write(passwords: Passwords) -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    write_private(path(), json.dumps(passwords, indent=1, sort_keys=True) + "\n")


def new_password() -> str:
    """Four groups of four, easy to type: 80 bits without look-alikes."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
