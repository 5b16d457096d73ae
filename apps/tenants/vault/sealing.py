"""Seals secrets: AES-256-GCM, bound to the one place where the value stands.

Value: `v2.<key id>.<base64url(nonce ‖ ciphertext ‖ tag)>`, key: a data key (`keyring`), associated data:
`schema|table|column|row`. So a value that is copied to another tenant, column or row does not open there.

`v1.<base64url(…)>` is still read: its key was HKDF-SHA256 of SECRET_KEY with the schema as `info`, its associated data
`schema|table.column`.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from apps.tenants import context
from apps.tenants.vault import keyring
from apps.tenants.vault.keyring import DataKey
from apps.tenants.vault.master import CannotDecrypt

_V2 = re.compile(r"v2\.([0-9a-f]{16})\.([A-Za-z0-9_-]+={0,2})\Z")
_V1 = re.compile(r"v1\.[A-Za-z0-9_-]+={0,2}\Z")


@dataclass(frozen=True)
class Place:
    """The place of a value in the schema of the moment."""

    table: str
    column: str
    row: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


def seal(plain: str, place: Place) -> str:
    return Sealer(keyring.current()).seal(plain, place)


@dataclass(frozen=True)
class Sealer:
    """The key of the moment, for values that are written together: asked of the database once."""

    data: DataKey

    def seal(self, plain: str, place: Place) -> str:
        nonce = os.urandom(12)
        sealed = AESGCM(self.data.key).encrypt(nonce, plain.encode(), _bound(place))
        return f"v2.{self.data.id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def sealer(table: str, count: int) -> tuple[Sealer, list[int]]:
    """A sealer, and so many ids of a table whose rows it shall seal: what is sealed is bound to its row. One statement."""
    data, ids = keyring.current_with_ids(table, count)
    return Sealer(data), ids


def unseal(value: str, place: Place) -> str:
    """Raises CannotDecrypt."""
    found = _V2.match(value)
    if found:
        return _open(keyring.named(found[1]).key, found[2], _bound(place), place)
    if _V1.match(value):
        return _open(_v1_key(), value[3:], f"{context.schema()}|{place}".encode(), place)
    raise CannotDecrypt(f"The value in {place} is not a secret of a known form.")


def is_sealed(value: str) -> bool:
    return bool(_V2.match(value) or _V1.match(value))


def key_of(value: str) -> str:
    """The id of the data key that locks it; empty for older forms."""
    found = _V2.match(value)
    return found[1] if found else ""


def _open(key: bytes, text: str, bound: bytes, place: Place) -> str:
    try:
        raw = base64.urlsafe_b64decode(text)
        return AESGCM(key).decrypt(raw[:12], raw[12:], bound).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise CannotDecrypt(f"The secret in {place} does not open: it was moved or changed. Enter it anew.") from error


def _bound(place: Place) -> bytes:
    return "|".join((context.schema(), place.table, place.column, place.row)).encode()


def _v1_key() -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=b"yingda.secrets", info=context.schema().encode())
    return hkdf.derive(settings.SECRET_KEY.encode())
