"""How the product signs what it sends to a tenant's own systems, and what people read when nothing good came back.

The signature is that of server-to-server calls: hex HMAC-SHA256 of timestamp, method, path with query, and body, a line
each. A system refuses what is older than 300 seconds.
"""

import hashlib
import hmac
from http import HTTPStatus

from django.utils.translation import gettext as _

from apps.tenants.web import outgoing


def sign(secret: str, stamp: str, method: str, target: str, body: bytes) -> str:
    signed = f"{stamp}\n{method}\n{target}\n".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def refusal(answer: outgoing.Answer) -> str:
    """A sentence; empty when the other side took it."""
    if 200 <= answer.status < 300:
        return ""
    name = f"{answer.status} {_name(answer.status)}".strip()
    if 300 <= answer.status < 400:
        return _("The address answered %s: it sends us elsewhere, which we do not follow. Enter the final address.") % name
    said = " ".join(answer.text.split())[:200]
    return (_("The address answered %(status)s. %(said)s") % {"status": name, "said": said}).strip()


def unreached(failure: outgoing.OutOfReach | outgoing.Unanswered, seconds: float) -> str:
    """A sentence; `seconds`: how long the other side had."""
    if isinstance(failure, outgoing.OutOfReach):
        return _("The address is in a network where nothing may be sent.")
    return {
        "address": _("The address must begin with http:// or https://."),
        "name": _("There is no such host: %s") % failure.detail,
        "slow": _("No complete answer within %d seconds.") % seconds,
        "refused": _("Nothing is listening at this address. Check it, and whether your server is running."),
        "tls": _("The certificate was not accepted: %s") % failure.detail,
    }.get(failure.code, _("The connection broke before an answer came: %s") % failure.detail)


def _name(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
