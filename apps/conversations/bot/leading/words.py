"""The sentences by which the bot leads through flows: what the engine of a single flow cannot know."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.utils import translation
from django.utils.translation import gettext as _

from apps.flows.definition import templates
from apps.flows.definition.definition import Definition
from apps.flows.engine.journey import Flows
from apps.flows.engine.step import Step

NOW, LATER, INSTEAD = "now", "later", "instead"
_TURNS = {
    NOW: re.compile(r"^(?:now|right now|first|yes|现在|先办这个|好的?|是的?)\W*$", re.I),
    LATER: re.compile(r"^(?:later|afterwards|after that|稍后|等会儿?|之后|以后)\W*$", re.I),
    INSTEAD: re.compile(r"^(?:instead|only that|改办这个|换成这个)\W*$", re.I),
}
T = TypeVar("T")


def speaking(language: str, move: Callable[..., T], *given: object) -> T:
    """A move of the engine, whose sentences are in the customer's language."""
    with translation.override(language):
        return move(*given)


def asked_colleague(language: str) -> str:
    with translation.override(language):
        return _("I've asked a colleague. I'll tell you as soon as there is word.")


def reminder(language: str, definition: Definition, asked: str) -> str:
    with translation.override(language):
        return _("Back to “%(flow)s”: %(asked)s") % {"flow": definition.shown, "asked": asked}


def done(language: str) -> str:
    """A flow that ends without a word of its own."""
    with translation.override(language):
        return _("That is done.")


def stop(language: str) -> str:
    """The words of a button by which a flow is left; they are understood as they stand."""
    with translation.override(language):
        return _("Never mind")


def gone(language: str) -> str:
    with translation.override(language):
        return _("I can't go on with that any more.")


def changed(language: str) -> str:
    with translation.override(language):
        return _("The steps have changed meanwhile, so we go through them once more.")


def which(language: str) -> str:
    with translation.override(language):
        return _("Which of these would you like to do?")


def which_first(language: str, running: str, other: str) -> str:
    with translation.override(language):
        return _("We are still at “%(running)s”. When shall we do “%(other)s”?") % {"running": running, "other": other}


def turns(language: str) -> Mapping[str, str]:
    """The words on the buttons: now, later, instead."""
    with translation.override(language):
        return {NOW: _("Now, then back"), LATER: _("Afterwards"), INSTEAD: _("Instead of this")}


def turn_of(text: str, language: str) -> str:
    """The button that was pressed, or what says the same; "" for anything else."""
    pressed = [turn for turn, label in turns(language).items() if label == text.strip()]
    return next(iter(pressed), "") or next((turn for turn, words in _TURNS.items() if words.match(text.strip())), "")


def summary(flows: Flows, step: Step) -> dict[str, Any]:
    """The summary an agent reads first: the flow, where it stood, and what the customer told on the way."""
    definition, place = flows[step.place.flow], step.place
    told = {
        slot.shown: templates.fill(f"{{{{ {name} }}}}", definition, place.slots)
        for name, slot in definition.slots.items()
        if place.knows(name)
    }
    team = {"team": step.team} if step.team else {}
    return {"flow": definition.shown, "state": definition.states[place.state].shown, "slots": told, **team}
