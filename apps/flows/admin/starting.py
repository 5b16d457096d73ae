"""How a new flow begins: from one that is ready-made, or from sentences in which customers say what they want. Never empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils import translation
from django.utils.translation import gettext as _

from apps.flows.definition import loading
from apps.flows.models import Flow
from apps.flows.models.flows import LONGEST_NAME

FOLDER = Path(__file__).resolve().parent.parent / "readymade"


@dataclass(frozen=True)
class Ready:
    """A flow that is ready-made. `key`: its file's name without the ending, as `returns.en`."""

    key: str
    language: str
    title: str
    description: str
    states: int
    text: str


@cache
def readymade() -> tuple[Ready, ...]:
    """All of them. Put a file `<name>.<language>.yaml` into the folder, with a title and a description, to have one more."""
    return tuple(_ready(path) for path in sorted(FOLDER.glob("*.yaml")))


def _ready(path: Path) -> Ready:
    text = path.read_text("utf-8")
    definition = loading.load(text).definition
    if definition is None:
        raise ValueError(f"{path.name} does not load")
    language = path.stem.rpartition(".")[2]
    return Ready(path.stem, language, definition.shown, definition.description, len(definition.states), text)


def skeleton(wish: str, sentences: Sequence[str], language: str) -> str:
    """A flow that understands a wish by its sentences, asks what it is about, and hands over to a person."""
    examples = "".join(f"        - {_scalar(sentence)}\n" for sentence in sentences)
    with translation.override(language):
        return _SKELETON.format(
            wish=_scalar(wish),
            language=language,
            examples=examples,
            first=_scalar(_("Begin")),
            last=_scalar(_("Hand over")),
            prompt=_scalar(_("What is it about? One sentence will do.")),
            label=_scalar(_("What it is about")),
            thanks=_scalar(_("Thank you. A colleague will go on with this.")),
        )


_SKELETON = """\
title: {wish}
language: {language}

triggers:
  intents:
    - name: {wish}
      examples:
{examples}
slots:
  details:
    type: text
    label: {label}
    prompt: {prompt}

states:
  - name: {first}
    actions:
      - type: nlp_intent
        params:
          intent: {wish}
      - type: ask
        params:
          slots: [details]
    transitions:
      - condition: default
        target: {last}

  - name: {last}
    actions:
      - type: handoff
        params:
          text: {thanks}
"""


def free_name(wanted: str) -> str:
    """The name itself, or with the first number that nobody has."""
    base = wanted[: LONGEST_NAME - 4].strip()
    taken = set(Flow.objects.filter(name__startswith=base).values_list("name", flat=True))
    names = (wanted, *(f"{base} {number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _scalar(text: str) -> str:
    """The text as YAML has it, in quotes where it needs them."""
    written: str = yaml.safe_dump(text, allow_unicode=True, width=10_000, default_flow_style=True)
    return written.removesuffix("\n...\n").rstrip("\n")
