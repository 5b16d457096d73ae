"""One verb on many conversations: each by casework on its own, so that one that can't be done holds up no other."""

from uuid import UUID

from apps.agents.casework import casework
from apps.agents.console.tool_frames import Bulk
from apps.conversations.models import Conversation
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


def run(frame: Bulk, me: Member) -> Frame:
    """`{done: [id …], refused: [{conversation, name, message}]}`. What is done already counts as done."""
    done: list[str] = []
    refused: list[Frame] = []
    for conversation in frame.conversations:
        try:
            _do(frame, conversation, me)
            done.append(str(conversation))
        except Refusal as error:
            refused.append({"conversation": str(conversation), "name": _name(conversation), "message": str(error)})
    return {
        "type": "bulk_done",
        "client_id": str(frame.client_id),
        "verb": frame.verb,
        "done": done,
        "refused": refused,
    }


def _do(frame: Bulk, conversation: UUID, me: Member) -> None:
    match frame.verb:
        case "resolve":
            casework.resolve(conversation, me)
        case "tag":
            casework.add_tags(conversation, frame.tags)
        case "team":
            casework.transfer(conversation, me, {"team": frame.team})
        case "snooze":
            casework.snooze(conversation, frame.until)


def _name(conversation: UUID) -> str:
    found = Conversation.objects.filter(pk=conversation).select_related("visitor").first()
    return str(found.visitor) if found else ""
