"""The questions to colleagues that one socket shows: the agent's own list, sent whole whenever it is another one."""

from collections.abc import Mapping, Sequence

from apps.agents.casework import deciding
from apps.conversations.wire.events import Frame
from apps.tenants.live.threads import at_desk
from apps.tenants.workspace.models import Member


class Decisions:
    def __init__(self) -> None:
        self._sent: list[Frame] = []

    async def news(self, me: Member, ended: Sequence[Mapping[str, str]] = ()) -> Frame | None:
        """`ended`: how questions ended; told of those alone that were shown here. None where nothing has changed."""
        cards = await at_desk(deciding.cards)(me)
        if cards == self._sent:
            return None
        shown = {card["decision"] for card in self._sent}
        self._sent = cards
        return {"type": "decisions", "decisions": cards, "ended": [each for each in ended if each["decision"] in shown]}
