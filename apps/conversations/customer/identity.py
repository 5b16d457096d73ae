"""The identity that a page claims for its visitor, and the part of it that the tenant's own server has signed.

`{token}`: a JSON Web Token (RFC 7519), HS256 with the identity secret, as other desks take it. All in it is vouched for:
`user_id` (or `sub`, `external_id`), `name`, `email`, `phone` (or `phone_number`), `attributes`, and `iat`, when it was signed.
`{user_id, signature}`: the older form, hex HMAC-SHA256 of `user_id`, vouches for that alone. Everything else is a claim.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.conversations.wire import about
from apps.conversations.wire.texts import clean
from apps.tenants import email_address
from apps.tenants.refusal import Refusal

_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
CLOCKS_APART = timedelta(minutes=5)
LONGEST = {"user_id": 200, "name": 100, "email": email_address.MOST, "phone": 32, "signature": 128, "token": 8_000}
WRONG = _("The identity's signature is wrong.")
OTHER_NAMES = {"user_id": ("sub", "external_id"), "phone": ("phone_number",)}


@dataclass(frozen=True)
class Identity:
    """`signed_at`: of a token. `is_late`: signed so long ago that only who showed it in time may go on with it."""

    user_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    signature: str = ""
    token: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    signed_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        return self.signed_at is not None and self.signed_at < timezone.now() - timedelta(hours=settings.IDENTITY_HOURS)


def of(raw: Mapping[str, Any]) -> Identity:
    """The identity a page sent, with nothing proven. Raises Refusal."""
    told: dict[str, Any] = {name: _text(raw, name) for name in LONGEST}
    return Identity(**told)


def vouched(claimed: Identity, secret: str) -> Identity:
    """The part of it that the secret's owner signed. Raises Refusal, `bad_frame` for a signed value that cannot be kept."""
    if claimed.token:
        return _of_token(claimed.token, secret)
    expected = hmac.new(secret.encode(), claimed.user_id.encode(), hashlib.sha256).hexdigest()
    if not secret or not hmac.compare_digest(expected.encode(), claimed.signature.encode()):
        raise Refusal("unauthorized", WRONG)
    return Identity(user_id=claimed.user_id)


def _of_token(token: str, secret: str) -> Identity:
    fields = _opened(token, secret)
    signed_at, now = _moment(fields, "iat"), timezone.now()
    if signed_at is None or signed_at > now + CLOCKS_APART:
        raise Refusal(
            "unauthorized", _("The identity must say when it was signed (iat), and your server's clock must be right.")
        )
    until = _moment(fields, "exp")
    if "exp" in fields and (until is None or until < now - CLOCKS_APART):
        raise Refusal("unauthorized", _("The identity has expired. Your server must sign a new one for each page."))
    names = ("user_id", "name", "email", "phone")
    found = Identity(
        **{name: _text(fields, name) for name in names},
        attributes=about.attributes_of(fields.get("attributes") or {}),
        signed_at=signed_at,
    )
    if not found.user_id:
        raise Refusal("unauthorized", _("The identity names nobody: it needs a user_id."))
    return found


def _opened(token: str, secret: str) -> dict[str, Any]:
    """One algorithm and no other, whatever the header wants."""
    try:
        signed, _dot, signature = token.rpartition(".")
        header, payload = (json.loads(_raw(part)) for part in signed.split("."))
        expected = hmac.new(secret.encode(), signed.encode("ascii"), hashlib.sha256).digest()
        good = bool(secret) and hmac.compare_digest(expected, _raw(signature))
    except (ValueError, RecursionError) as error:
        raise Refusal("unauthorized", _("The identity is not a token that can be read.")) from error
    if (
        not isinstance(header, dict)
        or header.get("alg") != "HS256"
        or "crit" in header
        or not isinstance(payload, dict)
        or not good
    ):
        raise Refusal("unauthorized", WRONG)
    return payload


def _raw(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError from error


def _moment(fields: Mapping[str, Any], name: str) -> datetime | None:
    """Seconds since 1970."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 4e9:
        return None
    return datetime.fromtimestamp(value, UTC)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = next((fields[one] for one in (name, *OTHER_NAMES.get(name, ())) if fields.get(one) is not None), "")
    if name == "user_id" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > LONGEST[name] or _UNSTORABLE.search(value):
        raise Refusal("bad_frame", _("The field %s must be a short text.") % name)
    if name == "email" and value:
        try:
            return email_address.checked(value)
        except ValidationError as error:
            raise Refusal("bad_frame", email_address.WRONG) from error
    return clean(value) if name in ("name", "phone") else value
