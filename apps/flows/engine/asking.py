"""How a flow asks: once a turn, for what is missing; plainer each time an answer did not do."""

from apps.flows.definition.actions import Ask, Confirm
from apps.flows.definition.definition import Choice
from apps.flows.engine import words
from apps.flows.engine.step import Asked
from apps.flows.engine.walk import Walk


def question(walk: Walk, action: Ask, missing: tuple[str, ...]) -> Asked:
    """One slot by its prompt, several by one sentence above a form. After an answer that did not do, an example helps, and
    several are asked for one by one: who types instead of filling in a form can answer then."""
    if any(walk.place.attempts.get(f"{walk.place.state}/{name}") for name in missing):
        missing = missing[:1]
    slots = [walk.slot(name) for name in missing]
    lead = walk.filled(action.text)
    if len(slots) == 1:
        slot = slots[0]
        asked = walk.filled(slot.prompt) or words.prompt(slot.shown)
        again = walk.place.attempts.get(f"{walk.place.state}/{slot.name}", 0)
        if again > 1 and slot.example:
            gap = "" if asked.endswith(("。", "？", "！")) else " "  # Chinese leaves none after its stops
            asked = f"{asked}{gap}{words.example(slot.example)}"
        choices = yes_no_choices() if slot.kind == "yes_no" else slot.choices
        return Asked(_joined(lead, asked), missing, choices)
    return Asked(lead or words.several([slot.shown for slot in slots]), missing)


def yes_or_no(walk: Walk, action: Confirm) -> Asked:
    return Asked(walk.filled(action.text), (action.slot,), yes_no_choices())


def yes_no_choices() -> tuple[Choice, ...]:
    return (Choice("yes", words.yes()), Choice("no", words.no()))


def _joined(*texts: str) -> str:
    return "\n".join(filter(None, texts))
