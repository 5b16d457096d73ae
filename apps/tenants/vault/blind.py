"""Blind indexes: what lets an encrypted e-mail address or phone number be found again when the whole of it is known.

HMAC-SHA256 of the normalised text with a key of the tenant's own that does nothing else (`keyring.INDEX`): equal texts have
equal indexes, and nothing can be read from one without the key. There is no index for parts of a text.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable

from apps.tenants.vault import keyring

_NOT_DIGITS = re.compile(r"\D+")


def email(text: str) -> str:
    """An address without case, its host as ASCII: `Vera@Exämple.com` and `vera@xn--exmple-cua.com` are one address."""
    local, at, host = unicodedata.normalize("NFKC", text).strip().casefold().rpartition("@")
    return local + at + _ascii(host)


def domain(text: str) -> str:
    """The host of an address, or a host alone with or without an @ before it."""
    return email(text).rpartition("@")[2]


def phone(text: str) -> str:
    """Digits as E.164 has them, without + or 00 before the country's: “+47 913 37 042” and “004791337042” are one number."""
    digits = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text))
    return digits.removeprefix("00")


# `whole`: any text, letter by letter.
KINDS: dict[str, Callable[[str], str]] = {"email": email, "domain": domain, "phone": phone, "whole": str}


def index(kind: str, text: str) -> str:
    """64 hex digits; empty for a text in which nothing is left to be found."""
    normal = KINDS[kind](text)
    if not normal:
        return ""
    return hmac.new(keyring.current(keyring.INDEX).key, f"{kind}|{normal}".encode(), hashlib.sha256).hexdigest()


def wanted(term: str) -> dict[str, str]:
    """The indexes, by kind, that a typed term may be looking for: a whole address, a host, or a whole number."""
    term, digits = term.strip(), _NOT_DIGITS.sub("", term)
    found = {}
    if "@" in term.strip("@"):
        found["email"] = index("email", term)
    elif "." in term and not re.search(r"\s", term):
        found["domain"] = index("domain", term)
    if len(digits) >= 6 and not re.search(r"[^\d\s()+./-]", term):
        found["phone"] = index("phone", term)
    return {kind: value for kind, value in found.items() if value}


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return host
