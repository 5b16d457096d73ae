"""A whole product to try things on: `manage.py up` on a folder of its own, with tenants, agents and visitors made for it."""

import math
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime import environment
from runtime.folder import Folder
from tests.product import Product

# Limits guard people from each other; here one machine plays them all.
UNLIMITED = {
    "YINGDA_SAY_PER_SECOND": "100000",
    "YINGDA_SAY_BURST": "100000",
    "YINGDA_FRAMES_PER_SECOND": "100000",
    "YINGDA_FRAME_BURST": "100000",
    "YINGDA_SESSIONS_PER_SECOND": "100000",
    "YINGDA_SESSION_BURST": "100000",
    "YINGDA_ADDRESS_FACTOR": "100000",
    "YINGDA_ADDRESS_FILES_MB_A_DAY": "100000",
}
START_SECONDS = 180


@dataclass
class Company:
    """One tenant of the trial. `cookies`: an agent's session by user name; `members`: their ids."""

    slug: str
    host: str
    site_key: str
    cookies: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)


class Arena:
    """Starts the product and lets this process read its database; stops it at the end. `chosen`: what its processes were told
    beside what the product tells them itself."""

    def __init__(self, folder: Path, **chosen: str) -> None:
        self.chosen = {**UNLIMITED, **chosen}
        self.product = Product(folder, **self.chosen)

    def __enter__(self) -> "Arena":
        try:
            self.product.wait_until_told("Ready in", seconds=START_SECONDS)
        except BaseException:  # a Ctrl-C too: nothing that was started stays
            self.__exit__()
            raise
        os.environ.update(environment.of_running(Folder(self.product.folder)))
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        return self

    def __exit__(self, *_error: object) -> None:
        self.product.process.send_signal(signal.SIGTERM)
        self.product.process.wait(90)

    @property
    def port(self) -> int:
        return self.product.port

    def found(self, slug: str, *, agents: int, language: str = "en", **desk: int) -> Company:
        """A new tenant that is always open, with so many agents; `desk` sets its DeskSettings."""
        from apps.agents.models import DeskSettings
        from apps.tenants import context
        from apps.tenants.creation import create_tenant
        from apps.tenants.workspace.models import Site

        host = f"{slug}.test"
        tenant = create_tenant(slug=slug, name=slug.title(), domains=[host], language=language)
        with context.inside(tenant):
            DeskSettings.load()
            DeskSettings.objects.update(**desk)
            company = Company(slug, host, Site.load().site_key)
            for name in (f"agent{number}" for number in range(agents)):
                self._hire(company, name)
        return company

    def _hire(self, company: Company, name: str) -> None:
        """No password is set: an agent of the trial comes in by the session made here."""
        from django.conf import settings
        from django.test import Client

        from apps.tenants.workspace.models import Member, Role

        member = Member.objects.create(username=name, role=Role.AGENT)
        client = Client()
        client.force_login(member)
        company.cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
        company.members[name] = str(member.pk)

    def tokens(self, company: Company, count: int) -> list[str]:
        """Tokens of so many new visitors."""
        from apps.conversations.customer import visitors
        from apps.conversations.models import Visitor
        from apps.tenants import context

        with context.inside(context.Schema(company.slug)):
            made = Visitor.objects.bulk_create([Visitor() for _ in range(count)])
            return [visitors.token(visitor)[0] for visitor in made]


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all lie at or below; NaN of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  a command that talks to people


def table(rows: Sequence[tuple[Any, ...]]) -> str:
    """Rows of equal length as aligned columns."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
