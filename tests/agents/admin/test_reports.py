"""Reports: how the desk did on the days that were asked for, in the tenant's zone, as page and as CSV."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from apps.agents.models import Case, Team
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Feedback, Handover, Visitor
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.workspace.models import Role, Site
from tests.admin.conftest import Browser, Hire, at, hire, mallory, owner, text
from tests.cast import Cast

__all__ = ["at", "hire", "mallory", "owner"]
PATH = "/admin/reports/"
DAY = datetime(2026, 11, 10, 15, 30, tzinfo=UTC)  # 23:30 of that day in Shanghai
ASKED = {"from": "2026-11-10", "to": "2026-11-10"}


def talk(cast: Cast, at: datetime, reply: int | None = None, stars: int | None = None, tags: tuple[str, ...] = ()) -> None:
    """A conversation of Acme; `reply`: seconds after which Bob answered the request for a person, a minute after it began."""
    with context.inside(cast.acme):
        row = Conversation.objects.create(visitor=Visitor.objects.create(), release=active().number, language="en")
        if reply is not None:
            asked = at + timedelta(minutes=1)
            Handover.objects.create(conversation=row, reason="asked_for_person", requested_at=asked)
            team = Team.objects.get_or_create(name="Returns")[0]
            Case.objects.create(conversation=row, assignee=cast.bob, team=team, tags=list(tags))
            with pages.page(row.pk) as page:
                page.append("message", "agent", {"author": {"kind": "agent", "name": "Bob"}, "text": "Hi"}, member=cast.bob)
            Event.objects.filter(conversation=row).update(at=asked + timedelta(seconds=reply))
        if stars:
            Feedback.rate(row.pk, None, score=stars, comment="", at=at)
        Conversation.objects.filter(pk=row.pk).update(opened_at=at, closed_at=at + timedelta(hours=1))


def table(browser: Browser, name: str, **asked: str) -> list[list[str]]:
    answer = browser.get(PATH, csv=name, **(asked or ASKED))
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))[1:]


@pytest.fixture
def month(cast: Cast) -> None:
    talk(cast, DAY, reply=60, stars=5, tags=("returns", "vip"))
    talk(cast, DAY + timedelta(minutes=5), reply=180, stars=2, tags=("returns",))
    talk(cast, DAY - timedelta(hours=3))
    talk(cast, DAY - timedelta(days=3), reply=999)


@pytest.mark.usefixtures("month")
def test_agents_teams_and_topics_are_summed(owner: Browser) -> None:
    assert table(owner, "agent") == [["bob", "2", "2", "120", "168", "3600", "3.5", "2"]]
    assert table(owner, "team")[0][:4] == ["Returns", "2", "2", "120"]
    assert [row[:4] for row in table(owner, "topic")] == [["returns", "2", "2", "120"], ["vip", "1", "1", "60"]]


@pytest.mark.usefixtures("month")
def test_the_hours_are_those_of_the_tenant_beside_its_office_hours(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        Site.objects.update(timezone="Asia/Shanghai", office_hours={"tue": [["09:00", "12:30"]]})
    hours = {row[0]: row[1:] for row in table(owner, "hour")}
    assert (hours["23"][:2], hours["20"][:2]) == (["2", "2"], ["1", "0"])
    assert [hours[hour][2] for hour in ("8", "9", "12", "13")] == ["0.0", "1.0", "0.5", "0.0"]
    with context.inside(cast.acme):
        Site.objects.update(timezone="Asia/Tokyo")
    assert sum(int(row[1]) for row in table(owner, "hour")) == 1, "there the two were of the next day"


@pytest.mark.usefixtures("month")
def test_each_chart_stands_with_its_table(owner: Browser) -> None:
    page = text(owner.get(PATH, **ASKED))
    assert page.count('<svg class="yingda-chart"') == 4
    for name in ("hour", "agent", "team", "topic"):
        assert f'aria-labelledby="by-{name}" aria-describedby="table-{name}"' in page
        assert f'id="table-{name}"' in page
        assert f"csv={name}" in page
    assert "2 min" in page
    assert "3.5 (2)" in page


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-11-10", "2026-11-01", "Choose two days"),
        ("2026-13-45", "2026-11-01", "Choose two days"),
        ("x", "", "Choose two days"),
        ("0001-01-01", "9999-12-31", "Choose two days"),
        ("2020-01-01", "2026-11-10", "92 days at most"),
    ],
)
def test_days_that_cannot_be_are_said_in_a_sentence(owner: Browser, first: str, last: str, sentence: str) -> None:
    answer = owner.get(PATH, **{"from": first, "to": last})
    assert answer.status_code == 200
    assert sentence in text(answer)


def test_a_span_without_conversations_says_so(owner: Browser) -> None:
    assert "There was no conversation" in text(owner.get(PATH))
    assert owner.get(PATH, csv="nonsense").status_code == 404


@pytest.mark.usefixtures("month")
def test_mallory_counts_nothing_of_acme_and_agents_see_no_report(mallory: Browser, hire: Hire) -> None:
    assert table(mallory, "agent") == []
    assert "There was no conversation" in text(mallory.get(PATH, **ASKED))
    assert hire(Role.AGENT).get(PATH).status_code == 403
    assert hire(Role.VIEWER).get(PATH).status_code == 200
