"""Composing an answer from passages: a model writes, and only what passes every check leaves here."""

from collections.abc import Generator, Sequence

from apps.conversations.bot.checks import Checked
from apps.conversations.bot.guard import Grounded
from apps.conversations.bot.prompt import compose
from apps.conversations.bot.story import Asking, Heartbeat, Outcome, Reach, Said, Story, Watch, Writing, source
from apps.knowledge.search.search import Hit
from apps.llm.chat import ModelFailed


def composed(story: Story, reach: Reach, known: Sequence[Hit], watch: Watch) -> Generator[Outcome, None, Said | None]:
    """Ask the models that are good at the question's and the passages' language, cheapest first. None when none managed in
    time."""
    passages = [hit for hit in known[:4] if hit.language == known[0].language]
    asked_at = reach.clock()
    for model in reach.models({story.language, *(hit.language for hit in passages if hit.language)}):
        if watch.is_late():
            yield watch.step("late", computed=watch.computed)
            return None
        if reach.clock() - asked_at > story.patience:
            return None
        grounded = Grounded([f"{hit.question or hit.title}\n{hit.text}" for hit in passages], story.question)
        checked = Checked(grounded)
        failed = ""
        yield watch.step("prepare", model=model.name)
        yield Asking(model.name)
        try:
            for piece in model.stream(compose(story.question, story.language, story.bot, passages)):
                if watch.is_late() or (not checked.text and reach.clock() - asked_at > story.patience):
                    failed = "late" if watch.is_late() else "patience"
                    break
                text = checked.feed(piece)
                yield Writing(text) if text else Heartbeat()
            else:  # of what was broken off, the last words are no sentence
                if text := checked.finish():
                    yield Writing(text)
        except ModelFailed as error:
            failed = error.code
        facts = {"kept": grounded.kept, "dropped": grounded.dropped, "tokens": model.used.completion, "failed": failed}
        yield watch.step("model", model=model.name, tier=model.tier, **facts)
        if checked.text:  # what was checked before a failure is still true, and the customer has read it
            used = [source(passages[index]) for index in grounded.supporters]
            return Said(checked.text, model.tier, used, model.used.prompt + model.used.completion)
    return None
