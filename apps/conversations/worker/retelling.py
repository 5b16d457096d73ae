"""The story that a turn answered, kept in its row so that it can be told again exactly."""

import json
from collections.abc import Sequence
from typing import Any

from apps.conversations.bot.recall import Line
from apps.conversations.bot.steps import fit
from apps.conversations.bot.story import Story
from apps.conversations.models import FormSecrets, Original, Turn
from apps.flows.engine.place import Place
from apps.tenants.vault import sealing

VERSION = 1


def kept(turn: Turn, story: Story, seqs: Sequence[int]) -> dict[str, Any]:
    """A story as JSON; of its transcript only the messages' numbers, because messages never change. What customers told a flow
    is sealed."""
    place = sealing.seal(json.dumps(story.place.stored()), _row(turn)) if story.place else ""
    return {"version": VERSION, **vars(story), "transcript": seqs, "place": place}


def story_of(turn: Turn) -> Story | None:
    """None for a turn that has not ended, or had before its story was kept."""
    if turn.story is None:
        return None
    said = list(turn.conversation.events.filter(seq__in=turn.story["transcript"]).order_by("seq"))
    opened = FormSecrets.opened(event.body.get("secrets", "") for event in said)
    written = Original.opened(event.body.get("original", "") for event in said)
    lines = [
        Line.of(
            event.author,
            event.body,
            opened.get(event.body.get("secrets", "")),
            written.get(event.body.get("original", ""), ""),
        )
        for event in said
    ]
    facts = json.loads(sealing.unseal(turn.story["place"], _row(turn))) if turn.story.get("place") else None
    return fit(Story, turn.story | {"transcript": lines, "place": Place.read(facts) if facts else None})


def _row(turn: Turn) -> sealing.Place:
    return sealing.Place("conversations_turn", "story", str(turn.pk))
