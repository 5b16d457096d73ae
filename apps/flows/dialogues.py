"""The example dialogues of a flow, played: what comes of each otherwise than its author expects."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.flows.definition import together
from apps.flows.definition.definition import Definition, Dialogue
from apps.flows.definition.loading import Loaded
from apps.flows.definition.problem import Problem
from apps.flows.engine.journey import Flows
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Request
from apps.flows.play import Play, Played


def problems(loaded: Mapping[str, Loaded], key: str, now: datetime) -> Iterator[Problem]:
    """Each dialogue of one of these flows that comes out otherwise, with its first difference. None is played where a flow that
    would be entered is not among them."""
    flows = {each.definition.name: each for each in loaded.values() if each.definition}
    definition = loaded[key].definition
    if definition is None or not _whole(definition.name, flows):
        return
    definitions = {name: each.definition for name, each in flows.items() if each.definition}
    for at, dialogue in enumerate(definition.dialogues):
        if told := next(_differences(dialogue, definitions, definition, now), ""):
            sentence = _("The example “%(name)s” comes out otherwise: %(told)s.")
            yield loaded[key].read.problem(
                ("dialogues", at), sentence % {"name": dialogue.name or dialogue.say[0], "told": told}
            )


def _whole(name: str, flows: Mapping[str, Loaded]) -> bool:
    """Whether all flows that may be entered from one are there. None comes back to itself."""
    return name in flows and all(_whole(params["flow"], flows) for _path, params in together.entered(flows[name]))


def _differences(dialogue: Dialogue, flows: Flows, definition: Definition, now: datetime) -> Iterator[str]:
    language = definition.language or settings.LANGUAGE_CODE
    play = Play(flows, definition.name, language, now, lambda request: _answered(dialogue, request))
    last = len(dialogue.say) - 1
    for number, line in enumerate(dialogue.say):
        with translation.override(language):
            played = play.say(line)
        if played.ended and number < last:
            yield _("it has ended in “%(state)s”, after “%(line)s”") % {"line": line, "state": played.state}
    yield from _unmet(dialogue, played)


def _answered(dialogue: Dialogue, request: Request) -> Returned:
    answer = dialogue.answers.get(request.name)
    if answer is None:
        return Returned(error=f"the dialogue has no answer to “{request.name}”")
    return Returned({name: answer.get(name) for name in request.result})


def _unmet(dialogue: Dialogue, played: Played) -> Iterator[str]:
    if dialogue.state and dialogue.state != played.state:
        yield _("it stands in “%(state)s”, not in “%(other)s”") % {"state": played.state, "other": dialogue.state}
    if dialogue.ended and dialogue.ended not in (("yes", played.ended) if played.ended else ("no",)):
        yield _("`ended` is %(ended)s, not %(other)s") % {"ended": played.ended or "no", "other": dialogue.ended}
    for name, value in dialogue.slots.items():
        if (held := played.slots.get(name)) != value and (held or value or False in (held, value)):
            told = {
                "slot": name,
                "value": _("nothing") if held is None else held,
                "other": _("nothing") if value is None else value,
            }
            yield _("“%(slot)s” holds %(value)s, not %(other)s") % told
    said = "\n".join(played.reply)
    for words in dialogue.contains:
        if words not in said:
            yield _("“%(words)s” is not in the answer “%(said)s”") % {"words": words, "said": said}
