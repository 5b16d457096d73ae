"""Guessing passwords: slow from everywhere, costing nobody else, and no way to lock an owner out."""

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from channels.testing import ApplicationCommunicator
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client

from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.live.threads import at_door
from apps.tenants.network import neighbourhood
from apps.tenants.workspace import invitations, login, passwords
from apps.tenants.workspace.models import Member, Role
from config.asgi import application
from tests.admin.conftest import PLATFORM_HOST, Browser, make_member, text
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast

LOGIN, CHANGE = "/admin/login/", "/admin/password_change/"
WRONG, SLOWER = "The user name or the password is wrong.", "Too many wrong passwords. Try again in"


@pytest.fixture(autouse=True)
def _nobody_has_guessed_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """And no time goes by: pauses begin with a second, which on a busy machine is over before the next guess."""
    now = int(time.time())
    monkeypatch.setattr(login, "_ADMIT", login._ADMIT.replace("redis.call('TIME')", f"{{{now}, 0}}"))
    valkey.client().flushdb()
    yield
    valkey.client().flushdb()


@pytest.fixture
def hashed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was hashed, quickly here; the cast's own are made anew."""
    found: list[str] = []
    encode = passwords.Hasher.encode

    def counted(hasher: passwords.Hasher, password: str, salt: str, iterations: int | None = None) -> str:
        found.append(password)
        return encode(hasher, password, salt, iterations)

    monkeypatch.setattr(passwords.Hasher, "iterations", 1)
    for tenant, people in ((cast.acme, (cast.alice, cast.bob)), (cast.globex, (cast.mallory,))):
        with context.inside(tenant):
            for member in people:
                member.set_password(PASSWORD)
                member.save()
    monkeypatch.setattr(passwords.Hasher, "encode", counted)
    return found


def guess(name: str, password: str = WRONG, host: str = ACME_HOST, at: str = "192.0.2.1", client: Client | None = None) -> Any:
    return Browser(host, client or Client()).post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=at)


def refused_after(guesses: Iterable[Any]) -> int:
    """The number of passwords compared before one was refused, with a sentence, a status and a time."""
    for number, answer in enumerate(guesses):
        if answer.status_code == 429:
            assert SLOWER in text(answer)
            assert int(answer.headers["Retry-After"]) >= 1
            return number
        assert WRONG in text(answer)
    raise AssertionError("never")


def test_one_name_from_one_address_is_held_before_anything_is_hashed(cast: Cast, hashed: list[str]) -> None:
    free = login.RULES["own"].free
    assert refused_after(guess("alice") for _ in range(50)) == free
    assert len(hashed) == free
    assert guess("alice", PASSWORD).status_code == 429
    assert len(hashed) == free


def test_one_address_that_tries_many_names_is_held_at_every_tenant(cast: Cast, hashed: list[str]) -> None:
    hosts = [ACME_HOST, GLOBEX_HOST, PLATFORM_HOST]
    free = login.RULES["address"].free
    assert refused_after(guess(f"name{n}", host=hosts[n % 3]) for n in range(80)) == free
    assert len(hashed) == free
    assert guess("mallory", PASSWORD, GLOBEX_HOST).status_code == 429
    assert guess("mallory", PASSWORD, GLOBEX_HOST, at="192.0.2.2").status_code == 302


def test_one_name_from_many_addresses_is_held(cast: Cast, hashed: list[str]) -> None:
    assert refused_after(guess("alice", at=f"192.0.2.{n}") for n in range(80)) == login.RULES["name"].free
    assert guess("bob", PASSWORD, at="192.0.2.90").status_code == 302


def test_many_names_from_many_addresses_are_held_at_that_tenant_alone(
    cast: Cast, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 15  # sixty take long
    monkeypatch.setitem(login.RULES, "tenant", replace(login.RULES["tenant"], free=free))
    assert refused_after(guess(f"name{n}", at=f"192.0.2.{n}") for n in range(90)) == free
    assert guess("mallory", PASSWORD, GLOBEX_HOST, at="192.0.2.99").status_code == 302


def test_a_line_of_ipv6_counts_as_one_address(cast: Cast, hashed: list[str]) -> None:
    tries = (guess(f"name{n}", at=f"2001:db8:0:1:{n:x}::{n:x}") for n in range(80))
    assert refused_after(tries) == login.RULES["address"].free
    assert guess("alice", PASSWORD, at="2001:db8:0:2::1").status_code == 302


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:ffff::9", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("x" * 500, "x" * 64),
    ],
)
def test_what_counts_as_one_address(text: str, counted: str) -> None:
    assert neighbourhood(text) == counted


