"""The console's tools: which verb each of their frames asks for (tool_frames), and what its sender alone is told."""

from apps.agents.casework import contacts, macro_run
from apps.agents.console import bulk, frames, saved_views
from apps.agents.console.tool_frames import Bulk, Describe, DropView, Merge, RunMacro, SaveView, Views
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


def do(frame: frames.Frame, me: Member) -> Frame | None:
    """Raises Refusal with nothing done."""
    match frame:
        case RunMacro():
            return macro_run.run(frame.conversation, me, frame.macro, frame.client_id)
        case Describe():
            contacts.describe(frame.visitor, frame.changes)
        case Merge():
            return contacts.merge(frame.visitor, frame.other, me)
        case Views():
            return {"type": "views", "views": saved_views.of(me)}
        case SaveView():
            return saved_views.save(me, frame.name, frame.view, frame.filter, shared=frame.shared)
        case DropView():
            return saved_views.drop(me, frame.view)
        case Bulk():
            return bulk.run(frame, me)
    return None
