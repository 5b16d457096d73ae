"""Asked for a person? That is answered before everything else."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot import wish
from apps.conversations.bot.steps import Scores, Step, Told, number
from apps.conversations.bot.story import HandedOver, Outcome, Reach, Story, Watch
from apps.conversations.models import Cause


@dataclass(frozen=True)
class Asked(Step):
    """`how` and `scores` as of `wish.Wish`."""

    kind = "person"
    how: str = ""
    scores: Sequence[float] = ()

    @property
    def told(self) -> Told:
        near = " · ".join(map(number, self.scores))
        sounds = _("three messages in a row that sound like it") + (f" · {near}" if near else "")
        return Told(_("Asked for a person"), sounds if self.how == "insisted" else "")

    def why(self, scores: Scores) -> str:
        return _("The customer asked for a person, so the bot did not search.")


def asked_for_person(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, HandedOver | None]:
    if story.place and story.place.handed:
        return None  # an agent has been there, and left it to the bot
    said = "\n".join(line.typed for line in story.newest) if story.answers_form else story.question
    if story.confided:
        said = story.written  # in which something sensitive stands too
    wanted = wish.wish(said, story.asked)
    if wanted is None:
        return None
    yield watch.timed(Asked(wanted.how, tuple(wanted.scores)))
    return HandedOver(Cause.ASKED, summary={"asked": story.question})
