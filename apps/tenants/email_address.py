"""Decides, for every door and every mail header, what counts as one e-mail address: `local@host`, nothing else."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

MOST = 254  # RFC 5321's longest path without its brackets
# Lists, display names, comments, quoted locals, line ends: what a mail header would read as more than one address.
_MORE_THAN_ONE = re.compile(r"[\s,;:<>()\[\]\\\"\x00-\x1f\x7f-\x9f\u2028\u2029]")

WRONG = _("This e-mail address does not look right.")


def checked(raw: str) -> str:
    """The address without spaces around it. Raises ValidationError. Hosts may be international; the part before @ may not."""
    address = raw.strip(" ")
    try:
        whole = bool(address) and len(address) <= MOST and not _MORE_THAN_ONE.search(address) and _ascii(address)
        validate_email(whole or "")
    except (ValidationError, UnicodeError) as error:
        raise ValidationError(WRONG) from error
    return address


def is_one(raw: str) -> bool:
    try:
        checked(raw)
    except ValidationError:
        return False
    return True


def _ascii(address: str) -> str:
    """The host as a mail server is looked up."""
    local, _at, host = address.rpartition("@")
    if not local.isascii():
        raise UnicodeError
    return f"{local}@{host.encode('idna').decode()}"
