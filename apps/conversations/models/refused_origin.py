"""Pages that asked for the chat and may not have it, counted by the day."""

from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(days=28)
MOST_A_DAY = 100  # origins; whoever invents names fills no table
LONGEST = 200


class RefusedOrigin(models.Model):
    """An origin, a day (UTC) and how often it was refused there. Nothing of who looked at the page."""

    origin = models.CharField(_("site"), max_length=LONGEST)
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "origin"], name="one_refused_origin_a_day")]

    def __str__(self) -> str:
        return f"{self.origin} {self.day}"

    @staticmethod
    def note(origin: str) -> None:
        """Counts one refusal. Of origins that are new on a full day nothing is kept; what is old goes."""
        day = timezone.now().date()
        told: dict[str, Any] = {"origin": origin[:LONGEST], "day": day, "most": MOST_A_DAY, "old": day - KEPT}
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, told)

    @classmethod
    def listed(cls) -> list[dict[str, object]]:
        """The origins of the days that are kept, the most frequent first: origin, count, last day."""
        since = timezone.now().date() - KEPT
        rows = cls.objects.filter(day__gte=since).values("origin")
        summed = rows.annotate(times=models.Sum("count"), last=models.Max("day"))
        return list(summed.order_by("-times", "origin")[:20])


_NOTE = """
WITH gone AS (DELETE FROM conversations_refusedorigin WHERE day < %(old)s)
INSERT INTO conversations_refusedorigin AS kept (origin, day, count)
SELECT %(origin)s, %(day)s, 1
WHERE (SELECT count(*) FROM conversations_refusedorigin WHERE day = %(day)s) < %(most)s
   OR EXISTS (SELECT FROM conversations_refusedorigin WHERE day = %(day)s AND origin = %(origin)s)
ON CONFLICT (day, origin) DO UPDATE SET count = kept.count + 1
"""
