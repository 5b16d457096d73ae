"""The second reader of a message: a language model, asked for one JSON object when the first one is unsure.

Intent and slots come in one answer, into a Pydantic model that is made of the flows there are. What it says is no more than a
reading: a value counts when the slot takes it and, where it is exact (an id, a number, an address), when the customer wrote it.
"""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal, Optional

from pydantic import BaseModel, ValidationError, create_model

from apps.flows.definition.definition import Slot
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Heard
from apps.flows.slots import kinds
from apps.flows.understanding.understood import Understood
from apps.llm.chat import Message, Schema

NONE = "none"
EXACT = {"id", "number", "money", "phone", "email"}
LONGEST = 2_000  # characters of a message that are read
_TYPES: Mapping[str, Any] = {"number": float, "money": float, "yes_no": bool}


def slots_of(flows: Flows, place: Place | None) -> dict[str, Slot]:
    """The slots a message may fill: of the flow that runs, else of all."""
    found = [flows[place.flow]] if place and place.flow in flows else list(flows.values())
    return {slot.name: slot for flow in reversed(found) for slot in flow.told}


def reading_of(flows: Flows, place: Place | None) -> type[BaseModel]:
    """The object that is asked for: `flow` is one of the flows or none, every slot may be missing."""
    fields: dict[str, Any] = {"flow": (Literal[(NONE, *flows)], NONE)}
    for name, slot in slots_of(flows, place).items():
        values = tuple(choice.value for choice in slot.choices)
        kind = Literal[values] if values else _TYPES.get(slot.kind, str)
        fields[f"slot_{name}"] = (Optional[kind], None)  # noqa: UP045  a type that is made at run time
    return create_model("Reading", **fields)


def schema_of(reading: type[BaseModel]) -> Schema:
    """The schema in the form that endpoints take: every field is there, no other is."""
    schema = reading.model_json_schema()
    return schema | {"required": list(schema["properties"]), "additionalProperties": False}


def question(flows: Flows, place: Place | None, text: str) -> list[Message]:
    told = [f"- {name}: {flow.description or flow.shown}" for name, flow in flows.items()]
    slots = [f"- slot_{name}: {slot.shown} ({slot.kind})" for name, slot in slots_of(flows, place).items()]
    wanted = ", ".join(f"slot_{name}" for name in place.asked) if place else ""
    asked = f"The customer was asked for: {wanted}." if wanted else ""
    head = (
        "You read one message of a customer. Answer with one JSON object. `flow`: which of these the customer wants done now, "
        f'or "{NONE}" for a question, small talk or anything else. Slots: only what the message itself says, else null.'
    )
    system = "\n".join(filter(None, [head, "Flows:", *told, "Slots:", *slots, asked]))
    return [Message(role="system", content=system), Message(role="user", content=text[:LONGEST])]


def again(messages: list[Message], said: str, problem: str) -> list[Message]:
    """The question once more, with what was wrong."""
    wrong = Message(role="user", content=f"That was not right: {problem[:500]} Answer with one corrected JSON object.")
    return [*messages, Message(role="assistant", content=said[:LONGEST]), wrong]


def read(flows: Flows, place: Place | None, text: str, said: str) -> Understood:
    """Raises ValueError, with what was wrong, for an answer that does not fit."""
    try:
        facts = reading_of(flows, place).model_validate(json.loads(said)).model_dump()
    except ValidationError as error:
        raise ValueError("; ".join(f"{each['loc']}: {each['msg']}" for each in error.errors()[:3])) from error
    values = {name.removeprefix("slot_"): value for name, value in facts.items() if name != "flow" and value is not None}
    wished = "" if facts["flow"] == NONE else str(facts["flow"])
    known = slots_of(flows, place)
    slots = {name: value for name, value in values.items() if _does(known[name], value, text)}
    if place:
        intents = flows[wished].intents if wished else ()
        return Understood(Heard(text, slots=slots, intent=intents[0].name if intents else ""), wished)
    mine = {name: value for name, value in slots.items() if wished and name in {slot.name for slot in flows[wished].told}}
    return Understood(Heard(text), wished, slots=mine)


def _does(slot: Slot, value: Value, text: str) -> bool:
    if kinds[slot.kind].fits(slot, value):
        return False
    return slot.kind not in EXACT or _bare(str(value)) in _bare(text)


def _bare(text: str) -> str:
    """Letters and digits alone: `(503) 555-0143` holds `5035550143`, `12.0` is `12`."""
    plain = unicodedata.normalize("NFKC", text).casefold().removesuffix(".0")
    return "".join(sign for sign in plain if sign.isalnum())
