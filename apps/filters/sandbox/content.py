"""A module as the bytes that were sent up. Nothing here runs it or needs the engine, so web processes may look too."""

from hashlib import sha256

from django.utils.translation import gettext as _

from apps.tenants.refusal import Refusal

LARGEST = 2 * 1024 * 1024
MAGIC = b"\0asm\x01\0\0\0"


def digest(content: bytes) -> str:
    """The name by which rules and releases know it: its SHA-256."""
    return sha256(content).hexdigest()


def check(content: bytes) -> None:
    """Raises Refusal for what is too large or does not begin as a module."""
    check_size(len(content))
    if not content.startswith(MAGIC):
        raise Refusal("bad_file", _("This is no WebAssembly module: it does not begin with “\\0asm” and version 1."))


def check_size(size: int) -> None:
    if size > LARGEST:
        raise Refusal("too_long", _("The module is larger than %(most)d MB.") % {"most": LARGEST // 1024**2})
