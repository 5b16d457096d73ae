"""The lines a started product ends with: the demo's pages and logins, as `manage.py demo --json` tells them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from runtime.folder import Folder, write_private


def lines(folder: Folder, port: int) -> Iterator[str]:
    guide = _guide(folder)
    for tenant in guide.get("tenants", []):
        yield f"  {tenant['name']}"
        yield f"    shop    {_at(tenant['url'], port)}"
        yield from _admin(_at(tenant["origin"], port), tenant["users"])
    platform = guide.get("platform", {})
    base = os.environ.get("YINGDA_BASE_DOMAIN", "").strip() or "localhost"
    yield "  The platform"
    yield from _admin(_at(f"http://{platform.get('host', base)}", port), platform.get("users", []))
    if guide:
        yield f"\n  `manage.py demo` tells this again; the logins are kept in {folder.path}."


def keep(folder: Folder, guide: str) -> None:
    write_private(_file(folder), guide)


def _admin(url: str, people: list[dict[str, Any]]) -> Iterator[str]:
    yield f"    admin   {url}/admin/"
    for person in people:
        yield f"            {person['role']:<9} {person['username']}  {person['password']}"


def _at(url: str, port: int) -> str:
    """The guide may be from a start on another port."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    return urlunsplit(parts._replace(netloc=host if port == 80 else f"{host}:{port}"))


def _guide(folder: Folder) -> dict[str, Any]:
    try:
        guide = json.loads(_file(folder).read_text())
    except (OSError, ValueError):
        return {}
    return guide if isinstance(guide, dict) else {}


def _file(folder: Folder) -> Path:
    return folder.run / "guide.json"
