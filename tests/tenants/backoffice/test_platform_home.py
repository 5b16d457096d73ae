"""The platform's first page: what each tenant does and how the machine is, for the platform's own people."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.agents.admin import platform as home
from apps.conversations.models import Attachment, Conversation, Visitor
from apps.tenants import context
from apps.tenants.models import Tenant
from runtime.backup import NOTED
from runtime.watching import machine
from tests.admin.conftest import Browser, text
from tests.cast import Cast


def talk(tenant: Tenant, **more: Any) -> None:
    with context.inside(tenant):
        row = Conversation.objects.create(visitor=Visitor.objects.create(), release=1)
        Conversation.objects.filter(pk=row.pk).update(**more)


def found(tenant: Tenant) -> home.Figures:
    with context.inside(context.PUBLIC):
        return home.figures([tenant.schema_name])[tenant.schema_name]


def test_each_tenants_figures_are_its_own(cast: Cast) -> None:
    before, others = found(cast.acme), found(cast.globex)
    now = timezone.now()
    talk(cast.acme, changed_at=now)
    talk(cast.acme, changed_at=now - timedelta(days=30), waiting_since=now - timedelta(hours=2))
    with context.inside(cast.acme):
        Attachment.objects.create(name="a.png", type="image/png", size=5_000_000_000, visitor=cast.vera, touched_at=now)
    after = found(cast.acme)
    assert after.conversations == before.conversations + 1
    assert after.active_at == now
    assert after.oldest == now - timedelta(hours=2)
    assert after.storage - before.storage >= 5_000_000_000
    assert before.storage > 1_000_000  # its tables
    assert (found(cast.globex).conversations, found(cast.globex).oldest) == (others.conversations, others.oldest)


def test_the_page_tells_of_all_tenants_and_of_the_machine(cast: Cast, platform: Browser) -> None:
    page = text(platform.get("/admin/"))
    for told in ("Acme", "Globex", "acme.test", "Last backup", "Workers", "Oldest open question", "GB free"):
        assert told in page, told


def test_a_tenants_own_people_never_see_it(owner: Browser, mallory: Browser) -> None:
    for person in (owner, mallory):
        page = text(person.get("/admin/"))
        assert "Last backup" not in page
        assert "The machine" not in page


def test_two_hundred_tenants_are_pages_of_few_statements(cast: Cast, platform: Browser) -> None:
    with context.inside(context.PUBLIC):
        Tenant.objects.bulk_create(
            Tenant(schema_name=f"made-{n:03}", slug=f"made-{n:03}", name=f"Made {n:03}") for n in range(200)
        )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = text(platform.get("/admin/"))
    assert "1 / 5" in page
    assert "unknown" in page  # those have no tables
    assert len(asked) < 25
    assert "Made 199" in text(platform.get("/admin/", page="5"))
    assert "1 / 5" in text(platform.get("/admin/", page="x"))


@pytest.mark.parametrize(
    ("kept", "told", "how"),
    [
        (None, "unknown", ""),
        ("{", "unknown", ""),
        (json.dumps({"at": "soon"}), "unknown", ""),
        (0, "just now", "good"),
        (3, "3 days ago", "poor"),
        (30, "", "bad"),
    ],
)
def test_the_last_backup_is_told_honestly(tmp_path: Path, settings: Any, kept: str | int | None, told: str, how: str) -> None:
    """`kept`: as it stands there, or how many days ago it was made."""
    settings.DATA_DIR = tmp_path
    if isinstance(kept, int):
        kept = json.dumps({"at": (datetime.now(UTC) - timedelta(days=kept)).isoformat()})
    if kept is not None:
        (tmp_path / NOTED).write_text(kept)
    with context.inside(context.PUBLIC):
        part = machine.numbers(None)["machine"][4]  # type: ignore[arg-type]
    assert told in part.value
    assert part.how == how


def test_what_does_not_answer_is_unknown_and_no_page_that_fails(platform: Browser, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.MODEL_URL = "http://127.0.0.1:1/v1"
    page = text(platform.get("/admin/"))
    assert "does not answer" in page
    assert "unknown" in page
