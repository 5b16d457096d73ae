"""The lines of a turn's trace. A stage's steps stand beside it, each a small class that tells itself to people.

They are stored with a version and read back into the same classes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

VERSION = 1
T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True)
class Scores:
    """The result of a turn's search: its best score (None when it found nothing) and the release's thresholds, all 0..1."""

    best: float | None
    sure: float
    floor: float

    def fill(self, sentence: str) -> str:
        return sentence % {name: number(score or 0) for name, score in asdict(self).items()}


class Told(NamedTuple):
    """A step for people; `bad`: something went wrong."""

    title: str
    text: str = ""
    bad: bool = False


@dataclass(frozen=True)
class Step:
    """One step and what came out of it. `ms`: since the step before; `kind`: its name where it is stored, for ever."""

    kind: ClassVar[str] = ""
    kinds: ClassVar[dict[str, type["Step"]]] = {}
    ms: float = field(default=0.0, kw_only=True)

    def __init_subclass__(cls) -> None:
        cls.kinds[cls.kind] = cls

    @property
    def told(self) -> Told:
        return Told(self.kind)

    def why(self, scores: Scores) -> str:
        """One sentence, if the turn ended as it did because of this step."""
        return ""

    def stored(self) -> dict[str, Any]:
        return {"step": self.kind, **vars(self)}

    @classmethod
    def read(cls, facts: dict[str, Any]) -> "Step":
        return fit(cls, facts)


@dataclass(frozen=True)
class Forgotten(Step):
    """A step of a kind that no longer is."""

    step: str = ""

    @property
    def told(self) -> Told:
        return Told(self.step)


@dataclass(frozen=True)
class Late(Step):
    """`computed`: seconds."""

    kind = "late"
    computed: float = 0.0

    @property
    def told(self) -> Told:
        return Told(_("Out of time"), _("the turn had run too long"), bad=True)


def stored(steps: Iterable[Step]) -> dict[str, Any]:
    return {"version": VERSION, "steps": [step.stored() for step in steps]}


def read(trace: Any) -> list[Step]:
    """The steps of a stored trace; the first ones were lists without a version."""
    lines: Sequence[dict[str, Any]] = trace["steps"] if isinstance(trace, dict) else trace
    return [Step.kinds.get(str(line["step"]), Forgotten).read(line) for line in lines]


def fit(kind: type[T], facts: dict[str, Any]) -> T:
    """Facts for which the class has no field are left out; fields without a fact have their default."""
    known = {each.name for each in fields(kind)}
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in facts.items() if name in known})


def number(score: float) -> str:
    return f"{score:.2f}"
