"""A courtesy, or a message of files alone: neither needs knowledge."""

from collections.abc import Generator

from apps.conversations.bot.courtesy import added, reply, wordless
from apps.conversations.bot.story import Outcome, Reach, Said, Story, Watch


def courtesy(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, Said | None]:
    polite = reply(story.question, story.language, story.bot)
    if not story.question.strip():  # files alone
        polite = added(story.language) if story.promised else wordless(story.language)
    if not polite:
        return None
    yield watch.step("courtesy", answered=True)
    return Said(polite, tier=None)
