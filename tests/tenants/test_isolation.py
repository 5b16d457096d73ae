"""No tenant's code reads another tenant's rows, whichever threads, sockets and tasks they share."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from apps.conversations.models import Visitor
from apps.tenants import context
from apps.tenants.db import base
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member
from tests.cast import Cast
from tests.waiting import wait_for


def test_code_outside_a_tenant_raises(cast: Cast) -> None:
    with pytest.raises(context.OutsideTenant):
        Member.objects.count()
    with pytest.raises(context.OutsideTenant):
        cache.get("anything")
    with pytest.raises(context.OutsideTenant):
        default_storage.exists("anything")
    with context.inside(context.PUBLIC), pytest.raises(context.OutsideTenant):
        context.current()


def test_the_platform_side_has_no_tenant_tables(cast: Cast) -> None:
    with context.inside(context.PUBLIC), pytest.raises(ProgrammingError), transaction.atomic():
        Visitor.objects.count()


def test_a_tenant_does_not_see_the_platforms_tables(cast: Cast) -> None:
    with context.inside(cast.acme), pytest.raises(ProgrammingError), transaction.atomic():
        Tenant.objects.count()


def test_each_tenant_sees_its_own_rows(cast: Cast) -> None:
    with context.inside(cast.acme):
        assert set(Member.objects.values_list("username", flat=True)) == {"alice", "bob"}
    with context.inside(cast.globex):
        assert set(Member.objects.values_list("username", flat=True)) == {"mallory"}
        assert not Visitor.objects.filter(pk=cast.vera.pk).exists()


def test_the_search_path_is_set_again_after_a_rollback(cast: Cast) -> None:
    with context.inside(cast.acme):
        with transaction.atomic():
            with context.inside(cast.globex):
                assert Member.objects.filter(username="mallory").exists()
            transaction.set_rollback(True)
        assert Member.objects.filter(username="alice").exists()


def test_threads_of_two_tenants_do_not_mix(committed: Cast) -> None:
    expected = {committed.acme: "alice", committed.globex: "mallory"}
    start = threading.Barrier(8)

    def look(tenant: Tenant) -> bool:
        start.wait()
        try:
            with context.inside(tenant):
                return all(Member.objects.filter(username=expected[tenant]).exists() for _ in range(25))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, [committed.acme, committed.globex] * 4))


def test_coroutines_that_share_one_thread_do_not_mix(committed: Cast) -> None:
    """Channels runs every socket's database calls on one shared thread: the stock backend leaks here."""

    async def look(tenant: Tenant, name: str) -> list[bool]:
        with context.inside(tenant):
            found = []
            for _ in range(20):
                found.append(await Member.objects.filter(username=name).aexists())
                await asyncio.sleep(0)
            return found

    async def all_at_once() -> list[list[bool]]:
        pairs = [(committed.acme, "alice"), (committed.globex, "mallory")] * 10
        return await asyncio.gather(*(look(*pair) for pair in pairs))

    async def then_close() -> list[list[bool]]:
        found = await all_at_once()
        await sync_to_async(lambda: connection.close())()  # that thread's connection, not this one's
        return found

    assert all(all(found) for found in asyncio.run(then_close()))


def test_content_types_are_cached_by_schema(cast: Cast) -> None:
    with context.inside(cast.acme):
        ContentType.objects.clear_cache()
        here = ContentType.objects.get_for_model(Visitor)
        Permission.objects.filter(content_type=here).delete()
        ContentType.objects.filter(pk=here.pk).update(id=here.pk + 5000)
        ContentType.objects.clear_cache()
        assert ContentType.objects.get_for_model(Visitor).pk == here.pk + 5000
    with context.inside(cast.globex):
        assert ContentType.objects.get_for_model(Visitor).pk == here.pk
    with context.inside(cast.acme):
        assert ContentType.objects.get_for_model(Visitor).pk == here.pk + 5000
        ContentType.objects.clear_cache()


def test_caches_and_files_are_each_tenants_own(cast: Cast) -> None:
    with context.inside(cast.acme):
        cache.set("secret", "acme's")
        assert default_storage.path("a.txt").endswith("tenants/acme/a.txt")
    with context.inside(cast.globex):
        assert cache.get("secret") is None
        assert default_storage.path("a.txt").endswith("tenants/globex/a.txt")


def test_a_connection_that_has_seen_many_tenants_ends_and_with_it_what_its_backend_remembers(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "MOST_SCHEMAS", 1)
    for tenants, many in (([committed.acme], False), ([committed.acme, committed.globex], True)):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # the next one is new
        for tenant in tenants:
            with context.inside(tenant):
                Member.objects.count()
        own = connection.connection
        connection.close()
        wait_for(lambda own=own, many=many: bool(own.closed) == many, 10)  # type: ignore[misc]
