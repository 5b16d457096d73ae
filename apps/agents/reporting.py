"""How the desk did in a span of days: one bounded query, of which the reports are sums."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median, quantiles
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from apps.tenants.workspace.hours import Hours

MOST = 50_000  # conversations; of a longer span the newest
STEP = timedelta(minutes=30)  # how finely staffed hours are looked at


@dataclass(frozen=True)
class Talk:
    """A conversation; `reply` and `resolution` in seconds, None without a person who was asked for, answered or closed it."""

    opened_at: datetime
    agent: str
    team: str
    topics: tuple[str, ...]
    with_person: bool
    reply: float | None
    resolution: float | None
    csat: int | None


@dataclass(frozen=True)
class Line:
    """A row of a report. Times in seconds: the median, and what nine of ten stay below; `csat` the mean of `rated` stars."""

    name: str
    talks: int
    with_person: int
    reply: float | None
    slow_reply: float | None
    resolution: float | None
    csat: float | None
    rated: int


@dataclass(frozen=True)
class Hour:
    """An hour of the day, summed over the span; `staffed`: the share of it in which the office was open."""

    hour: int
    talks: int
    with_person: int
    staffed: float


def talks(first: date, last: date, zone: ZoneInfo) -> list[Talk]:
    """The conversations that were opened on these days, the newest `MOST`."""
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    with connection.cursor() as cursor:
        cursor.execute(_TALKS, {"since": since, "until": until, "most": MOST})
        return [_talk(*row) for row in cursor.fetchall()]


def line(name: str, of: Sequence[Talk]) -> Line:
    replies = [talk.reply for talk in of if talk.reply is not None]
    ends = [talk.resolution for talk in of if talk.resolution is not None]
    stars = [talk.csat for talk in of if talk.csat is not None]
    return Line(
        name=name,
        talks=len(of),
        with_person=sum(talk.with_person for talk in of),
        reply=median(replies) if replies else None,
        slow_reply=quantiles(replies, n=10, method="inclusive")[-1] if len(replies) > 1 else next(iter(replies), None),
        resolution=median(ends) if ends else None,
        csat=sum(stars) / len(stars) if stars else None,
        rated=len(stars),
    )


def grouped(of: Iterable[Talk], names: Callable[[Talk], Iterable[str]]) -> list[Line]:
    """A line a name, the most conversations first. A conversation with several names counts in each."""
    held: dict[str, list[Talk]] = defaultdict(list)
    for talk in of:
        for name in names(talk):
            held[name].append(talk)
    lines = [line(name, found) for name, found in held.items()]
    return sorted(lines, key=lambda each: (-each.talks, each.name))


def by_hour(of: Iterable[Talk], first: date, last: date, hours: Hours) -> list[Hour]:
    counts, persons = [0] * 24, [0] * 24
    for talk in of:
        hour = talk.opened_at.astimezone(hours.zone).hour
        counts[hour] += 1
        persons[hour] += talk.with_person
    looked, open_ = [0] * 24, [0] * 24
    for moment in _moments(first, last, hours.zone):
        looked[moment.hour] += 1
        open_[moment.hour] += hours.is_open(moment)
    return [Hour(hour, counts[hour], persons[hour], open_[hour] / max(1, looked[hour])) for hour in range(24)]


def _moments(first: date, last: date, zone: ZoneInfo) -> Iterator[datetime]:
    moment, end = datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
    while moment < end:
        yield moment
        moment += STEP


def _talk(
    opened: datetime, closed: datetime | None, agent: str, team: str, topics: Any, asked: Any, reply: Any, csat: Any
) -> Talk:
    return Talk(
        opened_at=opened,
        agent=agent or "",
        team=team or "",
        topics=tuple(topics or ()),
        with_person=asked is not None,
        reply=(reply - asked).total_seconds() if asked and reply else None,
        resolution=(closed - opened).total_seconds() if asked and closed else None,
        csat=csat,
    )


# What was opened since then was changed since then, and that has an index.
_TALKS = """
SELECT c.opened_at, c.closed_at,
    coalesce(nullif(m.display_name, ''), nullif(trim(m.first_name || ' ' || m.last_name), ''), m.username), t.name, k.tags,
    h.asked, r.replied, f.score
FROM (
    SELECT id, opened_at, closed_at FROM conversations_conversation
    WHERE changed_at >= %(since)s AND opened_at >= %(since)s AND opened_at < %(until)s
    ORDER BY opened_at DESC LIMIT %(most)s
) c
LEFT JOIN LATERAL (
    SELECT min(requested_at) AS asked FROM conversations_handover WHERE conversation_id = c.id
) h ON true
LEFT JOIN LATERAL (
    SELECT min(at) AS replied FROM conversations_event
    WHERE conversation_id = c.id AND kind = 'message' AND author = 'agent' AND at >= h.asked
) r ON true
LEFT JOIN agents_case k ON k.conversation_id = c.id
LEFT JOIN workspace_member m ON m.id = k.assignee_id
LEFT JOIN agents_team t ON t.id = k.team_id
LEFT JOIN conversations_feedback f ON f.conversation_id = c.id AND f.kind = 'csat'
"""
