"""The lines that a flow leaves in a turn's trace."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.bot.steps import Scores, Step, Told
from apps.flows.engine.step import Ended


@dataclass(frozen=True)
class Flowed(Step):
    """`path`: the states that were entered; `problems`: what went wrong on the way; `ended`: how the flow ended."""

    kind = "flow"
    flow: str = ""
    state: str = ""
    path: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    ended: str = ""

    @property
    def told(self) -> Told:
        way = " → ".join((self.flow, *(self.path or (self.state,))))
        return Told(_("Flow"), " · ".join((way, *self.problems)), bad=self.ended == Ended.FAILED)

    def why(self, scores: Scores) -> str:
        if self.ended == Ended.FAILED:
            return _("The flow “%s” could not go on, so a person takes over.") % self.flow
        return _("The flow “%s” was running.") % self.flow


@dataclass(frozen=True)
class Called(Step):
    """A request to the tenant's system. `error`: why it did not come out."""

    kind = "call"
    name: str = ""
    url: str = ""
    error: str = ""

    @property
    def told(self) -> Told:
        return Told(_("Call"), f"{self.name} · {self.url}" + (f" · {self.error}" if self.error else ""), bad=bool(self.error))
