"""Words of a customer that came by a channel, said in their conversation by the same verb as the widget's: filters, limits, the
bot and the desk see no difference."""

import io
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.conversations import handover
from apps.conversations.customer import verbs, visitors
from apps.conversations.customer.arrivals import Door
from apps.conversations.files import attachments
from apps.conversations.ledger import group_commit
from apps.conversations.models import Conversation, Visitor
from apps.conversations.wire import frames
from apps.llm import loop
from apps.releases.publishing import active
from apps.tenants.refusal import Refusal
from apps.tenants.web import hosts
from apps.tenants.workspace.models import Site

SAY_SECONDS = 20.0


@dataclass(frozen=True)
class Heard:
    """`key`: the channel's own name of this message; the same again in one conversation is the same event. `files`: name and
    content."""

    key: str
    text: str
    files: Sequence[tuple[str, bytes]] = ()


def hear(conversation: UUID, heard: Heard, *, answer_to: Callable[[Conversation], str]) -> tuple[UUID, int] | None:
    """Say it as the customer of this conversation; → (conversation, seq) of it; None where it is nobody's here, or theirs
    who is blocked. In one that is closed it opens a new one, and `answer_to` names where its answers go. Raises Refusal."""
    row = Conversation.objects.select_related("visitor__merged_into").filter(pk=conversation).first()
    if row is None:
        return None
    visitor = row.visitor.merged_into or row.visitor
    if visitor.blocked_at:
        return None
    text, files = _words(heard, visitor)
    said = frames.Say(uuid.uuid5(conversation, heard.key), text, None, files)
    if row.is_open:
        try:
            return _said(row, visitor, said)
        except group_commit.ConversationClosed:
            pass  # a moment ago
    return _said(_opened(visitor, answer_to(row)), visitor, said)


def _words(heard: Heard, visitor: Visitor) -> tuple[str, tuple[UUID, ...]]:
    """The text, with a line for each file that could not be taken, and the files that were."""
    files, lines = list[UUID](), [heard.text]
    for name, content in heard.files:
        try:
            files.append(attachments.take(io.BytesIO(content), len(content), name, visitor=visitor.pk).pk)
        except Refusal as refusal:
            lines.append(f"[{name[:100]}] {refusal}")
    return frames.clean("\n".join(lines))[: frames.MOST_CHARACTERS].strip(), tuple(files)


def _said(row: Conversation, visitor: Visitor, said: frames.Say) -> tuple[UUID, int]:
    door = Door(
        visitor=visitor.pk,
        name=visitor.name,
        conversation=row.pk,
        release=row.release or active().number,
        language=row.language or visitor.language or Site.load().language,
        tenant_per_minute=hosts.messages_per_minute() or 0,
    )
    into, written = loop.run(verbs.say(door, said), seconds=SAY_SECONDS)
    return into.conversation, written.seq


def _opened(visitor: Visitor, answer_to: str) -> Conversation:
    """The visitor's open conversation, or a new one, of which the team knows where its answers go."""
    wish = (visitor.pk, None)
    row, _found = visitors.conversations_of([wish])[wish]
    if row._state.adding:
        row = Conversation.objects.create(pk=row.pk, visitor=visitor, release=active().number)
        if answer_to:
            handover.leave_contact(row.pk, answer_to, "")
    return row
