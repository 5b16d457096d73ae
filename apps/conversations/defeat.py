"""An answer that came to light as wrong: its turn counts as a defeat, and nobody else is given it from memory."""

from uuid import UUID

from apps.conversations.bot.reach import TenantReach
from apps.conversations.models import Cause, Turn
from apps.conversations.worker.retelling import story_of
from apps.releases.models import Release


def note(turn: UUID, cause: Cause) -> None:
    row = Turn.objects.select_related("conversation").get(pk=turn)
    Turn.objects.filter(pk=turn).update(cause=cause)
    release = Release.objects.filter(number=row.release).first()
    if release and (story := story_of(row)):
        TenantReach(release, story.language).forget(story.question)
