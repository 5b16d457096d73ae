"""The shown text of messages in which something sensitive was told, or was expected and not told: stored with the turn that
read them, in the transaction of its end."""

import uuid
from collections.abc import Sequence

from django.db import transaction

from apps.conversations.bot import wording
from apps.conversations.bot.leading.confidence import Confided, Hidden, Opened
from apps.conversations.ledger.pages import Page
from apps.conversations.live import publish
from apps.conversations.models import Event, Original, Turn
from apps.conversations.wire import events
from apps.conversations.worker.answer import Answer


def keep(page: Page, answer: Answer) -> None:
    """The story that the turn's row keeps is told with the words as they are shown."""
    changed = [message for step in answer.steps if isinstance(step, Confided) for message in step.messages]
    if not changed:
        return
    seqs: Sequence[int] = (answer.turn.story or {})["transcript"]
    newest = seqs[-max(len(answer.story.newest), 1) :]
    rows = {event.seq: event for event in page.conversation.events.filter(seq__in=newest)}
    for message in changed:
        if event := rows.get(seqs[-1 - message.back]):
            _show(event, message)
            _tell_later(page, event)
    page.conversation.read_again(min(newest))
    shown = wording.question([str(rows[seq].body["text"]) for seq in newest if seq in rows])
    Turn.objects.filter(pk=answer.turn.pk).update(story=(answer.turn.story or {}) | {"question": shown})


def _show(event: Event, message: Opened | Hidden) -> None:
    body = event.body
    if isinstance(message, Opened):
        event.show(message.text, [place.stored() for place in message.places])
        if not message.places:
            Original.objects.filter(event=event).delete()
        return
    if not body.get("original"):
        own = Original.objects.create(id=uuid.uuid4(), event=event, text=body["text"])
        body["original"] = str(own.pk)
    event.show(*events.covered(str(body["text"]), body.get("masked", ()), message.places))


def _tell_later(page: Page, event: Event) -> None:
    frame = events.amended(event)
    transaction.on_commit(lambda: publish.send(page.conversation.pk, frame, audience=publish.TEAM))
