"""Keys: each tenant's own, wrapped by the installation's; what is moved does not open, what is shredded is gone."""

import base64
import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.utils import timezone

from apps.agents.models import DeskSettings
from apps.agents.tickets import webhook
from apps.llm.models import ModelEndpoint
from apps.tenants import context, creation
from apps.tenants.vault import keyring, master, outdated, resealing, sealing
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.workspace.models import DataKey, Site
from config import env
from config.env import MasterKey
from tests.cast import ACME_HOST, PASSWORD, Cast

OLD, NEW = MasterKey("old", bytes(range(32))), MasterKey("new", bytes(range(32, 64)))


@pytest.fixture(autouse=True)
def _nothing_in_memory() -> None:
    keyring.opened.clear()


def raw(table: str, column: str) -> str:
    """The values in the database, without the product's reading of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608
        found: str = cursor.fetchone()[0]
    return found


def write(table: str, column: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])  # noqa: S608


def endpoint(secret: str = "sk-secret", name: str = "cloud") -> ModelEndpoint:  # noqa: S107
    ModelEndpoint.objects.filter(base_url="").delete()  # the platform's own, which has no key
    return ModelEndpoint.objects.create(name=name, base_url="https://models.example/v1", api_key=secret)


def v1(plain: str, place: str) -> str:
    """A secret as the versions before wrote it."""
    nonce = os.urandom(12)
    sealed = AESGCM(sealing._v1_key()).encrypt(nonce, plain.encode(), f"{context.schema()}|{place}".encode())
    return "v1." + base64.urlsafe_b64encode(nonce + sealed).decode()


def run(*arguments: str) -> str:
    told = io.StringIO()
    with context.inside(context.PUBLIC):
        call_command("rotate_keys", *arguments, stdout=told)
    return told.getvalue()


def test_a_secret_names_its_key_and_holds_nothing_of_the_text(acme: Cast) -> None:
    row = endpoint()
    held = raw("llm_modelendpoint", "api_key")
    assert held.split(".")[:2] == ["v2", DataKey.objects.get(scope="tenant").pk]
    assert ModelEndpoint.objects.get(pk=row.pk).api_key == "sk-secret"
    assert endpoint("", "none").api_key == ""
    row.save()
    assert raw("llm_modelendpoint", "api_key") != held, "a nonce of its own each time"


def test_what_is_moved_to_another_row_column_or_tenant_does_not_open(cast: Cast) -> None:
    with context.inside(cast.acme):
        one, two = endpoint("sk-one", "one"), endpoint("sk-two", "two")
        held = ModelEndpoint.objects.filter(pk=one.pk).values_list("api_key", flat=True)[0]
        write("llm_modelendpoint", "api_key", held)
        assert ModelEndpoint.objects.get(pk=one.pk).api_key == "sk-one"
        with pytest.raises(CannotDecrypt, match=r"llm_modelendpoint\.api_key does not open"):
            _ = ModelEndpoint.objects.get(pk=two.pk).api_key
        write("workspace_site", "identity_secret", held)
        with pytest.raises(CannotDecrypt):
            _ = Site.load().identity_secret
    with context.inside(cast.globex):
        ModelEndpoint.objects.create(pk=one.pk, name="one", api_key="sk-mallory")
        write("llm_modelendpoint", "api_key", held)
        with pytest.raises(CannotDecrypt, match="another tenant"):
            _ = ModelEndpoint.objects.get(pk=one.pk).api_key


def test_even_with_the_other_tenants_key_row_nothing_opens(cast: Cast) -> None:
    with context.inside(cast.acme):
        row, key = endpoint(), DataKey.objects.get(scope="tenant")
        held = raw("llm_modelendpoint", "api_key")
    with context.inside(cast.globex):
        DataKey(pk=key.pk, scope="tenant", master=key.master, wrapped=key.wrapped, created_at=key.created_at).save()
        ModelEndpoint.objects.create(pk=row.pk, name="one", api_key="x")
        write("llm_modelendpoint", "api_key", held)
        with pytest.raises(CannotDecrypt, match="does not open"):
            _ = ModelEndpoint.objects.get(pk=row.pk).api_key


def test_a_copy_of_a_row_is_no_way_to_carry_its_secret(acme: Cast) -> None:
    copy = ModelEndpoint.objects.get(pk=endpoint().pk)
    copy.pk, copy.name, copy._state.adding = None, "copy", True
    with pytest.raises(CannotDecrypt):
        copy.save()


def test_what_is_not_read_is_saved_as_it_stands_and_what_does_not_open_is_not_lost(acme: Cast) -> None:
    row, held = endpoint(), raw("llm_modelendpoint", "api_key")
    found = ModelEndpoint.objects.get(pk=row.pk)
    DataKey.objects.update(wrapped=b"0" * 40)
    keyring.opened.clear()
    found.seconds = 20
    found.save()
    assert (raw("llm_modelendpoint", "api_key"), ModelEndpoint.objects.get(pk=row.pk).seconds) == (held, 20)


def test_an_encrypted_field_is_neither_searched_nor_updated_beside_its_row(acme: Cast) -> None:
    endpoint()
    with pytest.raises(TypeError, match="is encrypted"):
        ModelEndpoint.objects.filter(api_key="sk-secret").exists()
    with pytest.raises(TypeError, match="is encrypted"), transaction.atomic():
        ModelEndpoint.objects.update(api_key="sk-other")
    assert not ModelEndpoint.objects.filter(api_key="").exists()
    made = ModelEndpoint.objects.bulk_create([ModelEndpoint(name=str(n), api_key=f"sk-{n}") for n in range(3)])
    assert [ModelEndpoint.objects.get(pk=row.pk).api_key for row in made] == ["sk-0", "sk-1", "sk-2"]


def test_the_older_form_opens_and_is_renewed_by_the_next_save(acme: Cast) -> None:
    row = endpoint()
    write("llm_modelendpoint", "api_key", v1("sk-old", "llm_modelendpoint.api_key"))
    found = ModelEndpoint.objects.get(pk=row.pk)
    assert found.api_key == "sk-old"
    found.save()
    assert sealing.key_of(raw("llm_modelendpoint", "api_key"))
    assert ModelEndpoint.objects.get(pk=row.pk).api_key == "sk-old"


def test_a_plain_identity_secret_of_before_works_and_is_encrypted_by_the_rotation(cast: Cast) -> None:
    with context.inside(cast.acme):
        write("workspace_site", "identity_secret", "plain-and-old")
        assert Site.load().identity_secret == "plain-and-old"
    assert "acme: 0 keys wrapped anew" in run("--data", "--tenant", "acme")
    with context.inside(cast.acme):
        assert sealing.key_of(raw("workspace_site", "identity_secret"))
        assert Site.load().identity_secret == "plain-and-old"
    with context.inside(cast.acme):
        endpoint()
        write("llm_modelendpoint", "api_key", "plain")
        with pytest.raises(CannotDecrypt, match="known form"):
            _ = ModelEndpoint.objects.get().api_key


def test_rotating_the_master_key_wraps_anew_and_touches_no_secret(cast: Cast, settings: Any) -> None:
    settings.MASTER_KEYS = (OLD,)
    with context.inside(cast.acme):
        key = keyring.make()
        endpoint()
        held = raw("llm_modelendpoint", "api_key")
        wrapped = DataKey.objects.get(pk=key.id).wrapped
        DataKey.objects.exclude(pk=key.id).delete()
    with context.inside(cast.globex):
        DataKey.objects.all().delete()
    settings.MASTER_KEYS = (NEW, OLD)
    told = run()
    assert "acme: 1 keys wrapped anew, 0 were already" in told
    assert "No key needs these master keys any more: old." in told
    settings.MASTER_KEYS = (NEW,)
    keyring.opened.clear()
    with context.inside(cast.acme):
        row = DataKey.objects.get(pk=key.id)
        assert (row.master, bytes(row.wrapped) != bytes(wrapped)) == ("new", True)
        assert (raw("llm_modelendpoint", "api_key"), ModelEndpoint.objects.get().api_key) == (held, "sk-secret")
    assert run() == "3 had nothing to do.\n"


def test_only_whoever_has_something_to_rotate_is_visited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for tenant in (cast.acme, cast.globex):
        with context.inside(tenant):
            endpoint()
    run("--data")
    visited: list[str] = []
    reseal = resealing.reseal

    def noted() -> resealing.Count:
        visited.append(context.schema())
        return reseal()

    monkeypatch.setattr(resealing, "reseal", noted)
    assert (run("--data"), visited) == ("3 had nothing to do.\n", [])
    with context.inside(cast.globex):
        write("llm_modelendpoint", "api_key", v1("sk-old", "llm_modelendpoint.api_key"))
    told = run("--data")
    assert "globex: 0 keys wrapped anew" in told
    assert "; 1 rows encrypted anew, 0 values did not open" in told
    assert (visited, told.splitlines()[-1]) == (["globex"], "2 had nothing to do.")
    with context.inside(cast.acme):
        held = raw("llm_modelendpoint", "api_key")
        keyring.make()
    assert run() == "3 had nothing to do.\n", "without --data the values stay under the older key"
    run("--data")
    with context.inside(cast.acme):
        assert sealing.key_of(raw("llm_modelendpoint", "api_key")) not in ("", sealing.key_of(held))
    assert visited == ["globex", "acme"]


@pytest.mark.parametrize("change", ["a key under another master", "a key that does not open", "no key at all", "a plain text"])
def test_what_a_rotation_has_to_do_is_seen_from_outside(change: str, cast: Cast, settings: Any) -> None:
    settings.MASTER_KEYS = (OLD, NEW)
    for tenant in (cast.acme, cast.globex):
        with context.inside(tenant):
            DataKey.objects.all().delete()
            write("workspace_site", "identity_secret", "")
            endpoint()
    names = [cast.acme.schema_name, cast.globex.schema_name]
    with context.inside(context.PUBLIC):
        assert outdated.schemas(names, data=True) == []
    with context.inside(cast.acme):
        match change:
            case "a key under another master":
                keyring.make()
                DataKey.objects.update(master="new", wrapped=aes_key_wrap(NEW.key, bytes(32)))
            case "a key that does not open":
                DataKey.objects.update(wrapped=b"0" * 40)
            case "no key at all":
                DataKey.objects.all().delete()
            case _:
                write("workspace_site", "identity_secret", "plain-and-old")
    keyring.opened.clear()
    with context.inside(context.PUBLIC):
        assert outdated.schemas(names, data=True) == ["acme"]
        keys_alone = ["acme"] if change.startswith("a key") else []
        assert outdated.schemas(names, data=False) == keys_alone


def test_a_missing_master_key_is_one_sentence_and_changes_nothing(cast: Cast, settings: Any) -> None:
    settings.MASTER_KEYS = (OLD,)
    with context.inside(cast.acme):
        DataKey.objects.all().delete()
        endpoint()
        held = raw("llm_modelendpoint", "api_key")
    settings.MASTER_KEYS = (NEW,)
    keyring.opened.clear()
    with context.inside(cast.acme), pytest.raises(CannotDecrypt, match="“old” is not in YINGDA_MASTER_KEYS"):
        _ = ModelEndpoint.objects.get().api_key
    with pytest.raises(CommandError, match="did not open"):
        run("--data", "--tenant", "acme")
    settings.MASTER_KEYS = (MasterKey("old", NEW.key),)
    with context.inside(cast.acme):
        assert raw("llm_modelendpoint", "api_key") == held
        with pytest.raises(CannotDecrypt, match="not the one that wrapped"):
            _ = ModelEndpoint.objects.get().api_key


def test_a_new_data_key_takes_over_row_by_row_and_a_stopped_run_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with context.inside(cast.acme):
        for number in range(7):
            endpoint(f"sk-{number}", str(number))
        old, new = keyring.current(), keyring.make()
        seen: list[int] = []
        batch = resealing._batch

        def stopped(model: Any, fields: Any, pks: Any, count: Any) -> None:
            if model is ModelEndpoint and seen:
                raise KeyboardInterrupt
            seen.extend(pks if model is ModelEndpoint else [])
            batch(model, fields, pks, count)

        with monkeypatch.context() as broken:
            broken.setattr(resealing, "_batch", stopped)
            with pytest.raises(KeyboardInterrupt):
                resealing.reseal(at_once=3)
        keys = [sealing.key_of(value) for value in ModelEndpoint.objects.order_by("pk").values_list("api_key", flat=True)]
        assert keys == [new.id] * 3 + [old.id] * 4
        assert resealing.reseal(at_once=3).rows >= 4
        assert resealing.reseal().rows == 0
        DataKey.objects.filter(pk=old.id).delete()
        keyring.opened.clear()
        assert [row.api_key for row in ModelEndpoint.objects.order_by("pk")] == [f"sk-{number}" for number in range(7)]


def test_deleting_the_key_shreds_what_it_locked_and_only_that(cast: Cast) -> None:
    with context.inside(cast.acme):
        endpoint()
        DataKey.objects.filter(scope="tenant").delete()
        keyring.opened.clear()
        with pytest.raises(CannotDecrypt, match="deleted"):
            _ = ModelEndpoint.objects.get().api_key
        assert endpoint("sk-new", "new").api_key == "sk-new"
    with context.inside(cast.globex):
        assert Site.load().identity_secret


def test_each_tenant_has_its_own_key_and_the_template_none(cast: Cast) -> None:
    with context.inside(context.PUBLIC):
        text = creation.template_sql() or ""
        tenant = creation.create_tenant(slug="third", name="Third", domains=["third.test"])
    assert "workspace_datakey" in text
    assert "INTO yingda_template.workspace_datakey" not in text
    found = set()
    for each in (cast.acme, cast.globex, tenant):
        with context.inside(each):
            found |= {(keyring.current().id, keyring.current().key)}
    assert len(found) == 3
    with context.inside(tenant), pytest.raises(IntegrityError):
        DataKey.objects.bulk_create([DataKey(pk=str(n), scope="index", wrapped=b"", created_at=timezone.now()) for n in (1, 2)])


def test_keys_in_memory_are_bounded_and_end(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "MOST_OPEN", 2)
    for number in range(5):
        keyring.opened.put(("acme", str(number)), bytes(32))
    assert len(keyring.opened) == 2
    monkeypatch.setattr(keyring, "OPEN_SECONDS", -1.0)
    keyring.opened.put(("acme", "late"), bytes(32))
    assert keyring.opened.get(("acme", "late")) is None


def test_pages_of_the_admin_are_drawn_without_the_key_and_lose_nothing(cast: Cast) -> None:
    with context.inside(cast.acme):
        row = endpoint()
        webhook.rotate()
        held = raw("llm_modelendpoint", "api_key")
        DataKey.objects.all().delete()
        keyring.opened.clear()
    alice = Client(headers={"host": ACME_HOST})
    alice.post("/admin/login/", {"username": "alice", "password": PASSWORD})
    for page in (
        "llm/modelendpoint/",
        f"llm/modelendpoint/{row.pk}/change/",
        "workspace/site/1/change/",
        "agents/desksettings/1/change/",
    ):
        assert alice.get(f"/admin/{page}").status_code in (200, 302), page
    form = {"name": "cloud", "tier": "3", "base_url": "https://models.example/v1", "model": "m", "api_key": "", "seconds": "9"}
    form |= {"max_tokens": "400", "enabled": "on"}
    saved = alice.post(f"/admin/llm/modelendpoint/{row.pk}/change/", form)
    assert saved.status_code == 302, saved.content.decode()[-3000:]
    with context.inside(cast.acme):
        assert (raw("llm_modelendpoint", "api_key"), ModelEndpoint.objects.get().seconds) == (held, 9)
        assert DeskSettings.load().offer_seconds == 30
    answer = alice.post("/admin/workspace/site/secret/")
    assert (answer.status_code, "its key is missing" in answer.content.decode()) == (503, True)


def test_a_key_is_made_in_the_data_folder_once_and_for_its_owner_alone(tmp_path: Path, settings: Any) -> None:
    settings.MASTER_KEYS, settings.MASTER_KEY_FILE = (), tmp_path / "data" / "master.key"
    first = master.keys()
    assert master.keys() == first
    assert stat.S_IMODE(settings.MASTER_KEY_FILE.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["master.key"]
    settings.MASTER_KEY_FILE.write_text("x")
    with pytest.raises(CannotDecrypt, match=r"master\.key in the data folder is damaged"):
        master.keys()
    settings.MASTER_KEY_FILE = None
    with pytest.raises(CannotDecrypt, match="YINGDA_MASTER_KEYS"):
        master.keys()


def written(key: MasterKey) -> str:
    return f"{key.name}:{base64.b64encode(key.key).decode()}"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "YINGDA_MASTER_KEYS is empty."),
        ("nonsense", "YINGDA_MASTER_KEYS: number 1 of the list is not a master key."),
        (f"{written(OLD)},short:AAAA", "YINGDA_MASTER_KEYS: number 2 of the list is not a master key."),
        (f"same:{'A' * 43}=", "YINGDA_MASTER_KEYS: number 1 of the list is not a master key."),
        (f"{written(OLD)},{written(OLD)}", "YINGDA_MASTER_KEYS has two keys of one name."),
    ],
)
def test_a_wrong_list_of_master_keys_is_told_without_a_key_in_it(
    value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINGDA_MASTER_KEYS", value)
    monkeypatch.setattr(env, "problems", [])
    assert env.master_keys("YINGDA_MASTER_KEYS", required=True) == ()
    assert env.problems[0][0] == problem
    assert "openssl rand -base64 32" in env.problems[0][1] or "name of its own" in env.problems[0][1]


def test_master_keys_are_read_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    url_safe = written(NEW).replace("+", "-").replace("/", "_").rstrip("=")
    monkeypatch.setenv("YINGDA_MASTER_KEYS", f" {url_safe} , {written(OLD)}")
    assert env.master_keys("YINGDA_MASTER_KEYS", required=True) == (NEW, OLD)
    assert base64.b64encode(OLD.key).decode() not in repr(OLD)