def test_a_name_that_nobody_has_costs_and_counts_the_same(cast: Cast, hashed: list[str]) -> None:
    with context.inside(cast.acme):
        Member.objects.filter(pk=cast.bob.pk).update(is_active=False)
        Member.objects.create(username="newcomer", password=make_password(None))
    for name in ("alice", "nobody", "bob", "newcomer"):
        before = len(hashed)
        answer = guess(name, at=f"192.0.2.{before}")
        assert (answer.status_code, len(hashed) - before) == (200, 1), name
        assert WRONG in text(answer)
    assert refused_after(guess("nobody-else") for _ in range(50)) == login.RULES["own"].free


def test_a_form_without_a_password_forgives_nothing(cast: Cast, hashed: list[str]) -> None:
    def trick() -> Iterator[Any]:
        for _ in range(50):
            yield guess("alice")
            assert guess("alice", "").status_code == 200

    assert refused_after(trick()) == login.RULES["own"].free


def test_waits_grow_and_end(cast: Cast, hashed: list[str]) -> None:
    """The clock is Valkey's; what it has shut is opened by hand, as if the time had passed."""

    def pauses(rule: str, key: str) -> list[int]:
        found = []
        for _ in range(12):
            login._admit([(rule, key)])
            shut, at = (float(value or 0) for value in valkey.client().hmget(key, "shut", "at"))
            found.append(round(max(0, shut - at)))
            valkey.client().hdel(key, "shut")
        return found

    free, longest = login.RULES["name"].free, login.RULES["name"].longest
    valkey.client().hset("place", mapping={"count": free - 3, "at": 2**33})
    assert pauses("name", "place") == [0, 0, 1, 2, 4, 8, 16, 32, longest, longest, longest, longest]


def test_who_knows_one_password_guesses_no_other_faster(cast: Cast, hashed: list[str]) -> None:
    def trick() -> Iterator[Any]:
        for _ in range(80):
            yield guess("alice", at="192.0.2.5")
            stranger = Browser(ACME_HOST).post(LOGIN, {"username": "bob", "password": PASSWORD}, REMOTE_ADDR="192.0.2.5")
            assert stranger.status_code in (302, 429)

    assert refused_after(trick()) == login.RULES["own"].free


def test_an_owner_is_not_locked_out_by_strangers(cast: Cast, hashed: list[str]) -> None:
    browser = Client()
    assert guess("alice", PASSWORD, client=browser, at="198.51.100.1").status_code == 302
    browser.post("/admin/logout/", headers={"host": ACME_HOST})
    assert refused_after(guess("alice", at=f"192.0.2.{n}") for n in range(80)) == login.RULES["name"].free
    assert guess("alice", PASSWORD, at="198.51.100.77").status_code == 429
    assert guess("alice", PASSWORD, client=browser, at="198.51.100.77").status_code == 302  # another place, the same browser
    assert guess("alice", PASSWORD, at="198.51.100.1").status_code == 302  # another browser, the same place
    longest = int(guess("alice", PASSWORD, at="198.51.100.78").headers["Retry-After"])
    assert longest <= login.RULES["name"].longest


def test_a_known_browser_is_one_for_its_own_name_and_tenant_and_has_limits_too(cast: Cast, hashed: list[str]) -> None:
    browser = Client()
    guess("mallory", PASSWORD, GLOBEX_HOST, client=browser)
    (cookie,) = (morsel for name, morsel in browser.cookies.items() if name.startswith(login.COOKIE))
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/admin/")
    browser.cookies[f"{login.COOKIE}_{login._digest('alice')[:12]}"] = cookie.value
    tries = (guess("alice", client=browser, at=f"192.0.2.{n}") for n in range(80))
    assert refused_after(tries) == login.RULES["name"].free
    again = (guess("mallory", host=GLOBEX_HOST, client=browser, at=f"192.0.2.{n}") for n in range(80))
    assert refused_after(again) == login.RULES["own"].free


