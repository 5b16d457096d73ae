"""Composing an answer from passages: a model writes, and only what passes every check leaves here."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.conversations.bot.checks import Checked
from apps.conversations.bot.guard import Grounded
from apps.conversations.bot.prompt import compose
from apps.conversations.bot.stages.screening import stream, veiled, veiled_passage
from apps.conversations.bot.steps import Late, Scores, Step, Told
from apps.conversations.bot.story import Asking, Heartbeat, Outcome, Reach, Said, Story, Watch, Writing, source
from apps.knowledge.search.search import Hit
from apps.llm.chat import ModelFailed


@dataclass(frozen=True)
class Prepared(Step):
    """All that comes before a model is asked."""

    kind = "prepare"
    model: str = ""

    @property
    def told(self) -> Told:
        return Told(_("Prepare"), self.model)


@dataclass(frozen=True)
class Composed(Step):
    """A model's writing: sentences kept and dropped. `failed`: a code of `ModelFailed`, "late" or "patience"."""

    kind = "model"
    model: str = ""
    tier: int = 0
    kept: int = 0
    dropped: int = 0
    tokens: int = 0
    failed: str = ""

    @property
    def told(self) -> Told:
        parts = [ngettext("%d sentence kept", "%d sentences kept", self.kept) % self.kept]
        if self.dropped:
            parts.append(_("stopped at one that the passages do not support"))
        if self.tokens:
            parts.append(ngettext("%d token", "%d tokens", self.tokens) % self.tokens)
        if self.failed:
            parts.append(failure(self.failed))
        return Told(_("Ask %s") % self.model, " · ".join(parts), bad=bool(self.failed) or not self.kept)

    def why(self, scores: Scores) -> str:
        enough = _("The best passage scores %(best)s: enough for a model to compose an answer, checked sentence by sentence.")
        return scores.fill(enough) if self.kept else ""


def failure(code: str) -> str:
    """A model's failure in words."""
    return {
        "slow": _("too slow"),
        "down": _("not reachable"),
        "refused": _("refused the request"),
        "limited": _("limits our rate"),
        "late": _("the turn had run too long"),
        "patience": _("wrote nothing usable in time"),
    }.get(code, _("sent nonsense"))


def composed(story: Story, reach: Reach, known: Sequence[Hit], watch: Watch) -> Generator[Outcome, None, Said | None]:
    """Ask the models that are good at the question's and the passages' language, cheapest first. None when none managed in
    time."""
    passages = [hit for hit in known[:4] if hit.language == known[0].language]
    asked_at = reach.clock()
    question, veil = yield from veiled(story, reach, watch, story.question)
    shown = [veiled_passage(hit, veil) for hit in passages]
    for model in reach.models({story.language, *(hit.language for hit in passages if hit.language)}):
        if watch.is_late():
            yield watch.timed(Late(watch.computed))
            return None
        if reach.clock() - asked_at > story.patience:
            return None
        grounded = Grounded([f"{hit.question or hit.title}\n{hit.text}" for hit in shown], question)  # as the model saw them
        told = Checked(grounded, veil.anew())
        checked = Checked(told, *stream(story, reach))
        failed = ""
        yield watch.timed(Prepared(model.name))
        yield Asking(model.name)
        try:
            for piece in model.stream(compose(question, story.language, story.bot, shown)):
                if watch.is_late() or (not told.text and reach.clock() - asked_at > story.patience):
                    failed = "late" if watch.is_late() else "patience"
                    break
                text = checked.feed(piece)
                yield Writing(text) if text else Heartbeat()
            else:  # of what was broken off, the last words are no sentence
                if text := checked.finish():
                    yield Writing(text)
        except ModelFailed as error:
            failed = error.code
        yield watch.timed(Composed(model.name, model.tier, grounded.kept, grounded.dropped, model.used.completion, failed))
        if told.text:  # what was checked before a failure is still true, and the customer has read it
            used = [source(passages[index]) for index in grounded.supporters]
            return Said(told.text, model.tier, used, model.used.prompt + model.used.completion)
    return None
