"""Signed, expiring addresses of attachments: for one reader, of one tenant, made when a frame leaves the server.

The address is all that an `<img>` on a shop's page can show: no cookie, no header. So it names its reader, whose right is
looked up again with every use, and it ends. A member's is used on the console, where the log-in's cookie goes along, and
opens nothing without it.
"""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing

from apps.tenants import context

HOURS = 12
STEP = 3 * 3600  # seconds; within one, an address is the same again, so that a picture on a page is not drawn anew

VISITOR, MEMBER = "v", "m"


@dataclass(frozen=True)
class Link:
    attachment: UUID
    kind: str
    reader: UUID
    expires: int


def url(attachment: UUID | str, kind: str, reader: UUID, *, hours: int = HOURS) -> str:
    """Good for 12 to 15 hours, or as many as are asked for. `kind` of the reader: VISITOR or MEMBER."""
    expires = (int(time.time()) + hours * 3600) // STEP * STEP + STEP
    fields = [UUID(str(attachment)).hex, kind, reader.hex, expires]
    return f"/api/v1/attachments/{signing.Signer(salt=_salt()).sign_object(fields)}"


def read(signed: str) -> Link | None:
    """The link; None for a forged address, and for one of another tenant. Whether it has expired is for the door to tell."""
    try:
        attachment, kind, reader, expires = signing.Signer(salt=_salt()).unsign_object(signed)
        return Link(UUID(attachment), str(kind), UUID(reader), int(expires))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def signed(frame: dict[str, Any], kind: str, reader: UUID) -> dict[str, Any]:
    """The frame with an address for each of its attachments; one without any is returned as it is."""
    if "attachments" not in frame:
        return frame
    return {**frame, "attachments": [{**file, "url": url(file["id"], kind, reader)} for file in frame["attachments"]]}


def _salt() -> str:
    return f"yingda.attachment.{context.schema()}"
