"""The bot asks with a form, by the worker's own path from claim to record."""

from uuid import UUID

from apps.conversations.bot.story import Progress, Said
from apps.conversations.ledger import pages
from apps.conversations.models import Turn
from apps.conversations.wire.form import Field, Form, Option
from apps.conversations.worker import claim, record
from apps.conversations.worker.answer import begun

RETURN = Form(
    "return-1",
    (
        Field("order", "Order number", "id", example="12345678"),
        Field("reason", "Reason", "choice", (Option("It arrived damaged", "damaged"), Option("It doesn't fit", "fit"))),
        Field("card", "Card", required=False, sensitive=True),
        Field("photo", "Photo", "file", required=False),
    ),
)


def asks(conversation: UUID, form: Form | None = RETURN, text: str = "Two things.", progress: Progress | None = None) -> None:
    """The bot's next message in a conversation of the tenant, also where it has answered already."""
    (claimed,) = claim.take([conversation]) or _waiting(conversation)
    answer = begun(claimed)
    answer.state, answer.end = Turn.State.DONE, Said(text, tier=None, form=form, progress=progress)
    record.record([answer])
    assert answer.stored


def _waiting(conversation: UUID) -> list[claim.Claim]:
    with pages.page(conversation) as page:
        page.conversation.epoch += 1
        page.conversation.wait(page.now)
    return claim.take([conversation])
