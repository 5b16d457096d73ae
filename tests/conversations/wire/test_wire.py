"""The golden examples of `tests/wire` are what the server emits: the same fields, the same shapes. Node proves the clients."""

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from apps.conversations.bot.story import Source
from apps.conversations.files import attachments, links
from apps.conversations.models import Attachment
from apps.conversations.wire import events, frames
from apps.conversations.wire.form import Field, Form, Option
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Site

WIRE = Path(__file__).resolve().parents[2] / "wire"
AT = datetime(2026, 11, 21, 9, 30, 0, 120_000, UTC)
ID, TURN = uuid.uuid4(), uuid.uuid4()
CONFIG = events.config(
    Site(name="Acme", timezone="Europe/Berlin", office_hours={"mon": [["09:00", "18:00"]]}), online=True, leave="email"
)


def golden(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((WIRE / f"{name}.json").read_text())
    return found


def shape(value: Any) -> Any:
    """Names and types, not values. Lists by their first element; free tables (a week's days) by their kind."""
    if isinstance(value, dict):
        return {key: "table" if key == "week" else shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


FILE = attachments.body(Attachment(name="tent.png", type="image/png", size=48_213, width=1280, height=960))
SOURCE = vars(Source(title="Returns", url="https://acme.example", article=str(ID), passage=340, text="30 days"))
with context.inside(context.PUBLIC):
    SIGNED = links.signed(
        events.numbered("message", 3, AT, events.message_body(events.author("visitor"), "", attachments=[FILE]), client_id=ID),
        links.VISITOR,
        ID,
    )
FORM = Form("r1", [Field("reason", "Reason", "choice", [Option("It arrived damaged", "damaged")])], "Send")
EMITTED = {
    "message.attachments": SIGNED,
    "ack": events.ack(ID, 3, AT),
    "message": events.numbered(
        "message",
        4,
        AT,
        events.message_body(
            events.author("bot", "Acme"), "30 days", sources=[SOURCE], buttons=[{"label": "a", "say": "b"}], language="en"
        ),
        turn=TURN,
    ),
    "message.courtesy": events.numbered(
        "message",
        4,
        AT,
        events.message_body(events.author("bot", "Acme"), "Hello.", language="en", courtesy=True),
        turn=TURN,
    ),
    "message.form": events.numbered(
        "message",
        4,
        AT,
        events.message_body(events.author("bot", "Acme"), "Two things.", form=FORM.stored(), progress={"step": 2, "of": 4}),
        turn=TURN,
    ),
    "message.submitted": events.numbered(
        "message",
        5,
        AT,
        events.message_body(events.author("visitor"), "Reason: damaged", form={"id": "r1"}, values={"a": 1}, secrets=str(ID)),
        client_id=ID,
    ),
    "message.reply": events.numbered(
        "message", 5, AT, events.message_body(events.author("visitor"), "And for shoes?", reply_to=4), client_id=ID
    ),
    "message.visitor": events.numbered("message", 3, AT, events.message_body(events.author("visitor"), "How?"), client_id=ID),
    "owner": events.numbered("owner", 5, AT, events.owner_body("queue", online=True, position=2, wait_seconds=180)),
    "rated": events.numbered("rated", 6, AT, {"of": 4, "score": 1}),
    "closed": events.numbered("closed", 7, AT, {"reason": "resolved"}),
    "delta": events.delta(TURN, 14, "text"),
    "turn": events.turn_state(TURN, "thinking"),
    "typing": events.typing("agent", True),
    "read": events.read("agent", 3),
    "pong": events.pong(7),
    "error": Refusal("too_fast", "Slow down.", retry_after=5).frame(str(ID)),
    "welcome": events.welcome(ID, 7, "bot", {**CONFIG, "suggestions": ["Where?"]}, {"turn": str(TURN), "text": "You"}),
}


@pytest.mark.parametrize("name", sorted(EMITTED))
def test_the_server_emits_the_golden_frame(name: str) -> None:
    assert shape(EMITTED[name]) == shape(golden(name))


@pytest.mark.parametrize("path", sorted(WIRE.glob("client.*.json")), ids=lambda path: path.stem)
def test_the_server_reads_the_golden_frame(path: Path) -> None:
    kind = json.loads(path.read_text())["type"]
    assert type(frames.parse(path.read_text())).__name__.lower() == kind


def test_a_golden_form_is_read_and_answered_as_its_golden_frames_say() -> None:
    body = golden("message.form")["form"]
    form = Form.read(body)
    assert form.stored() == body
    assert form.told(form.fitting(golden("client.submit")["values"]), {}) == golden("message.submitted")["text"]


def test_every_golden_frame_is_proven_here() -> None:
    server = {path.stem for path in WIRE.glob("*.json") if not path.stem.startswith("client.")}
    assert server - set(EMITTED) <= {"session"}  # tests/conversations/customer/test_session.py