def test_the_old_password_is_not_guessed_at_the_change_either(cast: Cast, hashed: list[str], owner: Browser) -> None:
    new = {"new_password1": "a horse of another colour", "new_password2": "a horse of another colour"}
    free = login.RULES["own"].free
    for _ in range(free):
        answer = owner.post(CHANGE, {"old_password": "wrong", **new})
        assert answer.status_code == 200
    before = len(hashed)
    answer = owner.post(CHANGE, {"old_password": PASSWORD, **new})
    assert (answer.status_code, len(hashed)) == (429, before)
    assert SLOWER in text(answer)
    valkey.client().flushdb()
    assert owner.post(CHANGE, {"old_password": PASSWORD, **new}).status_code == 302
    assert guess("alice", "a horse of another colour").status_code == 302


def test_it_is_said_in_chinese_too(cast: Cast, hashed: list[str]) -> None:
    for _ in range(login.RULES["own"].free):
        guess("mallory", host=GLOBEX_HOST)
    browser = Browser(GLOBEX_HOST, Client(headers={"accept-language": "zh-hans"}))
    answer = browser.post(LOGIN, {"username": "mallory", "password": PASSWORD}, REMOTE_ADDR="192.0.2.1")
    assert (answer.status_code, "密码错误次数过多，请 1 秒后再试。" in text(answer)) == (429, True)


def test_without_valkey_people_still_come_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise OSError

    with monkeypatch.context() as changed:
        changed.setattr(valkey, "client", away)
        assert guess("alice", PASSWORD).status_code == 302
        assert WRONG in text(guess("alice"))


def test_hashes_are_djangos_own_and_made_on_a_thread_behind_all_others() -> None:
    encoded = make_password("secret")
    assert encoded.startswith("pbkdf2_sha256$1")
    assert check_password("secret", encoded)
    assert not check_password("other", encoded)
    (thread,) = {each.name for each in threading.enumerate() if each.name.startswith("passwords")}
    assert thread == "passwords_0"


@contextmanager
def stuck() -> Iterator[None]:
    """Fills the queue of passwords to its limit."""
    taken = [passwords._places.acquire(blocking=False) for _ in range(1 + passwords.MOST_WAITING)]
    assert all(taken)
    yield
    for _ in taken:
        passwords._places.release()


def test_when_too_many_passwords_wait_every_door_says_so_and_keeps_nothing(
    cast: Cast, owner: Browser, platform: Browser
) -> None:
    carol, invited = Browser(ACME_HOST), make_member(cast.acme, Role.AGENT)
    with context.inside(cast.acme):
        invitations.invite(invited)
        choose = carol.get(invitations.path(invited))["Location"]
    new = {"new_password1": "a horse of another colour", "new_password2": "a horse of another colour"}
    for browser, path, form in (
        (Browser(ACME_HOST), LOGIN, {"username": "alice", "password": PASSWORD}),
        (Browser(PLATFORM_HOST), LOGIN, {"username": "root", "password": PASSWORD}),
        (owner, CHANGE, {"old_password": PASSWORD, **new}),
        (carol, choose, new),
    ):
        with stuck():
            answer = browser.post(path, form)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(passwords.COME_AGAIN)), path
        assert "Too many others are ahead of you." in text(answer)
        assert "目前请求较多。" in text(answer)
    with context.inside(cast.acme):
        assert not Member.objects.get(pk=invited.pk).has_usable_password()


async def ask(method: str, host: str, path: str) -> ApplicationCommunicator:
    headers = [(b"host", host.encode()), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
    browser = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await browser.send_input({"type": "http.request", "body": b"username=a&password=b"})
    return browser


@pytest.mark.parametrize("path", [LOGIN, CHANGE, "/admin/workspace/member/add/", "/admin/workspace/member/x/password/"])
async def test_passwords_wait_beside_the_pages_and_the_next_one_too_many_is_told(committed: Cast, path: str) -> None:
    gate = threading.Event()

    def hold() -> asyncio.Future[bool]:
        with context.inside(committed.acme):
            return asyncio.ensure_future(at_door(gate.wait)())

    held = [hold() for _ in range(6)]
    await asyncio.sleep(0)
    try:
        for method, host, expected in (("POST", ACME_HOST, 503), ("GET", ACME_HOST, None), ("GET", GLOBEX_HOST, None)):
            browser = await ask(method, host, path)
            start = await browser.receive_output(20)
            await browser.receive_output(20)
            await browser.wait(20)
            assert (start["status"] == 503) == (expected == 503), (method, host, start["status"])
    finally:
        gate.set()
        await asyncio.gather(*held)
