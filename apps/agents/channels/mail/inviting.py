"""Invitations by mail: to a new member, or one who gets a new link. The link is made when the mail goes out and stands nowhere
else."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.agents.channels.mail import address, server
from apps.agents.models import MailAccount
from apps.agents.tickets import errands
from apps.tenants.workspace import invitations
from apps.tenants.workspace.models import Member, Site

KIND = "invitation"


def post(member: Member) -> bool:
    """Owes the member their link by mail; → False where the tenant has no mail."""
    if not MailAccount.objects.exists():
        return False
    key = f"invitation:{member.pk}:{timezone.now().timestamp()}"
    errands.send(KIND, key, {"member": str(member.pk)})
    return True


@errands.doer(KIND, outside=True)
def deliver(payload: dict[str, Any], key: str) -> None:
    """A member who has chosen a password since, is switched off or has no address any more is left alone."""
    member = Member.objects.filter(pk=payload["member"], is_active=True).exclude(email="").first()
    account = MailAccount.objects.first()
    if account and member and not member.has_usable_password():
        server.send(account, compose(account, member, key), member.email)


def compose(account: MailAccount, member: Member, key: str) -> EmailMessage:
    site = Site.load()
    sender, message = address.ascii_of(account.sender), EmailMessage()
    with translation.override(member.language or site.language):
        message["From"] = Address(account.sender_name or site.name, addr_spec=sender)
        message["To"] = Address(addr_spec=address.ascii_of(member.email))
        message["Date"] = format_datetime(timezone.now())
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message["Subject"] = _("Your log-in at %s") % site.name
        link = f"{account.origin.rstrip('/')}{invitations.path(member)}"
        said = {"name": member, "site": site.name, "link": link, "days": invitations.DAYS, "username": member.username}
        message.set_content(
            _(
                "Hello %(name)s,\n\nhere you choose a password for %(site)s. Your user name is %(username)s.\n\n%(link)s\n\n"
                "The link works once, for %(days)d days. If you did not expect it, leave it alone: nothing happens then.\n"
            )
            % said
        )
    return message
