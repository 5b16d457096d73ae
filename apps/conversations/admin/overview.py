"""The first page of a tenant's admin: what was asked, who answered, and what nobody could answer."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.conversations.models import Cause, Event, Handover, Turn
from apps.llm import languages
from apps.tenants.backoffice.numbers import Number, percent, points
from apps.tenants.workspace.models import Site

DAYS = 7
UNANSWERED = (Cause.NO_PASSAGE, Cause.LOW_CONFIDENCE)
MOST_LOOKED_AT, MOST_SHOWN = 500, 8


@dataclass(frozen=True)
class Figures:
    """Figures of a span of time."""

    questions: int
    turns: int
    answered: int
    handovers: int
    ms: float | None

    @property
    def share(self) -> float | None:
        """The share of the bot's finished turns that ended in an answer."""
        return self.answered / self.turns if self.turns else None


def numbers(request: HttpRequest) -> dict[str, Any]:
    if not request.user.has_perm("conversations.view_conversation"):
        return {}
    site = Site.load()
    zone = ZoneInfo(site.timezone)
    now = timezone.now().astimezone(zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    week = midnight - timedelta(days=DAYS - 1)
    return {
        "today": _numbers(_count(midnight, now), _count(midnight - timedelta(days=1), now - timedelta(days=1))),
        "week": _numbers(_count(week, now), _count(week - timedelta(days=DAYS), now - timedelta(days=DAYS))),
        "days": _days(week, zone),
        "unanswered": _unanswered(now - timedelta(days=DAYS), site),
        "waiting": Handover.objects.open().of_open_conversations().filter(conversation__owner="queue").count(),
        "nothing_yet": not Event.objects.exists(),
        "may_write": request.user.has_perm("knowledge.add_article"),
        "may_try": request.user.has_perm("conversations.try_turn"),
        "may_set_up": request.user.has_perm("workspace.change_site"),
    }


def _count(since: datetime, until: datetime) -> Figures:
    finished = Turn.objects.filter(started_at__gte=since, started_at__lt=until, state__in=["done", "failed"])
    told = finished.aggregate(all=Count("pk"), answered=Count("pk", filter=Q(cause="", state="done")), ms=Avg("ms"))
    return Figures(
        questions=_questions(since, until).count(),
        turns=told["all"],
        answered=told["answered"],
        handovers=Handover.objects.filter(requested_at__gte=since, requested_at__lt=until).count(),
        ms=told["ms"],
    )


def _questions(since: datetime, until: datetime) -> Any:
    return Event.objects.filter(kind=Event.Kind.MESSAGE, author=Event.Author.VISITOR, at__gte=since, at__lt=until)


def _numbers(now: Figures, before: Figures) -> list[Number]:
    known = bool(before.questions)
    return [
        Number(_("Questions"), str(now.questions), _change(now.questions, before.questions, known=known), None),
        Number(
            _("Answered by the bot"),
            percent(now.share),
            points(now.share, before.share),
            None if now.share is None or before.share is None else now.share >= before.share,
            _("The share of the bot's turns that ended in an answer, not with a person."),
        ),
        Number(
            _("Handed over"),
            str(now.handovers),
            _change(now.handovers, before.handovers, known=known),
            None if now.handovers == before.handovers else now.handovers < before.handovers,
        ),
        Number(
            _("Time to an answer"),
            _seconds(now.ms),
            _seconds_change(now.ms, before.ms),
            None if now.ms is None or before.ms is None else now.ms <= before.ms,
            _("From the question to the end of the answer, on average."),
        ),
    ]


def _change(now: int, before: int, *, known: bool) -> str:
    """`known`: there was anything at all to compare with."""
    return "" if not known else f"{now - before:+d}".replace("-", "−") if now != before else "±0"


def _seconds(ms: float | None) -> str:
    return "–" if ms is None else _("%.1f s") % (ms / 1000)


def _seconds_change(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return ""
    return _("%s s") % f"{(now - before) / 1000:+.1f}".replace("-", "−")


def _days(since: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Questions and handovers by day, for the bars."""
    asked = dict(
        Event.objects.filter(kind=Event.Kind.MESSAGE, author=Event.Author.VISITOR, at__gte=since)
        .order_by()
        .annotate(day=TruncDate("at", tzinfo=zone))
        .values_list("day")
        .annotate(n=Count("pk"))
    )
    handed = dict(
        Handover.objects.filter(requested_at__gte=since)
        .order_by()
        .annotate(day=TruncDate("requested_at", tzinfo=zone))
        .values_list("day")
        .annotate(n=Count("pk"))
    )
    days = [(since + timedelta(days=n)).date() for n in range(DAYS)]
    most = max([1, *asked.values()])
    return [
        {
            "day": day,
            "questions": asked.get(day, 0),
            "handovers": handed.get(day, 0),
            "height": asked.get(day, 0) / most,
            "handed": min(1.0, handed.get(day, 0) / max(1, asked.get(day, 0))),
        }
        for day in days
    ]


def _unanswered(since: datetime, site: Site) -> list[dict[str, Any]]:
    """The questions that the knowledge does not cover, most frequent first."""
    rows = Handover.objects.filter(requested_at__gte=since, reason__in=UNANSWERED).values_list(
        "summary__asked", "conversation", "requested_at"
    )[:MOST_LOOKED_AT]
    times: Counter[str] = Counter()
    newest: dict[str, dict[str, Any]] = {}
    for asked, conversation, at in rows:
        words = " ".join(str(asked or "").split())
        key = words.casefold().rstrip("?？。.!！")
        if not key:
            continue
        times[key] += 1
        newest.setdefault(key, {"question": words[:300], "conversation": conversation, "at": at})
    return [
        {**newest[key], "times": n, "language": languages.of(newest[key]["question"], default=site.language)}
        for key, n in times.most_common(MOST_SHOWN)
    ]
