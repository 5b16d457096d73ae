"""Ways back to a customer who has gone: what the tenant can use, and so what the chat may ask for and promise."""

from apps.agents.models import DeskSettings, MailAccount
from apps.conversations import people


def asks() -> str:
    """people.EMAIL only where a mail can be written, people.PHONE where the tenant calls, else nothing."""
    wanted = DeskSettings.load().leave
    if wanted == DeskSettings.Leave.EMAIL:
        return people.EMAIL if MailAccount.objects.exists() else ""
    return people.PHONE if wanted == DeskSettings.Leave.PHONE else ""


def lacks_mail() -> bool:
    """The desk is to ask for e-mail addresses, and nothing could be written to them."""
    return DeskSettings.load().leave == DeskSettings.Leave.EMAIL and not MailAccount.objects.exists()
