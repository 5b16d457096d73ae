"""A schema's data keys: 256 random bits each, kept wrapped by a master key (AES key wrap, RFC 3394) beside the data they lock.

`scope` says what a key is for: the tenant's values, its blind indexes; later one visitor's. Deleting a key's row
shreds all that it locked, here within OPEN_SECONDS, in backups when they end. Rows are read by bare SQL, so that a
migration of any age may encrypt.
"""

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.db import connection, transaction

from apps.tenants import context
from apps.tenants.vault import master
from apps.tenants.vault.master import CannotDecrypt

VALUES, INDEX = "tenant", "index"
OPEN_SECONDS = 60.0
MOST_OPEN = 4_096  # keys in this process's memory: 1,000 tenants and the visitors of some


@dataclass(frozen=True)
class DataKey:
    id: str
    key: bytes


class _Open:
    """Unwrapped keys, each for OPEN_SECONDS, the ones longest unused dropped first. A key's id is random and never used again,
    so that what a transaction made and took back does no harm here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[float, bytes]] = OrderedDict()

    def get(self, at: tuple[str, str]) -> bytes | None:
        with self._lock:
            until, key = self._kept.get(at, (0.0, b""))
            if until < time.monotonic():
                self._kept.pop(at, None)
                return None
            self._kept.move_to_end(at)
            return key

    def put(self, at: tuple[str, str], key: bytes) -> None:
        with self._lock:
            self._kept[at] = time.monotonic() + OPEN_SECONDS, key
            while len(self._kept) > MOST_OPEN:
                self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


opened = _Open()


def named(key_id: str) -> DataKey:
    """A data key of this schema. Raises CannotDecrypt if it is another tenant's, deleted, or its master key missing."""
    key = opened.get((context.schema(), key_id))
    if key is not None:
        return DataKey(key_id, key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, master, wrapped FROM workspace_datakey WHERE id = %s", [key_id])
        row = cursor.fetchone()
    if row is None:
        raise CannotDecrypt("The key of this value is missing: it was deleted, or the value belongs to another tenant.")
    return _unwrapped(*row)


def current(scope: str = VALUES) -> DataKey:
    """The key that locks what is written now; the first one is made here. Asked of the database each time: what another
    process has deleted or replaced must lock nothing more."""
    return _newest(scope) or make(scope)


def current_with_ids(table: str, count: int) -> tuple[DataKey, list[int]]:
    """The same in one statement with ids that are drawn from the table's own sequence."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_IDS, [table, count, VALUES])
        row = cursor.fetchone()
    if row is None:
        make(VALUES)
        return current_with_ids(table, count)
    return _known(*row[:3]), row[3]


_WITH_IDS = """
SELECT id, master, wrapped, ARRAY(SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s))
FROM (SELECT id, master, wrapped FROM workspace_datakey WHERE scope = %s ORDER BY created_at DESC, id DESC LIMIT 1) AS newest
"""


def make(scope: str = VALUES) -> DataKey:
    """A new key, which locks everything from now on; the older ones go on opening what they locked."""
    with transaction.atomic():
        _insert(scope)
        found = _newest(scope)
    if found is None:
        raise CannotDecrypt("The key that was made a moment ago is gone.")
    return found


def rewrap() -> tuple[int, int]:
    """Wrap the schema's keys with the first master key; → how many were wrapped anew, and how many already were.

    Raises CannotDecrypt, and changes nothing, when a master key is missing.
    """
    first = master.keys()[0]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id, master, wrapped FROM workspace_datakey ORDER BY id FOR UPDATE")
        rows = cursor.fetchall()
        old = [(key_id, unwrap(name, wrapped)) for key_id, name, wrapped in rows if name != first.name]
        for key_id, key in old:
            cursor.execute(
                "UPDATE workspace_datakey SET master = %s, wrapped = %s WHERE id = %s",
                [first.name, aes_key_wrap(first.key, key), key_id],
            )
    return len(old), len(rows) - len(old)


def masters() -> set[str]:
    """The names of the master keys that the schema's data keys need."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT master FROM workspace_datakey")
        return {name for (name,) in cursor.fetchall()}


def _newest(scope: str) -> DataKey | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, master, wrapped FROM workspace_datakey WHERE scope = %s ORDER BY created_at DESC, id DESC LIMIT 1",
            [scope],
        )
        row = cursor.fetchone()
    return None if row is None else _known(*row)


def _known(key_id: str, name: str, wrapped: bytes) -> DataKey:
    key = opened.get((context.schema(), key_id))
    return DataKey(key_id, key) if key is not None else _unwrapped(key_id, name, wrapped)


def _insert(scope: str) -> None:
    """Adds a data key. The blind indexes have a single key for good (a constraint): under two, one would not find what the
    other wrote."""
    first = master.keys()[0]
    wrapped = aes_key_wrap(first.key, secrets.token_bytes(32))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workspace_datakey (id, scope, master, wrapped, created_at) VALUES (%s, %s, %s, %s, clock_timestamp())"
            " ON CONFLICT DO NOTHING",
            [secrets.token_hex(8), scope, first.name, wrapped],
        )


def _unwrapped(key_id: str, name: str, wrapped: bytes) -> DataKey:
    key = unwrap(name, wrapped)
    opened.put((context.schema(), key_id), key)
    return DataKey(key_id, key)


def unwrap(name: str, wrapped: bytes) -> bytes:
    """The key itself, by the master key of this name. Raises CannotDecrypt."""
    key = master.named(name).key
    try:
        return aes_key_unwrap(key, bytes(wrapped))
    except InvalidUnwrap as error:
        raise CannotDecrypt(f"The master key called “{name}” is not the one that wrapped this key.") from error
