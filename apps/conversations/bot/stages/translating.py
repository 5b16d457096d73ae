"""Translating a passage that only the other language has: a model writes, and only what keeps figures and names is said."""

from collections.abc import Generator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from apps.conversations.bot import courtesy, prompt, translation
from apps.conversations.bot.checks import Checked
from apps.conversations.bot.stages.composing import Prepared, failure
from apps.conversations.bot.stages.screening import stream, veil_of
from apps.conversations.bot.steps import Late, Scores, Step, Told
from apps.conversations.bot.story import Asking, Heartbeat, Outcome, Reach, Said, Story, Watch, Writing
from apps.llm import languages
from apps.llm.chat import ModelFailed

LONGEST = 1_500  # characters; more is shown as it is


@dataclass(frozen=True)
class Translated(Step):
    """A model's translation. `failed`: as of Composed; `lost`: what of the passage was missing, or came to it."""

    kind = "translate"
    model: str = ""
    tier: int = 0
    tokens: int = 0
    failed: str = ""
    lost: str = ""

    @property
    def told(self) -> Told:
        if self.failed:
            outcome = failure(self.failed)
        elif self.lost:
            outcome = _("not faithful: “%s” was lost or added, so the passage is shown as it is") % self.lost
        else:
            outcome = _("all figures and names kept")
        return Told(_("Translate by %s") % self.model, outcome, bad=bool(self.failed or self.lost))

    def why(self, scores: Scores) -> str:
        if self.failed or self.lost:
            return ""
        return scores.fill(_("The best passage scores %(best)s and is in another language, so a model translated it."))


def is_foreign(said: Said, language: str) -> bool:
    """Whether an answer is a passage that is shown as being in the other language."""
    return said.text.startswith(courtesy.foreign(language))


def translated(story: Story, reach: Reach, quoted: Said, watch: Watch) -> Generator[Outcome, None, Said | None]:
    """The passage of `quoted` in the customer's language, by the cheapest model that is good at both, in time and faithful.
    None when there is none such."""
    passage, doubt = _passage(quoted, story.language)
    if len(passage) > LONGEST:
        return None
    asked_at = reach.clock()
    veil = veil_of(story, reach)  # nothing is audited: the passage is the tenant's own text
    shown = veil.covered(passage)
    for model in reach.models({story.language, languages.other(story.language)}):
        if watch.is_late():
            yield watch.timed(Late(watch.computed))
            return None
        if reach.clock() - asked_at > story.patience:
            return None
        faithful = translation.Faithful(passage, story.language)
        told = Checked(veil.anew(), faithful)
        checked = Checked(told, *stream(story, reach))
        head = f"{courtesy.in_translation(story.language)}\n\n"
        failed = ""
        yield watch.timed(Prepared(model.name))
        yield Asking(model.name)
        try:
            for piece in model.stream(prompt.translate(shown, story.language, story.bot, translation.kept(shown))):
                if watch.is_late() or (not told.text and reach.clock() - asked_at > story.patience):
                    failed = "late" if watch.is_late() else "patience"
                    break
                text = checked.feed(piece)
                if faithful.lost:
                    break
                yield Writing(head + text) if text else Heartbeat()
                head = "" if text else head
            else:
                checked.finish()
        except ModelFailed as error:
            failed = error.code
        step = Translated(model.name, model.tier, model.used.completion, failed, faithful.lost)
        yield watch.timed(step)
        if not failed and not faithful.lost:
            said = "\n\n".join(filter(None, (courtesy.in_translation(story.language), told.text.strip(), doubt)))
            return replace(quoted, text=said, tier=model.tier, tokens=model.used.prompt + model.used.completion)
        if told.text:  # the customer has read some of it: the passage itself takes its place, not another try
            return None
    return None


def _passage(quoted: Said, language: str) -> tuple[str, str]:
    """The passage of an answer without its frame, and the question below it, if it has one."""
    inner = quoted.text.removeprefix(courtesy.foreign(language)).strip()
    doubt = courtesy.doubt(language) if quoted.choices else ""
    return inner.removesuffix(doubt).strip(), doubt
