"""A draft tried by chatting with it, in the worker: all that was said is played from the beginning, against the text as it is
now. Nothing outside is asked, nothing is kept."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.flows import part
from apps.flows.definition.definition import Definition, Slot
from apps.flows.models.flows import DRAFT
from apps.flows.play import Play, Played
from apps.flows.shelf import checked
from apps.flows.slots import kinds
from apps.releases import publishing


class Line(TypedDict):
    """`path`: the states that were passed, oldest first; `slots`: what they are called → their values, as text; `asks`:
    `question` and `choices` for a colleague, `calls`: what a system is asked, as of `outside`; the next line is the answer."""

    said: str
    reply: list[str]
    buttons: list[str]
    state: str
    path: list[str]
    slots: list[tuple[str, str]]
    ended: str
    notes: list[str]
    asks: dict[str, Any] | None
    calls: dict[str, Any] | None


def attempt(asked: dict[str, Any]) -> dict[str, Any]:
    """`asked`: text, flow (its row's key), name, language, lines. → {"lines": [Line]} or {"problem": sentence}"""
    name = asked["name"] or DRAFT
    definition = checked(asked["text"], name, asked["flow"]).definition
    if definition is None:
        return {"problem": _("The flow has errors; it can be tried when they are mended.")}
    flows = {**part.of(publishing.active()), name: replace(definition, name=name)}
    language = definition.language or asked["language"]
    play = Play(flows, name, language, timezone.localtime())
    return {"lines": [_line(play.say(said), definition) for said in asked["lines"]]}


def _line(played: Played, definition: Definition) -> Line:
    return {
        "said": played.said,
        "reply": list(played.reply),
        "buttons": list(played.buttons),
        "state": played.state,
        "path": list(played.path),
        "slots": _shown(played.slots, definition),
        "ended": played.ended,
        "notes": list(played.problems),
        "asks": asdict(played.asks) if played.asks else None,
        "calls": asdict(played.calls) if played.calls else None,
    }


def _shown(slots: Mapping[str, Any], definition: Definition) -> list[tuple[str, str]]:
    """The slots as people of the team see them: a price with its currency, of what is somebody's own no more than its end."""
    filled = ((definition.known.get(name) or Slot(name), value) for name, value in slots.items() if value is not None)
    return [(slot.shown, _told(slot, value, definition.language)) for slot, value in filled]


def _told(slot: Slot, value: Any, language: str) -> str:
    kind = kinds[slot.kind]
    return kind.masked(slot, value) if slot.sensitive else kind.shown(slot, value, language)
