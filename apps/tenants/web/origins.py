"""The sites that may show a tenant's chat, in the form in which browsers send them: `xn--czrs0t.test`, not `商店.test`."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.tenants.web import places

USUAL = {("https", 443), ("http", 80)}


def origin_of(address: str) -> str:
    """`https://Shop.example.com/path` → `https://shop.example.com`, as browsers send it. Raises ValidationError."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        port = f":{parts.port}" if parts.port and (parts.scheme, parts.port) not in USUAL else ""
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or "*" in address:
            raise ValueError(address)
        host = parts.hostname if parts.hostname.isascii() else places.host(parts.hostname)
    except (ValueError, places.NoPlace) as error:
        raise ValidationError(_("“%s” is not a valid site. Write it like https://shop.example.com.") % address[:100]) from error
    return f"{parts.scheme}://[{host}]{port}" if ":" in host else f"{parts.scheme}://{host}{port}"


@lru_cache(maxsize=1_000)
def as_sent(kept: str) -> str:
    """A site that was kept in another form, by an older version for one, as browsers send it."""
    try:
        return origin_of(kept)
    except ValidationError:
        return kept
