"""The wire's vocabulary, server to client (PROTOCOL.md). Every frame that leaves the server is made here."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from apps.conversations import people
from apps.conversations.models import Event
from apps.tenants.workspace.models import Member, Site

Frame = dict[str, Any]

INWARD = ("values", "secrets", "original")  # of what a customer entered or wrote: for the turn, never on the wire

CONFIDED = "confided"  # `what` of a masked place in which something stands that a flow calls sensitive
SEALED = "•" * 8  # in its place, however long it is

# `text(frame)`: as it goes over the wire. One encoder for all: json.dumps with options would make one for each frame.
text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def moment(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-11-21T09:30:00.120Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_confided(text: str, what: str) -> bool:
    """Whether a message was sealed whole. `what` stood in its first masked place."""
    return what == CONFIDED and text == SEALED


def covered(
    text: str, known: Sequence[Mapping[str, Any]], places: Sequence[tuple[int, int]]
) -> tuple[str, list[dict[str, Any]]]:
    """The text with these places sealed, and all that is masked in it then. `known`: the places that were masked before; one
    that meets a new one becomes a part of it."""
    sealed = [{"start": start, "end": end, "what": CONFIDED} for start, end in places]
    found: list[dict[str, Any]] = []
    for place in sorted([*map(dict, known), *sealed], key=lambda place: int(place["start"])):
        if found and place["start"] < found[-1]["end"]:
            found[-1] = {**found[-1], "end": max(found[-1]["end"], place["end"]), "what": CONFIDED}
            found[-1].pop("rule", None)
        else:
            found.append(place)
    out, at = "", 0
    for place in found:
        start, end = place["start"], place["end"]
        instead = text[start:end] if place.get("rule") else SEALED
        out += text[at:start]
        place["start"], place["end"] = len(out), len(out) + len(instead)
        out, at = out + instead, end
    return out + text[at:], found


def author(kind: str, name: str = "", avatar: str = "") -> dict[str, str]:
    return {"kind": kind, "name": name, **({"avatar": avatar} if avatar else {})}


def numbered(
    kind: str, seq: int, at: datetime, body: Mapping[str, Any], client_id: UUID | None = None, turn: UUID | None = None
) -> Frame:
    """A durable event, as the row holds it; a form's values and the id of what was masked stay here, because the text says what
    people may read of them."""
    frame: Frame = {"type": kind, "seq": seq, "at": moment(at), **body}
    if "values" in frame or "original" in frame:
        for name in INWARD:
            frame.pop(name, None)
    if client_id:
        frame["client_id"] = str(client_id)
    if turn:
        frame["turn"] = str(turn)
    return frame


def for_customer(frame: Frame) -> Frame:
    """Without the names of the rules, which are the team's."""
    return {name: value for name, value in frame.items() if name != "masked"} if "masked" in frame else frame


def of_row(event: Event) -> Frame:
    return numbered(event.kind, event.seq, event.at, event.body, event.client_id, event.turn_id)


def amended(event: Event) -> Frame:
    """A message of which less is shown than before, or more: for the team's pages."""
    return {"type": "amended", "seq": event.seq, "text": event.body["text"], "masked": event.body.get("masked", [])}


def message_body(who: Mapping[str, str], text: str, **more: Any) -> dict[str, Any]:
    """`more`: sources, buttons, attachments, reply_to, stopped, form, progress, values, secrets, masked, original; of the bot's
    the `language` it speaks, and `courtesy` where nothing was said that could be wrong, and `meanwhile`, the numbers
    of the messages that it answers to a customer who waits for a person; empty ones are left out."""
    return {"author": dict(who), "text": text, **{name: value for name, value in more.items() if value}}


def words(body: Mapping[str, Any]) -> str:
    """A message where only words can stand: its text and the names of its files."""
    return "\n".join(filter(None, [str(body.get("text", "")), *(f"[{file['name']}]" for file in body.get("attachments", ()))]))


def owner_body(owner: str, *, online: bool, agent: Member | None = None, **more: Any) -> dict[str, Any]:
    """`more`: position, wait_seconds."""
    body: dict[str, Any] = {"owner": owner, "online": online}
    if agent:
        body["agent"] = {"name": str(agent)}
    return body | {name: value for name, value in more.items() if value is not None}


def welcome(conversation: UUID, seq: int, owner: str, config: Frame, partial: Frame | None) -> Frame:
    frame: Frame = {"type": "welcome", "conversation": str(conversation), "seq": seq, "owner": owner, "config": config}
    return frame | ({"partial": partial} if partial else {})


def config(site: Site, *, online: bool, leave: str, drafts: bool = False) -> Frame:
    """`leave`: what people.asks() says; `drafts`: people.read_along()."""
    return {
        "name": site.name,
        "greeting": site.greeting,
        "theme": site.theme,
        "locale": site.language,
        "hours": {
            "timezone": site.timezone,
            "week": site.office_hours,
            "reply_minutes": site.reply_minutes,
            **({"back": told} if not online and (told := people.back(site)) else {}),
        },
        "online": online,
        "leave": leave,
        "drafts": drafts,
        "suggestions": site.suggestions,
        **({"first": first} if (first := site.first) else {}),
    }


def ack(client_id: UUID, seq: int, at: datetime) -> Frame:
    return {"type": "ack", "client_id": str(client_id), "seq": seq, "at": moment(at)}


def delta(turn: UUID, at: int, text: str) -> Frame:
    """`at` is the offset in characters (code points) of `text` in the answer."""
    return {"type": "delta", "turn": str(turn), "at": at, "text": text}


def turn_state(turn: UUID, state: str) -> Frame:
    """`state`: thinking, writing, done, cancelled or failed."""
    return {"type": "turn", "turn": str(turn), "state": state}


def typing(who: str, on: bool, draft: str = "") -> Frame:
    return {"type": "typing", "who": who, "on": on, **({"draft": draft} if draft else {})}


def read(who: str, seq: int) -> Frame:
    return {"type": "read", "who": who, "seq": seq}


def pong(seq: int) -> Frame:
    return {"type": "pong", "seq": seq}
