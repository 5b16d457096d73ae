"""Promises to a customer to whom nobody can speak now: no more than the tenant can keep. A mail is promised only where one can
be written, a call only where the tenant asks for numbers; else the customer hears when to come again."""

from django.utils.translation import gettext as _

from apps.conversations import people
from apps.tenants import email_address
from apps.tenants.workspace.models import Site


def absent(site: Site, language: str, known: str = "") -> str:
    """Nobody is online. `known`: an address or number that need not be asked for."""
    back, kind = people.when_back(site, language), people.asks()
    nobody = _("No one is online right now.")
    if known:
        return _joined(nobody, _coming(kind, known, back))
    if kind == people.EMAIL:
        if back:
            return _("No one is online right now. Leave your e-mail and we'll answer by %s.") % back
        return _("No one is online right now. Leave your e-mail and we'll answer as soon as we can.")
    if kind == people.PHONE:
        if back:
            return _("No one is online right now. Leave your phone number and we'll call you by %s.") % back
        return _("No one is online right now. Leave your phone number and we'll call you as soon as we can.")
    if back:
        return _("No one is online right now. We're back at %s: write what you need, and look here for our answer then.") % back
    return _("No one is online right now. Write what you need, and look here for our answer later.")


def sorry(site: Site, language: str, known: str = "") -> str:
    """People are there, and none had time."""
    kind = people.asks()
    busy = _("I'm sorry, everybody is busy right now.")
    if known:
        return _joined(busy, _coming(kind, known, people.when_back(site, language)))
    if kind == people.EMAIL:
        return _("I'm sorry, everybody is busy right now. Leave your e-mail and we'll write to you, or ask me something else.")
    if kind == people.PHONE:
        return _(
            "I'm sorry, everybody is busy right now. Leave your phone number and we'll call you, or ask me something else."
        )
    return _("I'm sorry, everybody is busy right now. Write what you need, and look here for our answer later.")


def taken(site: Site, language: str, contact: str) -> str:
    """The answer to an address or number that was left."""
    kind = people.EMAIL if email_address.is_one(contact) else people.PHONE
    still = _("I'm still here for other questions.")
    if kind != people.asks():  # a page of yesterday left what the tenant does not ask for any more
        return _joined(_("Thank you. We have noted %s.") % contact, still)
    return _joined(_("Thank you."), _coming(kind, contact, people.when_back(site, language)), still)


def _coming(kind: str, contact: str, back: str) -> str:
    told = {"contact": contact, "back": back}
    if kind == people.EMAIL:
        by, soon = _("We'll write to %(contact)s by %(back)s."), _("We'll write to %(contact)s as soon as we can.")
    else:
        by, soon = _("We'll call %(contact)s by %(back)s."), _("We'll call %(contact)s as soon as we can.")
    return (by if back else soon) % told


def _joined(*sentences: str) -> str:
    """Chinese leaves no space after its stop."""
    return " ".join(sentences).replace("\u3002 ", "\u3002")
