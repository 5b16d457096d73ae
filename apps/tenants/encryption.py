"""Secrets at rest: AES-256-GCM, one key a tenant derived from the platform's, bound to the column they stand in.

Value: `v1.<base64(nonce ‖ ciphertext ‖ tag)>`. Key: HKDF-SHA256 (RFC 5869) of SECRET_KEY with the schema as `info`; the
associated data is `schema|table.column`, so that a value copied to another tenant or column does not open.
"""

import base64
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from apps.tenants import context

VERSION = "v1."


class CannotDecrypt(ValueError):
    """The stored secret does not open: SECRET_KEY was changed or the value was moved. Enter the secret anew."""


def encrypt(plain: str, place: str) -> str:
    """`place` names where the value stands, such as `llm_modelendpoint.api_key`."""
    nonce = os.urandom(12)
    sealed = AESGCM(_key()).encrypt(nonce, plain.encode(), _bound(place))
    return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(value: str, place: str) -> str:
    raw = base64.urlsafe_b64decode(value.removeprefix(VERSION))
    try:
        return AESGCM(_key()).decrypt(raw[:12], raw[12:], _bound(place)).decode()
    except InvalidTag as error:
        raise CannotDecrypt(f"The secret in {place} does not open; enter it anew.") from error


def _key() -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=b"yingda.secrets", info=context.schema().encode())
    return hkdf.derive(settings.SECRET_KEY.encode())


def _bound(place: str) -> bytes:
    return f"{context.schema()}|{place}".encode()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that is encrypted in the database and plain in Python; empty stays empty. It cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        plain = super().get_prep_value(value)
        return encrypt(plain, self._place()) if plain else plain

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return decrypt(value, self._place()) if value else value

    def _place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"
