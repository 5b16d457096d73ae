"""A filter's own code in the admin: looked at by a worker, tried, put in force; refused in a sentence, with nothing kept."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.filters import part
from apps.filters.models import Filter, Module, Stop
from apps.filters.sandbox.content import LARGEST, digest
from apps.filters.tasks import try_rule
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text, tried
from tests.cast import Cast
from tests.filters.sandbox import wat

LIST = "/admin/filters/filter/"
LOOPS = wat.only_with("x", wat.LOOP)


def file(content: bytes = wat.DIGITS, name: str = "digits.wasm") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def given(**changed: Any) -> dict[str, Any]:
    usual = {
        "name": "numbers",
        "enabled": "on",
        "order": "10",
        "kind": "wasm",
        "on_fault": "pass",
        "directions": ["from_bot"],
        "action": "mask",
        "must_catch": "卡号是62220212",
        "must_pass": "转账失败怎么办",
    }
    return {**usual, **changed}


def kept(cast: Cast) -> tuple[list[Filter], list[str]]:
    with context.inside(cast.acme):
        return list(Filter.objects.all()), [module.digest for module in Module.objects.all()]


def test_code_is_in_force_as_a_release_that_names_it(cast: Cast, hire: Hire, worker: None) -> None:
    operator = hire(Role.OPERATOR)
    with context.inside(cast.acme):
        active()
    answer = operator.post(f"{LIST}add/", given(module_file=file()), follow=True)
    assert "is live: Filters: numbers" in text(answer)
    (row,), modules = kept(cast)
    assert row.settings == {"module": digest(wat.DIGITS), "on_fault": "pass"}
    assert modules == [digest(wat.DIGITS)]
    with context.inside(cast.acme):
        (frozen,) = active().frozen["filters"]["rules"]
        assert frozen["settings"] == row.settings
    form = text(operator.get(f"{LIST}{row.pk}/change/"))
    assert f"In use: digits.wasm ({len(wat.DIGITS)}\xa0bytes, SHA-256 {digest(wat.DIGITS)[:12]}…)." in form


def test_code_stays_where_no_other_is_sent(cast: Cast, owner: Browser, worker: None) -> None:
    owner.post(f"{LIST}add/", given(module_file=file()))
    (row,), _modules = kept(cast)
    changed = given(on_fault="block", say="Sorry.", must_pass="另一句")
    assert owner.post(f"{LIST}{row.pk}/change/", changed).status_code == 302
    (row,), modules = kept(cast)
    assert row.settings == {"module": digest(wat.DIGITS), "on_fault": "block"}
    owner.post(f"{LIST}{row.pk}/change/", given(module_file=file(LOOPS)))
    (row,), modules = kept(cast)
    assert row.settings == {"module": digest(LOOPS), "on_fault": "pass"}
    assert set(modules) == {digest(wat.DIGITS), digest(LOOPS)}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "Choose the file of a module."),
        ({"module_file": file(b"")}, "The submitted file is empty."),
        ({"module_file": file(b"MZ\x90")}, "This is no WebAssembly module"),
        ({"module_file": file(wat.DIGITS + bytes(LARGEST))}, "The module is larger than 2 MB."),
        ({"module_file": file(wat.DIGITS[:-3])}, "The module can&#x27;t be compiled"),
        ({"module_file": file(wat.DIGITS[:-3]), "enabled": ""}, "The module can&#x27;t be compiled"),
        (
            {"module_file": file(wat.DIGITS.replace(b"filter", b"filler"))},
            "does not export the function filter(i32, i32) -&gt; i64",
        ),
        ({"module_file": file(), "must_catch": "nothing"}, "It does not catch “nothing”."),
        ({"module_file": file(LOOPS), "must_pass": "x"}, "Its code was cut off at “x”"),
        ({"module_file": file(), "on_fault": "block"}, "Say which words are used instead."),
        ({"module_file": file(), "on_fault": "explode"}, "Select a valid choice"),
        ({"module_file": file(), "name": ""}, "Nothing was saved. Choose the file again."),
        ({"module_file": file(), "must_catch": "nothing", "name": "n"}, "Nothing was saved. Choose the file again."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    cast: Cast, owner: Browser, worker: None, changed: dict[str, Any], told: str
) -> None:
    for each in changed.values():
        if isinstance(each, SimpleUploadedFile):
            each.seek(0)
    answer = owner.post(f"{LIST}add/", given(**changed))
    assert answer.status_code == 200
    assert told in text(answer)
    assert kept(cast) == ([], [])


def test_a_draft_may_fail_its_examples_and_keeps_its_code(cast: Cast, owner: Browser, worker: None) -> None:
    assert owner.post(f"{LIST}add/", given(module_file=file(), must_catch="nothing", enabled="")).status_code == 302
    (row,), modules = kept(cast)
    assert (row.enabled, modules) == (False, [digest(wat.DIGITS)])


def test_a_file_that_another_kind_does_not_want_is_let_be(cast: Cast, owner: Browser) -> None:
    words = given(kind="words", words="保本", must_catch="保本", module_file=file(b"MZ"))
    assert owner.post(f"{LIST}add/", words).status_code == 302
    (row,), modules = kept(cast)
    assert (row.settings["words"], modules) == (["保本"], [])


def test_without_a_worker_nothing_is_kept(cast: Cast, owner: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.filters.trial.SECONDS", 0.1)
    assert "No worker picked up the test in time." in text(owner.post(f"{LIST}add/", given(module_file=file())))
    assert kept(cast) == ([], [])


def test_code_is_tried_before_anything_is_kept(cast: Cast, owner: Browser) -> None:
    page = tried(cast, owner, f"{LIST}test/", given(module_file=file(), try_text="卡号 4111"), try_rule)
    assert "<mark>4111</mark>" in page
    assert "It does to its examples what it must." in page
    broken = given(module_file=file(LOOPS), try_text="x 4111", on_fault="block", say="Sorry.")
    page = tried(cast, owner, f"{LIST}test/", broken, try_rule)
    assert "The code was cut off in this text: " in page
    assert "Sorry." in page
    bad = given(module_file=file(wat.DIGITS[:-3]), try_text="4111")
    assert "The module can&#x27;t be compiled" in tried(cast, owner, f"{LIST}test/", bad, try_rule)
    assert "Choose the file of a module." in text(owner.post(f"{LIST}test/", given()))
    assert kept(cast) == ([], [])


def test_mallory_gets_nothing_of_another_tenants_code(cast: Cast, owner: Browser, mallory: Browser, worker: None) -> None:
    owner.post(f"{LIST}add/", given(module_file=file()))
    (row,), _modules = kept(cast)
    assert mallory.get(f"{LIST}{row.pk}/change/").status_code == 302
    mallory.post(f"{LIST}{row.pk}/change/", given(module_file=file(LOOPS)))
    claimed = given(module=digest(wat.DIGITS), filter=str(row.pk))  # a digest is no key: no field takes one
    mallory.post(f"{LIST}add/", claimed)
    with context.inside(cast.globex):
        assert not Filter.objects.exists()
        assert not Module.objects.exists()
    (row,), modules = kept(cast)
    assert (row.settings["module"], modules) == (digest(wat.DIGITS), [digest(wat.DIGITS)])


def test_a_person_puts_code_in_force_again(cast: Cast, owner: Browser, worker: None) -> None:
    owner.post(f"{LIST}add/", given(module_file=file()))
    (row,), _modules = kept(cast)
    with context.inside(cast.acme):
        Stop.objects.create(rule=str(row.pk), settings=row.settings)
        screen = part.of(active())
        assert screen
        assert part.in_force(active()) is None
    owner.post(f"{LIST}{row.pk}/change/", given())
    with context.inside(cast.acme):
        assert part.in_force(active()) is screen


def test_agents_send_nothing_up(cast: Cast, hire: Hire) -> None:
    agent = hire(Role.AGENT)
    assert agent.post(f"{LIST}add/", given(module_file=file())).status_code == 403
    assert agent.post(f"{LIST}test/", given(module_file=file())).status_code == 403
    assert kept(cast) == ([], [])


MODULES = "/admin/filters/module/"


def discarded(browser: Browser, *digests: str) -> str:
    return text(browser.post(MODULES, {"action": "discard", "_selected_action": list(digests)}, follow=True))


def test_code_is_deleted_where_nothing_can_run_it(cast: Cast, hire: Hire, worker: None) -> None:
    operator, other = hire(Role.OPERATOR), wat.only_with("y", wat.LOOP)
    draft = given(name="draft", enabled="", module_file=file(other, "other.wasm"))
    operator.post(f"{LIST}add/", given(module_file=file()))
    operator.post(f"{LIST}add/", draft)
    first, second = digest(wat.DIGITS), digest(other)
    page = text(operator.get(MODULES))
    assert "other.wasm" in page
    assert "numbers, #" in page
    assert "other.wasm" in discarded(operator, second)
    assert set(kept(cast)[1]) == {first, second}
    with context.inside(cast.acme):
        Filter.objects.all().delete()
    told = discarded(operator, first, second)
    assert f"digits.wasm ({first[:12]}…) is in release #" in told
    assert "which may be made live again." in told
    assert "1 module deleted." in told
    assert kept(cast)[1] == [first]


def test_nobody_else_deletes_code(cast: Cast, hire: Hire, mallory: Browser) -> None:
    with context.inside(cast.acme):
        own = Module.keep(wat.DIGITS, "digits.wasm").digest
    assert hire(Role.AGENT).post(MODULES, {"action": "discard", "_selected_action": [own]}).status_code == 403
    assert "digits.wasm" not in text(mallory.get(MODULES))
    discarded(mallory, own)
    assert mallory.post(f"{MODULES}{own}/delete/", {"post": "yes"}).status_code == 404
    assert kept(cast)[1] == [own]
