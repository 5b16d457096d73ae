"""All that is due stands in one table: a row for each thing that happened, written with the row it speaks of.

So the sweepers ask one question for all tenants, and a tenant in which nothing happens costs nothing. An entry names what
happened (or a sweeper), never whose or what was said. Nobody changes one: tellers only insert, so they wait for nobody, and
the sweeping (`apps.tenants.sweeping`) deletes those it had before it looked; the next look sees later commits.

A sweeper is declared by `@sweeper(name, every=…, after=(…))` over a function that looks at the rows of the tenant of the
moment, does what is due and returns how long from now something is due next, or None: then only news wakes it again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from apps.tenants import context

AT_ONCE = timedelta()
FAR = timedelta(minutes=1)  # such an entry is not written where an earlier one stands
ALLOWED_COMMIT = timedelta(seconds=30)  # between telling of something far and its commit

Sweep = Callable[[], timedelta | None]


@dataclass(frozen=True)
class Sweeper:
    name: str
    every: timedelta  # while something stays open, at most so often
    after: frozenset[str]  # the kinds of news that wake it, names of tasks among them
    sweep: Sweep

    def listens(self, kinds: Iterable[str]) -> bool:
        return bool(self.after.intersection(kinds))


sweepers: dict[str, Sweeper] = {}


def sweeper(name: str, *, every: float, after: Iterable[str]) -> Callable[[Sweep], Sweep]:
    """Registers what looks after one kind of rows. `every`: seconds; `after`: the news that wakes it, tasks' names too."""

    def register(sweep: Sweep) -> Sweep:
        sweepers[name] = Sweeper(name, timedelta(seconds=every), frozenset({name, *after}), sweep)
        return sweep

    return register


def tell(kind: str, within: timedelta = AT_ONCE) -> None:
    """`kind` happened here: its sweepers look after `within`. Part of the running transaction; takes no lock."""
    asked = {"schema": context.current().schema_name, "kind": kind, "within": within, "margin": ALLOWED_COMMIT}
    with connection.cursor() as cursor:
        cursor.execute(_TELL_FAR if within >= FAR else _TELL, asked)


def until(*moments: datetime | None) -> timedelta | None:
    """The time from now to the earliest of these moments, None when there is none: what a sweeper returns."""
    known = [moment for moment in moments if moment is not None]
    return min(known) - timezone.now() if known else None


_TELL = """
INSERT INTO public.tenants_due (schema, kind, at) VALUES (%(schema)s, %(kind)s, statement_timestamp() + %(within)s)
"""

# A look that comes between tells of what it leaves; so an earlier entry serves, if it cannot be taken before we commit.
_TELL_FAR = """
INSERT INTO public.tenants_due (schema, kind, at) SELECT %(schema)s, %(kind)s, statement_timestamp() + %(within)s
WHERE NOT EXISTS (
    SELECT FROM public.tenants_due
    WHERE schema = %(schema)s AND kind = %(kind)s
      AND at > statement_timestamp() + %(margin)s AND at <= statement_timestamp() + %(within)s
)
"""
