"""`manage.py demo`: makes both shops once, tells scripts and people where they are, and leaves alone what it did not make."""

import io
import json
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from apps.agents.models import CannedReply
from apps.knowledge.models import Article, Edition
from apps.releases import publishing as releases
from apps.releases.models import Release
from apps.tenants import context
from apps.tenants.creation import drop_tenant
from apps.tenants.models import Domain, Tenant
from apps.tenants.workspace.models import Member, Site
from demo import shops
from tests.cast import Cast

MODELS = (Member, Site, Release, Article, CannedReply)


class Sample(shops.Shop):
    """The shop with the first of its questions and articles: taking in all of them takes a while."""

    def entries(self) -> Iterator[shops.Entry]:
        return islice(super().entries(), 4)

    def documents(self) -> Iterator[shops.Document]:
        return islice(super().documents(), 2)


SAMPLES = (Sample("acme", "outdoors", "Acme Outdoors"), Sample("changfeng", "electronics", "长风商城"))


@contextmanager
def ground(folder: Path) -> Iterator[Path]:
    """A data folder of our own, and short names that the cast has not taken."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ours = override_settings(DATA_DIR=folder, PORT=8140, PASSWORD_HASHERS=quick)
    with ours, pytest.MonkeyPatch.context() as patch:
        patch.setattr(shops, "SHOPS", SAMPLES)
        context.enter(context.PUBLIC)  # as manage.py does
        yield folder


@pytest.fixture
def bare(cast: Cast, tmp_path: Path) -> Iterator[Path]:
    with ground(tmp_path):
        yield tmp_path


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Both shops, loaded once for this module."""
    with django_db_blocker.unblock(), ground(tmp_path_factory.mktemp("demo")) as folder:
        demo("--load")
    yield folder
    with django_db_blocker.unblock(), context.inside(context.PUBLIC):
        for shop in SAMPLES:
            drop_tenant(Tenant.objects.get(slug=shop.slug))
        with connection.cursor() as cursor:  # the ORM would look for the member's releases, which this schema has none of
            cursor.execute("DELETE FROM workspace_member WHERE username = 'admin'")
        connection.close()


@pytest.fixture
def loaded(made: Path, bare: Path) -> Path:
    """The loaded shops; what a test does to them is rolled back."""
    shutil.copy2(made / "credentials.json", bare)
    return bare


def demo(*flags: str) -> str:
    told = io.StringIO()
    call_command("demo", *flags, stdout=told, stderr=io.StringIO())
    return told.getvalue()


def rows() -> dict[str, Any]:
    found: dict[str, Any] = {"tenants": Tenant.objects.count(), "domains": Domain.objects.count()}
    for shop in shops.SHOPS:
        with context.inside(Tenant.objects.get(slug=shop.slug)):
            for model in MODELS:
                found[f"{shop.slug} {model.__name__}"] = sorted(
                    str(pk) for pk in model._default_manager.values_list("pk", flat=True)
                )
            found[f"{shop.slug} site"] = list(Site.objects.values())
    return found


def test_loading_twice_changes_nothing(loaded: Path) -> None:
    before, told = rows(), demo("--json")
    assert demo("--load") == ""
    assert rows() == before
    assert demo("--json") == told


def test_a_shop_can_answer_when_it_opens(loaded: Path) -> None:
    with context.inside(Tenant.objects.get(slug="electronics")):
        assert Article.objects.filter(ingestion="live", status="published").count() == 6
        assert {article.language for article in Article.objects.all()} == {"zh-hans"}
        assert releases.active().knowledge_revision == Edition.objects.latest("number").number


def test_an_agent_finds_replies_kept_for_use(loaded: Path) -> None:
    for shop in shops.SHOPS:
        with context.inside(Tenant.objects.get(slug=shop.slug)):
            for reply in CannedReply.objects.all():
                reply.full_clean()
            assert {reply.scope for reply in CannedReply.objects.all()} == {"tenant"}
            assert CannedReply.objects.count() == len(shop.site["canned"]) == 3


def test_scripts_are_told_where_each_shop_is_and_who_may_log_in(loaded: Path) -> None:
    told = json.loads(demo("--json"))
    outdoors, electronics = told["tenants"]
    assert (outdoors["slug"], outdoors["host"]) == ("outdoors", "outdoors.localhost")
    assert outdoors["origin"] == "http://outdoors.localhost:8140"
    assert outdoors["url"] == "http://outdoors.localhost:8140/shop/"
    assert [user["role"] for user in electronics["users"]] == ["owner", "operator", "agent", "viewer"]
    assert outdoors["site_key"] != electronics["site_key"]
    passwords = [user["password"] for tenant in told["tenants"] for user in tenant["users"]]
    passwords += [user["password"] for user in told["platform"]["users"]]
    assert len(set(passwords)) == 9


def test_people_are_told_the_same(loaded: Path) -> None:
    told, guide = demo(), json.loads(demo("--json"))
    for tenant in guide["tenants"]:
        assert tenant["url"] in told
        assert all(user["password"] in told for user in tenant["users"])


def test_a_shops_passwords_are_no_use_in_the_other_shop(loaded: Path) -> None:
    outdoors = json.loads(demo("--json"))["tenants"][0]
    for user in outdoors["users"]:
        with context.inside(Tenant.objects.get(slug="outdoors")):
            assert Member.objects.get(username=user["username"]).check_password(user["password"])
        with context.inside(Tenant.objects.get(slug="electronics")):
            assert not Member.objects.get(username=user["username"]).check_password(user["password"])


def test_only_their_owner_can_read_the_passwords(loaded: Path) -> None:
    assert stat.S_IMODE((loaded / "credentials.json").stat().st_mode) == 0o600


def test_what_people_changed_stays(loaded: Path) -> None:
    with context.inside(Tenant.objects.get(slug="outdoors")):
        Site.objects.update(greeting="Hi.", suggestions=[], office_hours={})
        Member.objects.filter(username="viewer").update(role="agent")
    demo("--load")
    with context.inside(Tenant.objects.get(slug="outdoors")):
        assert Site.load().greeting == "Hi."
        assert Member.objects.get(username="viewer").role == "agent"


def test_lost_passwords_are_made_anew(loaded: Path) -> None:
    (loaded / "credentials.json").unlink()
    demo("--load")
    tenant = json.loads(demo("--json"))["tenants"][0]
    with context.inside(Tenant.objects.get(slug="outdoors")):
        for user in tenant["users"]:
            assert Member.objects.get(username=user["username"]).check_password(user["password"])


def test_another_companys_tenant_of_the_same_short_name_is_left_alone(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shops, "SHOPS", (shops.Shop("acme", "acme", "Acme Outdoors"),))
    with pytest.raises(CommandError, match="left alone"):
        demo("--load")


def test_before_loading_it_says_how(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shops, "SHOPS", (shops.Shop("acme", "unmade", "Unmade"),))
    assert "demo --load" in demo()
    assert json.loads(demo("--json"))["tenants"] == []
