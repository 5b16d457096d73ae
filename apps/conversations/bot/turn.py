"""One turn: a question becomes an answer or a handover. A pure story over frozen data: it writes and publishes nothing.

A stage is a function in a file of its own in `stages`, and an entry here. The release's filters screen the question before
anything reads it, and the end before it is said.

Each stage's own work is bounded whatever was typed (tests/conversations/bot/test_adversarial.py). Should one take too long all
the same, the turn leaves out what comes after it: it quotes what it has, or hands over.

The same function serves chat, try-it, evaluation and replay; `worker.shift` is the shell that records what it yields.
"""

from collections.abc import Iterator
from dataclasses import replace

from apps.conversations.bot.leading.confidence import as_opened
from apps.conversations.bot.stages.chosen import as_chosen
from apps.conversations.bot.stages.courtesy import courtesy
from apps.conversations.bot.stages.declined import declined
from apps.conversations.bot.stages.flowing import begins_flow, in_flow
from apps.conversations.bot.stages.knowledge import from_knowledge
from apps.conversations.bot.stages.memory import answered_before
from apps.conversations.bot.stages.person import asked_for_person
from apps.conversations.bot.stages.repetition import repeated
from apps.conversations.bot.stages.screening import screened_end, screens_question
from apps.conversations.bot.story import Outcome, Reach, Said, Stage, Story, Watch
from apps.conversations.bot.waiting.meanwhile import meanwhile

STORY: tuple[Stage, ...] = (
    asked_for_person,
    screens_question,
    in_flow,
    declined,
    courtesy,
    begins_flow,
    repeated,
    answered_before,
    from_knowledge,
)


def take_turn(story: Story, reach: Reach) -> Iterator[Outcome]:
    """Yields steps and text as they come and ends with exactly one Said or HandedOver: that of the first stage that has one."""
    watch = Watch(reach)
    if story.waits:
        yield from meanwhile(story, reach, watch)
        return
    asked = story.question
    story = yield from as_opened(story, reach, watch)
    story = yield from as_chosen(story, watch)
    for stage in STORY:
        end = yield from stage(story, reach, watch)
        if isinstance(end, Said) and story.question != asked:  # what “the second one” means follows from the talk
            end = replace(end, alone=False)
        if end:
            yield (yield from screened_end(story, end, reach, watch))
            return
