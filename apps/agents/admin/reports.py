"""Reports in the admin: a span of days by hour, agent, team and topic; each a chart with its table, and as CSV."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.agents import reporting
from apps.agents.reporting import Hour, Line, Talk
from apps.tenants import security
from apps.tenants.backoffice import spreadsheet
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.numbers import Number
from apps.tenants.workspace.models import Site

DAYS, MOST_DAYS, MOST_LINES = 28, 92, 20
BAR, TALL, LEFT, ROW, WIDE = 26, 140, 150, 28, 640  # of the drawings, in their own units


@dataclass(frozen=True)
class Span:
    first: date
    last: date
    problem: str = ""

    @property
    def query(self) -> str:
        return f"from={self.first}&to={self.last}"


def reports(request: HttpRequest) -> HttpResponse:
    """`from` and `to`: days in the tenant's zone, both included; `csv`: one of the tables instead of the page."""
    if not request.user.has_perm("agents.view_report"):
        raise PermissionDenied
    site = Site.load()
    span = _span(request)
    talks = reporting.talks(span.first, span.last, site.hours.zone)
    hours = reporting.by_hour(talks, span.first, span.last, site.hours)
    groups = {name: reporting.grouped(talks, names) for name, names in _groups().items()}
    if wanted := request.GET.get("csv", ""):
        return _csv(request, wanted, hours, groups, span)
    shown = {
        "title": _("Reports"),
        "span": span,
        "zone": site.timezone,
        "spans": _spans(),
        "cut": len(talks) == reporting.MOST,
        "numbers": _numbers(reporting.line("", talks)),
        "hours": _drawn_hours(hours),
        "hour_rows": [(f"{each.hour:02}:00", each.talks, each.with_person, f"{each.staffed:.0%}") for each in hours],
        "groups": [_drawn(name, lines) for name, lines in groups.items()],
        "nothing": not talks,
    }
    return render(request, "admin/reports.html", {**tenant_site.each_context(request), **shown})


tenant_site.add_page("reports/", reports, "reports")


def _span(request: HttpRequest) -> Span:
    today = timezone.localdate()
    usual = Span(today - timedelta(days=DAYS - 1), today)
    asked = [request.GET.get(name, "") for name in ("from", "to")]
    if not any(asked):
        return usual
    try:
        first, last = parse_date(asked[0]), parse_date(asked[1])
    except ValueError:
        first = last = None
    if first is None or last is None or not date(2000, 1, 1) <= first <= last <= date(9000, 1, 1):
        return Span(usual.first, usual.last, _("Choose two days, the first before the last. These are the last 28 days."))
    if (last - first).days >= MOST_DAYS:
        first = last - timedelta(days=MOST_DAYS - 1)
        return Span(first, last, _("A report holds %d days at most; these are the last of them.") % MOST_DAYS)
    return Span(first, last)


def _spans() -> list[tuple[str, str]]:
    today = timezone.localdate()
    chosen = [
        (ngettext("%d day", "%d days", days) % days, Span(today - timedelta(days=days - 1), today)) for days in (7, 28, 90)
    ]
    return [(label, span.query) for label, span in chosen]


def _groups() -> dict[str, Callable[[Talk], Iterable[str]]]:
    return {
        "agent": lambda talk: [talk.agent] if talk.agent else [],
        "team": lambda talk: [talk.team] if talk.team else [],
        "topic": lambda talk: talk.topics,
    }


def _titles() -> dict[str, tuple[str, str]]:
    return {
        "agent": (_("By agent"), _("agent")),
        "team": (_("By team"), _("team")),
        "topic": (_("By topic"), _("tag")),
    }


