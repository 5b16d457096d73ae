"""A message that the first reader is unsure of is read by a model, where the tenant has one; else, or when it fails, the first
reading stands."""

from collections.abc import Generator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot.stages.composing import Prepared, failure
from apps.conversations.bot.stages.screening import veiled
from apps.conversations.bot.steps import Scores, Step, Told
from apps.conversations.bot.story import Asking, Heartbeat, Model, Outcome, Reach, Story, Watch
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place
from apps.flows.understanding.understood import Understood
from apps.llm.chat import Message, ModelFailed, Schema

LONGEST = 4_000  # characters of an answer that are read
TRIES = 2


@dataclass(frozen=True)
class Read(Step):
    """`flow`: the one the model heard of, "" for none. `failed`: why its answer does not count."""

    kind = "understand"
    model: str = ""
    flow: str = ""
    slots: tuple[str, ...] = ()
    failed: str = ""

    @property
    def told(self) -> Told:
        heard = ", ".join(filter(None, [self.flow, *self.slots])) or _("nothing")
        return Told(_("Read by %s") % self.model, self.failed or heard, bad=bool(self.failed))

    def why(self, scores: Scores) -> str:
        return ""


def by_model(
    story: Story, reach: Reach, watch: Watch, flows: Flows, place: Place | None, meant: Understood
) -> Generator[Outcome, None, Understood]:
    """One model, asked once, and once more with what was wrong."""
    from apps.flows.understanding import by_model as reader  # with Pydantic, which the web does not need

    model = next(iter(reach.models({story.language})), None)
    if model is None or watch.is_late():
        return meant
    question, veil = yield from veiled(story, reach, watch, story.question)
    schema, messages = reader.schema_of(reader.reading_of(flows, place)), reader.question(flows, place, question)
    yield watch.timed(Prepared(model.name))
    yield Asking(model.name)
    problem = ""
    for _try in range(TRIES):
        try:
            said = yield from _said(model, messages, schema)
            read = reader.read(flows, place, story.question, veil.lift(said))
        except ModelFailed as error:
            problem = failure(error.code)
            break
        except ValueError as error:
            problem, messages = str(error)[:200], reader.again(messages, said, veil.covered(str(error)))
            continue
        yield watch.timed(Read(model.name, read.wished, tuple(read.heard.slots or read.slots)))
        return read
    yield watch.timed(Read(model.name, failed=problem))
    return meant


def _said(model: Model, messages: list[Message], schema: Schema) -> Generator[Outcome, None, str]:
    said = ""
    for piece in model.stream(messages, schema):
        said += piece
        yield Heartbeat()
        if len(said) > LONGEST:
            break
    return said
