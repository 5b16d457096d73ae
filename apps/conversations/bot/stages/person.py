"""Asked for a person? That is answered before everything else."""

from collections.abc import Generator

from apps.conversations.bot import wish
from apps.conversations.bot.story import HandedOver, Outcome, Reach, Story, Watch
from apps.conversations.models import Handover


def asked_for_person(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, HandedOver | None]:
    wanted = wish.wish(story.question, story.asked)
    if wanted is None:
        return None
    yield watch.step("person", **wanted.facts)
    return HandedOver(Handover.Reason.ASKED, summary={"asked": story.question})
