"""Free text: what the customer says, as it is."""

from datetime import datetime

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters
from apps.flows.slots.kind import HIDDEN, Found, Kind


class Text(Kind):
    """The whole text without the space around it. `extraction` knows when that is meant for the slot."""

    name = "text"
    rank = 9

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        said = text[: letters.MOST]
        start = len(said) - len(said.lstrip())
        value = said.strip()
        return [Found(value, start, start + len(value), sure=False)] if value else []

    def masked(self, slot: Slot, value: Value) -> str:
        """A name or an address shows its first character alone."""
        said = str(value)
        return said[:1] + HIDDEN * min(max(len(said) - 1, 1), 8)


class File(Kind):
    """The id of an attachment, which the shell fills in; nothing in what is said is one."""

    name = "file"
    rank = 9

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        return []
