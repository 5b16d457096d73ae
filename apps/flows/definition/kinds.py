"""The kinds of slots as the language knows them: their names, and how conditions see their values.

How a kind is found in what people say, and shown to them, is in `apps.flows.slots`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cel_expr_python import cel


@dataclass(frozen=True, eq=False)
class Kind:
    """`type`: that of its values in conditions, `sample` one of these. Numbers have no type there, as CEL does not compare a
    fraction with a whole number whose types it knows."""

    type: cel.Type
    sample: str | float | bool | datetime


TEXT = Kind(cel.Type.STRING, "a")
NUMBER = Kind(cel.Type.DYN, 1.5)
FLAG = Kind(cel.Type.BOOL, True)
MOMENT = Kind(cel.Type.TIMESTAMP, datetime(2026, 1, 1, tzinfo=UTC))

KINDS: Mapping[str, Kind] = {
    "text": TEXT,
    "number": NUMBER,
    "money": NUMBER,
    "date": MOMENT,
    "time": TEXT,
    "datetime": MOMENT,
    "phone": TEXT,
    "email": TEXT,
    "id": TEXT,
    "choice": TEXT,
    "yes_no": FLAG,
    "file": TEXT,
}
