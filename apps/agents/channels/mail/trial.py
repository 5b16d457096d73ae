"""The test of a mail server as it stands in the form: one mail to whoever asks, sent by a worker."""

import time
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agents.channels.mail import server
from apps.agents.models import MailAccount
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Site

TASK = "agents.try_mail"
FIELDS = ("sender", "sender_name", "host", "port", "security", "user")


def described(account: MailAccount, to: str) -> dict[str, Any]:
    return {**{name: getattr(account, name) for name in FIELDS}, "password": encryption.shown(account, "password"), "to": to}


def attempt(asked: dict[str, Any]) -> dict[str, Any]:
    """→ `to` and `ms`; or `problem`, a sentence."""
    to, began = asked.pop("to"), time.monotonic()
    account = MailAccount(**asked)
    message = EmailMessage()
    message["From"] = formataddr((account.sender_name or Site.load().name, account.sender))
    message["To"], message["Date"] = to, format_datetime(timezone.now())
    message["Message-ID"] = make_msgid(domain=account.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["Subject"] = _("A test of the mail settings")
    message.set_content(_("Mail works: replies to customers who have left will go out like this one."))
    try:
        server.send(account, message, to)
    except Refusal as refusal:
        return {"problem": refusal.sentence}
    return {"to": to, "ms": (time.monotonic() - began) * 1000}
