"""The installation's master keys, which wrap every data key: the first wraps, all of them open.

In production they come from YINGDA_MASTER_KEYS and stand nowhere else. Elsewhere one is made on first need and kept in the
data folder (mode 600), never in a backup.
"""

import base64
import os
import secrets
from pathlib import Path

from django.conf import settings

from config.env import MasterKey, master_key


class CannotDecrypt(ValueError):
    """A stored secret does not open: its key is missing, or the value was moved or changed. The sentence says which."""

    silent_variable_failure = True  # in a template it is a blank, so that a list of rows is shown all the same


def keys() -> tuple[MasterKey, ...]:
    """The master keys, at least one. Raises CannotDecrypt where there is none, which `manage.py check` reports beforehand."""
    if settings.MASTER_KEYS:
        found: tuple[MasterKey, ...] = settings.MASTER_KEYS
        return found
    if settings.MASTER_KEY_FILE is None:
        raise CannotDecrypt("There is no master key: set YINGDA_MASTER_KEYS.")
    return (_kept(settings.MASTER_KEY_FILE),)


def named(name: str) -> MasterKey:
    found = next((key for key in keys() if key.name == name), None)
    if found is None:
        raise CannotDecrypt(f"The master key “{name}” is not in YINGDA_MASTER_KEYS; what it wraps stays closed without it.")
    return found


def _kept(file: Path) -> MasterKey:
    try:
        written = file.read_text().strip()
    except FileNotFoundError:
        written = _made(file)
    found = master_key(written)
    if found is None:
        raise CannotDecrypt(f"{file.name} in the data folder is damaged: put the kept copy of it there.")
    return found


def _made(file: Path) -> str:
    """Makes the key file: written whole under another name and then linked, so that of several processes that need it first one
    wins and all read the same key."""
    fresh = f"own-{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}\n"
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(fresh)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text().strip()
