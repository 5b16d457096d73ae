"""Replies that may find nobody there. The room of agents registers how they reach a customer who has gone; until it does, they
wait in the chat."""

from collections.abc import Callable

from apps.conversations.ledger.pages import Page
from apps.conversations.models import Event

Owe = Callable[[Page, Event], None]
_owe: list[Owe] = []


def register(owe: Owe) -> None:
    """`owe(page, event)` writes down, on the page of the reply, that it is to follow the customer by another channel."""
    _owe.append(owe)


def said(page: Page, event: Event) -> None:
    """An agent replied, or the bot did where the customer was promised an answer."""
    for owe in _owe:
        owe(page, event)
