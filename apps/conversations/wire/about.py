"""The page's word on a visitor: where they are, with what device, and attributes its script sets.

None of it is proven: these attributes are claims, shown as such, never used to find or to trust anybody. The attributes in
an identity's token are another thing (`identity`), and a claim of the same name is not shown beside one.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.utils.translation import gettext_lazy as _

from apps.conversations.models import Visitor
from apps.conversations.wire.texts import clean
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption

MOST_ATTRIBUTES, LONGEST_NAME, LONGEST_VALUE = 30, 40, 200
LONGEST_ADDRESS, LONGEST_TITLE = 500, 200
# Parameters that are keys to something: their values stay with the page.
_SECRET = re.compile(r"pass|pwd|secret|token|session|auth|signature|api_?key|^(?:key|sid|code|sig|otp|jwt)$", re.IGNORECASE)
_PARAMETER = re.compile("(?<![^=&])([^=&]+)=([^&]*)")

# (pattern, what people call it); the first that fits. Many browsers also call themselves Chrome or Safari.
_BROWSERS = [
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    (r"UCBrowser|UCWEB", "UC"),
    ("QQBrowser", "QQ Browser"),
    (r"Firefox|FxiOS", "Firefox"),
    (r"Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
]
_SYSTEMS = [
    (r"HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    (r"Macintosh|Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


def attributes_of(raw: Any) -> dict[str, Any]:
    """A flat map of short texts, numbers and yes or no. Raises Refusal. Empty values take an attribute away."""
    if not isinstance(raw, Mapping):
        raise Refusal("bad_frame", _("Attributes must be a list of names with values."))
    found: dict[str, Any] = {}
    for key, value in raw.items():
        name = clean(str(key))
        if not name or len(name) > LONGEST_NAME:
            raise Refusal("bad_frame", _("An attribute's name must have 1 to %d characters.") % LONGEST_NAME)
        if value is None or value == "":
            continue
        if isinstance(value, str) and len(value) <= LONGEST_VALUE:
            found[name] = clean(value)
        elif isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < 1e15):
            found[name] = value
        else:
            raise Refusal("bad_frame", _("The attribute %s is neither a short text nor a number.") % name)
    if len(found) > MOST_ATTRIBUTES:
        raise Refusal("bad_frame", _("A customer can have at most %d attributes.") % MOST_ATTRIBUTES)
    return found


def page_of(raw: Any) -> dict[str, str]:
    """`{url, title?, referrer?}` of a web page, secrets taken out; empty for what is no web page."""
    if not isinstance(raw, Mapping):
        return {}
    url = _address(raw.get("url"))
    if not url:
        return {}
    title, referrer = raw.get("title"), _address(raw.get("referrer"))
    page = {"url": url, "title": clean(title[:LONGEST_TITLE]) if isinstance(title, str) else "", "referrer": referrer}
    return {name: value for name, value in page.items() if value}


def device_of(agent: str) -> str:
    """“Chrome, Windows” from a User-Agent header; empty where nothing is known."""
    known = (next((name for pattern, name in names if re.search(pattern, agent)), "") for names in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in known if name)


def told(visitor: Visitor) -> dict[str, Any]:
    """The claims as the agents' panel shows them."""
    claims, signed = encryption.shown(visitor, "claims"), encryption.shown(visitor, "signed")
    claims = {name: value for name, value in claims.items() if name not in signed}
    return {"page": visitor.page, "device": visitor.device, "claims": claims}


def keep(visitor: Visitor, *, page: dict[str, str], claims: dict[str, Any] | None = None, device: str = "") -> bool:
    """Write down what is new; whether something was. Where they came from first stays until they come from elsewhere."""
    told: dict[str, Any] = {}
    if page:
        told["page"] = {**({"referrer": visitor.page["referrer"]} if visitor.page.get("referrer") else {}), **page}
    if claims is not None:
        told["claims"] = claims
    if device:
        told["device"] = device
    new = {name: value for name, value in told.items() if encryption.shown(visitor, name) != value}
    if new:
        for name, value in new.items():
            setattr(visitor, name, value)
        visitor.save(update_fields=list(new))
    return bool(new)


def _address(raw: Any) -> str:
    """Scheme, host, path and query of a web address, without login, fragment and the values of secret parameters."""
    if not isinstance(raw, str) or len(raw) > 8_000:
        return ""
    try:
        parts = urlsplit(clean(raw))
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    query = _PARAMETER.sub(lambda one: f"{one[1]}=…" if _SECRET.search(one[1]) else one[0], parts.query)
    return urlunsplit((parts.scheme, host, parts.path, query, ""))[:LONGEST_ADDRESS]
