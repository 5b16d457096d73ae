"""The rules of the live release about what people type, for doors that can't wait: known from memory, at most a second late,
and without those that need an encoder (`checking` refuses these there)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from apps.filters import part
from apps.filters.rule import Direction, Where
from apps.filters.screening.masked import Found, found, masked
from apps.filters.screening.screen import Screen
from apps.llm import languages
from apps.releases.models import Release
from apps.releases.publishing import kept
from apps.tenants import context
from apps.tenants.live.gathering import Together

SECONDS = 1.0
CHANNEL = "widget"  # of `conversations.channels`, where the only one of them stands


@dataclass(frozen=True)
class Live:
    """The screen of one direction, and the number of its release. `judged`: it has rules that only workers judge by, and
    that mark what customers write or cover what goes to models."""

    screen: Screen
    release: int
    judged: bool = False

    @property
    def changes(self) -> bool:
        """Whether a rule puts something else in a place."""
        return bool(self.screen.changing.rules)


@dataclass(frozen=True)
class _Remembered:
    release: Release | None
    until: float
    ways: dict[Direction, Live | None] = field(default_factory=dict)

    def live(self, direction: Direction) -> Live | None:
        if direction not in self.ways:
            whole = part.of(self.release) if self.release else None
            screen = whole.typed(direction) if whole else None
            judged = whole is not None and whole.judged_later(direction)
            found = screen or Screen([]) if screen or judged else None
            self.ways[direction] = Live(found, self.release.number, judged) if found and self.release else None
        return self.ways[direction]


_known: dict[str, _Remembered] = {}  # by schema: at most all tenants there are


def of(direction: Direction) -> Live | None:
    """None where no rule of the live release looks there, or, at what customers type, where all that look there end the
    message: then the bot's turn finds it."""
    return (_recalled() or _look_up()).live(direction)


async def aof(direction: Direction) -> Live | None:
    """The same in an event loop."""
    remembered = _recalled() or await _gathered(None)
    return remembered.live(direction) if remembered else None


def forget() -> None:
    """Ask the database again; for tests."""
    _known.clear()


def hidden(text: str) -> str:
    """The text with what customers' words may not show masked."""
    live = of(Direction.FROM_CUSTOMER) if text and context.get() else None
    return masked(text, live.screen.screened(text, _at(Direction.FROM_CUSTOMER, text))) if live else text


def leaving(text: str) -> tuple[str, Sequence[Found], int]:
    """The text as it may leave for logs, exports and other systems; what was found in it, and by which release's rules."""
    live = of(Direction.TO_LOGS) if text else None
    if live is None:
        return text, (), 0
    screened = live.screen.screened(text, _at(Direction.TO_LOGS, text))
    return masked(text, screened), found(text, screened), live.release


def suppose(release: Release) -> None:
    """Takes a release that is at hand for the live one, for lines of the log, as long as nobody has looked."""
    _known.setdefault(context.schema(), _Remembered(release, 0.0))


def in_line(text: str, conversation: str = "") -> str:
    """A sentence in a line of the log, by the rules that memory knows: a line waits for no database. `conversation`: the id
    that the line names, if any."""
    known = _known.get(context.schema()) if context.get() else None
    rules = known.live(Direction.TO_LOGS) if known else None
    if rules is None:
        return text
    screened = rules.screen.screened(text, _at(Direction.TO_LOGS, text))
    if screened.hits:
        for keep in _keepers:
            keep(found(text, screened), rules.release, conversation)
    return masked(text, screened)


def keep_lines(by: Callable[[Sequence[Found], int, str], None]) -> None:
    """Registers the one who keeps what is found in lines: (places, release, conversation). It may wait for nothing."""
    _keepers[:] = [by]


_keepers: list[Callable[[Sequence[Found], int, str], None]] = []


def _at(direction: Direction, text: str) -> Where:
    """Whereabouts of a text about which nothing else is known; one without words counts as English."""
    return Where(direction, CHANNEL, language=languages.of(text))


def _recalled() -> _Remembered | None:
    remembered = _known.get(context.schema())
    return remembered if remembered and remembered.until > time.monotonic() else None


def _look_up() -> _Remembered:
    now, row = time.monotonic(), Release.objects.filter(active=True).values_list("number", "created_at").first()
    _known[context.schema()] = found = _Remembered(kept(*row) if row else None, now + SECONDS)
    return found


_gathered: Together[None, _Remembered] = Together(lambda _keys: {None: _look_up()})
