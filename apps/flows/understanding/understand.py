"""One reading of a message, for intent and slots together: what it does in the flow that runs, and which flow it asks for.

Local and instant. The sentence classifier says which flow is wished for, the typed extractors what is told on the way; both
look at the same words, so a first sentence that tells all is asked nothing.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from apps.flows.definition.actions import Confirm
from apps.flows.definition.definition import Definition, Slot
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Awaiting, Place, Value
from apps.flows.engine.said import Act, Heard
from apps.flows.slots import extraction, kinds
from apps.flows.understanding import questions
from apps.flows.understanding.acts import act_of
from apps.flows.understanding.understood import Understood, begin_words


def understand(
    flows: Flows,
    place: Place | None,
    text: str,
    *,
    language: str,
    now: datetime,
    given: Mapping[str, Value] | None = None,
) -> Understood:
    """`given`: the values of a form that was sent."""
    question = questions.is_question(text)
    flow, intent, likely, rivals = _wished(flows, text)
    heard = hear(flows, place, text, language, now, given) if place and place.flow in flows else Heard(text)
    if intent:
        heard = Heard(heard.text, heard.act, heard.slots, heard.unfit, intent)
    if not flow:
        return Understood(heard, likely=likely, rivals=rivals, is_question=question)
    found = extraction.extract(list(flows[flow].slots.values()), text, asked=(), language=language, now=now)
    return Understood(heard, flow, likely, (), found.values, question)


def _wished(flows: Flows, text: str) -> tuple[str, str, str, tuple[str, ...]]:
    """→ flow, intent, likely flow, rivals. A button's words and a keyword are as good as an intent that is sure."""
    plain = _plain(text)
    for name, definition in flows.items():
        if plain in map(_plain, (*definition.triggers.buttons, begin_words(definition))):
            return name, _first_intent(definition), name, ()
    for name, definition in flows.items():
        if any(_plain(word) in plain for word in definition.triggers.keywords if word.strip()):
            return name, _first_intent(definition), name, ()
    return "", "", "", ()


def hear(flows: Flows, place: Place, text: str, language: str, now: datetime, given: Mapping[str, Value] | None) -> Heard:
    definition = flows[place.flow]
    if given is not None:
        return _of_form(definition, given, text, language, now)
    act = act_of(text, language)
    if act in (Act.CANCEL, Act.START_OVER, Act.REPEAT, Act.BACK):
        return Heard(text, act)
    asked = place.asked if place.awaiting == Awaiting.SLOTS else ()
    found = extraction.extract(list(definition.slots.values()), text, asked=asked, language=language, now=now)
    values = dict(found.values)
    if act == Act.NONE and place.awaiting == Awaiting.YES_NO:
        act = _yes_or_no(definition, place, text, language, now)
    return Heard(text, act, values, found.unfit)


def _yes_or_no(definition: Definition, place: Place, text: str, language: str, now: datetime) -> Act:
    """The answer to a confirmation, whose slot need not be declared."""
    action = definition.states[place.state].actions[place.at]
    slot = Slot(action.slot if isinstance(action, Confirm) else "confirmed", kind="yes_no")
    read = extraction.extract([slot], text, asked=(slot.name,), language=language, now=now).values.get(slot.name)
    return Act.NONE if read is None else Act.YES if read else Act.NO


def _of_form(definition: Definition, given: Mapping[str, Value], text: str, language: str, now: datetime) -> Heard:
    """A form's values are the customer's own: each is only looked at whether it does."""
    values: dict[str, Value] = {}
    unfit: dict[str, str] = {}
    for name, entered in given.items():
        slot = definition.slots.get(name) or Slot(name)
        kind = kinds[slot.kind]
        found = kind.read(slot, entered, language, now) if isinstance(entered, str) else []
        value = found[0].value if found else entered
        if reason := kind.fits(slot, value):
            unfit[name] = reason
        else:
            values[name] = value
    return Heard(text, Act.NONE, values, unfit)


def _first_intent(definition: Definition) -> str:
    return definition.intents[0].name if definition.intents else ""


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().strip(" 。.!！?？").split())
