"""The verbs of evaluation sets: taking questions in, one or a file of them, and giving them out again."""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.insights import questions
from apps.insights.models import EvaluationSet, Item
from apps.insights.questions import Row
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member

MOST_ITEMS = 2_000  # of a set
LARGEST_FILE = 4 * 2**20  # bytes


@dataclass(frozen=True)
class TakenIn:
    """The outcome of a file. With `problems`, a sentence for each bad line by its number, nothing of it was taken in."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: Sequence[tuple[int, str]] = field(default=())


def take_in(chosen: EvaluationSet, data: bytes, *, by: Member | None = None) -> TakenIn:
    """Adds the rows of a JSONL file (`questions`); a row whose id is known replaces that question. Nothing is ever removed.

    Raises Refusal for a file that is too large or empty, and for a set that would be too large.
    """
    if len(data) > LARGEST_FILE:
        raise Refusal("too_long", _("The file is larger than %d MB.") % (LARGEST_FILE // 2**20))
    rows, problems = questions.read_lines(data)
    if problems:
        return TakenIn(problems=problems)
    if not rows:
        raise Refusal("bad_file", _("The file holds no questions."))
    with transaction.atomic():
        known = {item.label: item for item in _locked(chosen)}
        fresh = [row for row in rows if row.id not in known]
        _check_room(len(known) + len(fresh))
        changed = [_changed(known[row.id], row) for row in rows if row.id in known and _differs(known[row.id], row)]
        made = [_item(chosen, row, Item.Origin.IMPORTED, by) for row in fresh]
        Item.objects.bulk_create(made, batch_size=500)
        Item.objects.bulk_update(changed, ["kind", "turns"], batch_size=500)
    return TakenIn(len(fresh), len(changed), len(rows) - len(fresh) - len(changed))


def save(
    chosen: EvaluationSet,
    row: Row,
    *,
    item: Item | None = None,
    origin: str = Item.Origin.WRITTEN,
    conversation: UUID | None = None,
    by: Member | None = None,
) -> Item:
    """A question written by hand: a new one, or `item` with these words. Raises Refusal for a set that is full."""
    with transaction.atomic():
        count = len(_locked(chosen))
        if item is None:
            _check_room(count + 1)
            item = _item(chosen, row, origin, by)
            item.conversation = conversation
        item.kind, item.turns = row.kind, list(questions.written_turns(row))
        item.save()
    return item


def export(chosen: EvaluationSet) -> Iterator[str]:
    """The set as a JSONL file, line by line."""
    for item in chosen.items.order_by("pk").iterator(500):
        yield json.dumps(questions.written(item.row), ensure_ascii=False) + "\n"


def new_label() -> str:
    """An id that no other question has."""
    return f"q-{secrets.token_hex(4)}"


def _locked(chosen: EvaluationSet) -> list[Item]:
    """The questions of a set that nobody else adds to before the transaction ends."""
    EvaluationSet.objects.select_for_update().get(pk=chosen.pk)
    return list(chosen.items.all())


def _check_room(count: int) -> None:
    if count > MOST_ITEMS:
        raise Refusal("too_many", _("A set holds at most %d questions. Make a second one.") % MOST_ITEMS)


def _item(chosen: EvaluationSet, row: Row, origin: str, by: Member | None) -> Item:
    turns = list(questions.written_turns(row))
    return Item(set=chosen, label=row.id, kind=row.kind, turns=turns, origin=origin, created_by=by)


def _differs(item: Item, row: Row) -> bool:
    return item.kind != row.kind or item.turns != list(questions.written_turns(row))


def _changed(item: Item, row: Row) -> Item:
    item.kind, item.turns = row.kind, list(questions.written_turns(row))
    return item
