"""Answered before? The same question by the same release needs no search."""

from collections.abc import Generator

from apps.conversations.bot.stages.repetition import unless_said
from apps.conversations.bot.story import End, Outcome, Reach, Story, Watch


def answered_before(story: Story, reach: Reach, watch: Watch) -> Generator[Outcome, None, End | None]:
    before = reach.answered_before(story.question)
    yield watch.step("cache", found=before is not None)
    return unless_said(story, before) if before else None
