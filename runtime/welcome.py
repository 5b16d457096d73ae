"""Where to go once the product runs: the demo's pages and logins, as `manage.py demo --json` tells them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runtime.folder import Folder, write_private


def lines(folder: Folder, port: int) -> Iterator[str]:
    guide = _guide(folder)
    base = os.environ.get("YINGDA_BASE_DOMAIN", "").strip() or "localhost"
    for tenant in guide.get("tenants", []):
        url = f"http://{tenant['host'].partition(':')[0]}:{port}"
        yield f"  {tenant.get('name') or tenant['slug']}"
        yield f"    shop    {url}/"
        yield from _admin(url, tenant.get("users", []))
    yield "  The platform"
    yield from _admin(f"http://{base}:{port}", _people(guide.get("platform", {})))
    if guide:
        yield f"\n  The logins are kept in {_file(folder)} (only you can read it)."


def keep(folder: Folder, guide: str) -> None:
    write_private(_file(folder), guide)


def _admin(url: str, people: list[dict[str, Any]]) -> Iterator[str]:
    yield f"    admin   {url}/admin/"
    for person in people:
        yield f"            {person['role']:<9} {person['username']}  {person['password']}"


def _people(platform: dict[str, Any]) -> list[dict[str, Any]]:
    if "users" in platform:
        return list(platform["users"])
    return [{"role": "admin", **platform}] if "username" in platform else []


def _guide(folder: Folder) -> dict[str, Any]:
    try:
        guide = json.loads(_file(folder).read_text())
    except (OSError, ValueError):
        return {}
    return guide if isinstance(guide, dict) else {}


def _file(folder: Folder) -> Path:
    return folder.path / "logins.json"
