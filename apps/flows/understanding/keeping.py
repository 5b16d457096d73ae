"""Vectors kept in a file beside the product's data, for measuring outside of any tenant."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path


class File:
    """A table of SQLite that reads and writes like one of Django's caches; nothing in it expires."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._held = sqlite3.connect(path, timeout=30)
        self._held.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")

    def get_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        rows = (self._held.execute("SELECT key, vector FROM vectors WHERE key = ?", (key,)).fetchone() for key in keys)
        return dict(row for row in rows if row)

    def set_many(self, data: dict[str, bytes], timeout: int = 0) -> None:
        with self._held:
            self._held.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", data.items())
