"""The order system's books: returns, invoices, appointments and complaints, each once for its idempotency key."""

import json
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS answers (shop TEXT, key TEXT, asked TEXT, status INTEGER, answer TEXT, PRIMARY KEY (shop, key));
CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, shop TEXT, kind TEXT, number TEXT, day TEXT, time TEXT, key TEXT, facts TEXT
);
CREATE TABLE IF NOT EXISTS asked (shop TEXT, key TEXT, times INTEGER, PRIMARY KEY (shop, key));
"""
Answer = tuple[int, dict[str, Any]]


class Books:
    """A file of SQLite, or memory. `once` and `record` are safe from many threads."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = RLock()
        self._lines = sqlite3.connect(str(file or ":memory:"), check_same_thread=False, isolation_level=None)
        self._lines.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {TABLES}")

    def once(self, shop: str, key: str, asked: str, act: Callable[[], Answer]) -> tuple[Answer, bool]:
        """Acts, or tells what came of this key before; → the answer, and whether it is an old one. What was asked in other
        words under the same key is refused. A refusal is kept for no key."""
        with self._lock, self._lines:
            self._lines.execute("BEGIN IMMEDIATE")
            row = self._lines.execute(
                "SELECT asked, status, answer FROM answers WHERE shop = ? AND key = ?", (shop, key)
            ).fetchone()
            if row and row[0] != asked:
                return (422, {"error": "This Idempotency-Key was used for another request."}), True
            if row:
                return (row[1], json.loads(row[2])), True
            status, answer = act()
            if status < 300:
                self._lines.execute(
                    "INSERT INTO answers VALUES (?, ?, ?, ?, ?)", (shop, key, asked, status, json.dumps(answer))
                )
            return (status, answer), False

    def count(self, shop: str, key: str) -> None:
        with self._lock:
            self._lines.execute("INSERT INTO asked VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1", (shop, key))

    def record(self, shop: str, kind: str, prefix: str, key: str, facts: dict[str, Any], today: date) -> str:
        """Writes a record down → its number, such as R-261130-4. Within `once`, both are written or none."""
        at = (facts.get("date"), facts.get("time"))
        with self._lock:
            row = (shop, kind, *at, key, json.dumps(facts, ensure_ascii=False))
            made = self._lines.execute(
                "INSERT INTO records (shop, kind, day, time, key, facts) VALUES (?, ?, ?, ?, ?, ?)", row
            ).lastrowid
            number = f"{prefix}{today:%y%m%d}{made:04d}"
            self._lines.execute("UPDATE records SET number = ? WHERE id = ?", (number, made))
        return number

    def find(self, shop: str, kind: str, number: str) -> dict[str, Any] | None:
        asked = "SELECT facts FROM records WHERE shop = ? AND kind = ? AND number = ?"
        with self._lock:
            row = self._lines.execute(asked, (shop, kind, number.strip().upper())).fetchone()
        return json.loads(row[0]) if row else None

    def taken(self, shop: str, day: str) -> set[str]:
        """The times of a day that somebody has."""
        with self._lock:
            asked = "SELECT time FROM records WHERE shop = ? AND kind = 'appointment' AND day = ?"
            return {time for (time,) in self._lines.execute(asked, (shop, day))}

    def effects(self) -> dict[str, Any]:
        """All that was written down, and how often each key came: for whoever wants to prove that nothing happened twice."""
        with self._lock:
            rows = self._lines.execute("SELECT shop, kind, number, key, facts FROM records ORDER BY id").fetchall()
            asked = self._lines.execute("SELECT shop, key, times FROM asked").fetchall()
        names = ("shop", "kind", "number", "key")
        return {
            "records": [{**dict(zip(names, row[:4], strict=True)), "facts": json.loads(row[4])} for row in rows],
            "asked": [{"shop": shop, "key": key, "times": times} for shop, key, times in asked],
        }
