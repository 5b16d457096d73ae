"""People at their desks: one browser each, at the host of their own company."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member, Role
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast

PLATFORM_HOST = "localhost"


@dataclass
class Browser:
    """A browser with cookies, looking at one host."""

    host: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **data: Any) -> HttpResponse:
        return self.client.get(path, data, headers={"host": self.host})  # type: ignore[return-value]

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        return self.client.post(path, data or {}, headers={"host": self.host}, **more)  # type: ignore[return-value]

    def log_in(self, tenant: context.HasSchema, member: Member) -> "Browser":
        with context.inside(tenant):
            self.client.force_login(member)
        return self


def text(response: HttpResponse) -> str:
    return response.content.decode()


def asking(page: str) -> str:
    """The address where a page that waits for a test asks for its result."""
    found = re.search(r'hx-get="([^"]+)"', page)
    assert found, page
    return found[1]


def tried(cast: Cast, browser: Browser, path: str, given: dict[str, Any], task: Any) -> str:
    """Starts a test, lets Acme's worker do its part, and returns what the person then reads."""
    ask = asking(text(browser.post(path, given)))
    with context.inside(cast.acme):
        task.run(trial=ask.rstrip("/").rpartition("/")[2])
    return text(browser.get(ask))


Hire = Callable[[str], Browser]


@pytest.fixture
def at(cast: Cast) -> Callable[[Member], Browser]:
    """A person's browser, logged in at their own company's host."""

    def browser(member: Member) -> Browser:
        tenant, host = (cast.globex, GLOBEX_HOST) if member == cast.mallory else (cast.acme, ACME_HOST)
        return Browser(host).log_in(tenant, member)

    return browser


@pytest.fixture
def owner(cast: Cast, at: Callable[[Member], Browser]) -> Browser:
    return at(cast.alice)


@pytest.fixture
def mallory(cast: Cast, at: Callable[[Member], Browser]) -> Browser:
    return at(cast.mallory)


@pytest.fixture
def hire(cast: Cast, at: Callable[[Member], Browser]) -> Hire:
    """A new member of Acme in this role, logged in."""

    def hired(role: str) -> Browser:
        return at(make_member(cast.acme, role))

    return hired


@pytest.fixture
def platform(cast: Cast) -> Browser:
    """The platform's administrator."""
    with context.inside(context.PUBLIC):
        admin = Member.objects.create_user("root", password=PASSWORD, role=Role.OWNER, is_staff=True, is_superuser=True)
    return Browser(PLATFORM_HOST).log_in(context.PUBLIC, admin)


def make_member(tenant: Tenant, role: str) -> Member:
    with context.inside(tenant):
        return Member.objects.create_user(f"the-{role}", role=role)
