"""The signed name of a conversation, as the mails about it carry it: in their Message-ID, and in the address to answer to where
the mailbox takes such addresses. A name of another tenant's is a bad signature here."""

import base64
import binascii
import re
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from apps.tenants import context

SIGNATURE = 10  # bytes
LENGTH = 42  # base32 characters of 26 bytes
LONGEST_LOCAL = 64  # RFC 5321
_NAME = re.compile(rf"(?:^|[+.<])([a-z2-7]{{{LENGTH}}})(?=[@.])", re.IGNORECASE)


def name(conversation: UUID) -> str:
    """Lower-case letters and digits: mail systems change the case of addresses."""
    raw = conversation.bytes + _signature(conversation.bytes)
    return base64.b32encode(raw).decode().rstrip("=").lower()


def conversation_of(text: str) -> UUID | None:
    """The conversation that an address or a Message-ID names; None without a good signature of this tenant's."""
    for found in _NAME.finditer(text):
        try:
            raw = base64.b32decode(found[1].upper() + "=" * (-LENGTH % 8))
        except binascii.Error:
            continue
        if constant_time_compare(_signature(raw[:16]), raw[16:]):
            return UUID(bytes=raw[:16])
    return None


def plus(sender: str, conversation: UUID) -> str:
    """`care@shop.example` → `care+<name>@shop.example`; the sender itself where that would be too long."""
    local, _at, host = sender.rpartition("@")
    whole = f"{local}+{name(conversation)}"
    return f"{whole}@{host}" if len(whole) <= LONGEST_LOCAL else sender


def ascii_of(address: str) -> str:
    """The address as mail servers look it up."""
    local, _at, host = address.rpartition("@")
    return f"{local}@{host.encode('idna').decode()}"


def _signature(raw: bytes) -> bytes:
    return salted_hmac(f"yingda.mail.{context.schema()}", raw.hex(), algorithm="sha256").digest()[:SIGNATURE]