def _numbers(line: Line) -> list[Number]:
    first = Number(_("First human reply"), _duration(line.reply), "", None, _("From the request for a person, the median."))
    return [
        Number(_("Conversations"), str(line.talks), "", None),
        Number(_("With a person"), str(line.with_person), "", None),
        first,
        Number(_("Nine of ten within"), _duration(line.slow_reply), "", None),
        Number(_("Resolution"), _duration(line.resolution), "", None, _("From the first word to the end, the median.")),
        Number(_("Stars"), _stars(line), "", None, ngettext("%d rating", "%d ratings", line.rated) % line.rated),
    ]


def _drawn_hours(hours: list[Hour]) -> list[dict[str, Any]]:
    """The bars of the day: where each stands and how high, the part with a person, and how much of the hour is staffed."""
    most = max(1, *(each.talks for each in hours))
    return [
        {
            "x": each.hour * BAR,
            "label": f"{each.hour:02}" if each.hour % 3 == 0 else "",
            "y": _point(TALL - TALL * each.talks / most),
            "height": _point(TALL * each.talks / most),
            "person_y": _point(TALL - TALL * each.with_person / most),
            "person": _point(TALL * each.with_person / most),
            "staffed": _point(each.staffed),
        }
        for each in hours
    ]


def _drawn(name: str, lines: list[Line]) -> dict[str, Any]:
    """A group's bars, of the conversations, and its table."""
    title, column = _titles()[name]
    top = lines[:MOST_LINES]
    most = max([1, *(each.talks for each in top)])
    bars = [
        {"y": n * ROW, "text_y": n * ROW + 17, "name": each.name, "width": _point((WIDE - LEFT - 50) * each.talks / most)}
        | {"talks": each.talks, "end": _point(LEFT + 8 + (WIDE - LEFT - 50) * each.talks / most)}
        for n, each in enumerate(top)
    ]
    rows = [(each.name, *_cells(each)) for each in top]
    more = len(lines) - len(top)
    return {"key": name, "title": title, "column": column, "bars": bars, "tall": len(top) * ROW, "rows": rows, "more": more}


def _cells(line: Line) -> tuple[str, ...]:
    times = (_duration(line.reply), _duration(line.slow_reply), _duration(line.resolution))
    return (str(line.talks), str(line.with_person), *times, _stars(line))


def _csv(request: HttpRequest, wanted: str, hours: list[Hour], groups: dict[str, list[Line]], span: Span) -> HttpResponse:
    """Numbers as programs read them: seconds, shares of 1."""
    security.note("export", person=request.user.pk, what="report", form="csv")
    name = f"report-{wanted}-{span.first}-{span.last}"
    if wanted == "hour":
        header = (_("hour"), _("conversations"), _("with a person"), _("share staffed"))
        return spreadsheet.file(name, header, ((h.hour, h.talks, h.with_person, round(h.staffed, 3)) for h in hours))
    if wanted not in groups:
        raise Http404
    times = (_("first human reply, s"), _("nine of ten within, s"), _("resolution, s"))
    columns = (_titles()[wanted][1], _("conversations"), _("with a person"), *times, _("stars"), _("ratings"))
    return spreadsheet.file(name, columns, map(_plain, groups[wanted]))


def _plain(line: Line) -> tuple[object, ...]:
    times = (None if each is None else round(each) for each in (line.reply, line.slow_reply, line.resolution))
    return (line.name, line.talks, line.with_person, *times, None if line.csat is None else round(line.csat, 2), line.rated)


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 60:
        return _("%s s") % number_format(seconds, 0)
    if seconds < 3_600:
        return ngettext("%d min", "%d min", round(seconds / 60)) % round(seconds / 60)
    if seconds < 48 * 3_600:
        return _("%s h") % number_format(seconds / 3_600, 1)
    days = round(seconds / 86_400)
    return ngettext("%d day", "%d days", days) % days


def _stars(line: Line) -> str:
    return "–" if line.csat is None else f"{number_format(line.csat, 1)} ({line.rated})"


def _point(value: float) -> str:
    """A number for a drawing, with a point in every language."""
    return f"{value:.3f}"
