"""Counts of how customers come through the states of flows."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import connection, models

from apps.conversations.models.conversation import Conversation
from apps.flows.engine.visit import Left
from apps.flows.engine.visit import Visit as Told
from apps.tenants import context, due

KEPT = timedelta(days=28)
CAME = "conversations.came"  # news of a visit, for the sweeper


class Visits(models.QuerySet["Visit"]):
    def still(self) -> Self:
        """Visits whose state was not left yet, as far as anybody knows."""
        return self.filter(left=Left.NOT)

    def leave(self, left: Left) -> int:
        return self.still().update(left=left)


class Visit(models.Model):
    """A customer's stay in one state of a flow, once for each walk through it: `run`. Nothing of what was said.

    `at`: when it was last told of. Who went away tells nobody: the state is not left, and `at` is longer ago than the state
    waits.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="visits")
    run = models.TextField()
    flow = models.TextField()
    state = models.TextField()
    left = models.CharField(max_length=11, default="", blank=True)  # a `Left`
    entered_at = models.DateTimeField()
    at = models.DateTimeField()

    objects = Visits.as_manager()

    class Meta:
        indexes = [models.Index(fields=["flow", "entered_at"], name="visits_of_flow")]
        constraints = [models.UniqueConstraint(fields=["run", "state"], name="one_visit_a_run_and_state")]

    def __str__(self) -> str:
        return f"{self.flow}: {self.state}"

    @staticmethod
    def note(came: Sequence[tuple[UUID, datetime, Sequence[Told]]]) -> None:
        """Conversations, when, and the states that they came through, in one statement. Told again it is the same."""
        rows = {(told.run, told.state): _row(pk, at, told) for pk, at, visits in came for told in visits}
        if rows:
            asked: dict[str, Any] = {"schema": context.schema(), "kind": CAME, "within": KEPT, "margin": due.ALLOWED_COMMIT}
            ordered = [rows[key] for key in sorted(rows)]
            with connection.cursor() as cursor:
                cursor.execute(_NOTE, asked | {"rows": json.dumps(ordered, default=str)})


def _row(conversation: UUID, at: datetime, told: Told) -> dict[str, Any]:
    return {"conversation": conversation, "at": at, "run": told.run, "flow": told.flow, "state": told.state, "left": told.left}


# The sweeper is told as `due.tell` tells of something far.
_NOTE = """
WITH noted AS (
    INSERT INTO conversations_visit (conversation_id, run, flow, state, "left", entered_at, at)
    SELECT new.conversation, new.run, new.flow, new.state, new."left", new.at, new.at
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS new (
        conversation uuid, run text, flow text, state text, "left" text, at timestamptz
    )
    ON CONFLICT (run, state) DO UPDATE SET "left" = excluded."left", at = excluded.at
    WHERE conversations_visit.conversation_id = excluded.conversation_id
)
INSERT INTO public.tenants_due (schema, kind, at) SELECT %(schema)s, %(kind)s, statement_timestamp() + %(within)s
WHERE NOT EXISTS (
    SELECT FROM public.tenants_due
    WHERE schema = %(schema)s AND kind = %(kind)s
      AND at > statement_timestamp() + %(margin)s AND at <= statement_timestamp() + %(within)s
)
"""
