"""The identities a site vouches for: all of a signed token, of the older form the number alone; others' words are claims."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import UUID

import pytest

from apps.agents.casework import contacts
from apps.agents.console.verbs.customer import Describe
from apps.conversations import handover
from apps.conversations.models import Visitor
from apps.conversations.wire import frames
from apps.tenants import context, email_address
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Site
from tests.agents.asking import ask
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import opened
from tests.conversations.customer.test_session import post

VERA = {"user_id": "customer-7", "name": "Vera", "email": "vera@example.com", "phone": "+47 913 37 042"}


@pytest.fixture
def site(cast: Cast) -> Site:
    with context.inside(cast.acme):
        return opened(Site.load())


def part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(site: Site, age: float = 0, header: Any = None, secret: str = "", **fields: Any) -> str:
    """A token as any library makes it; a field that is None is left out."""
    told = {"iat": int(time.time() - age), **VERA, **fields}
    payload = {name: value for name, value in told.items() if value is not None}
    text = ".".join(part(json.dumps(one).encode()) for one in (header or {"alg": "HS256", "typ": "JWT"}, payload))
    return f"{text}.{part(hmac.new((secret or site.identity_secret).encode(), text.encode(), hashlib.sha256).digest())}"


def older(site: Site, user_id: str = "customer-7", **claimed: Any) -> dict[str, Any]:
    signature = hmac.new(site.identity_secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
    return {"user_id": user_id, "signature": signature, **claimed}


def enter(site: Site, identity: Any = None, host: str = ACME_HOST, **more: Any) -> Any:
    return post(host, {"site_key": site.site_key, "identity": identity, **more})


def visitor(cast: Cast, answer: Any) -> Visitor:
    with context.inside(cast.acme):
        found = Visitor.objects.get(pk=answer.json()["visitor_id"])
        _ = found.email, found.phone, found.claims, found.signed
    return found


def test_all_of_a_token_is_vouched_for(cast: Cast, site: Site) -> None:
    answer = enter(
        site, {"token": signed(site, attributes={"plan": "Gold", "seats": 3})}, attributes={"plan": "Platinum", "x": 1}
    )
    vera = visitor(cast, answer)
    assert (vera.user_id, vera.name, vera.email, vera.phone) == tuple(VERA.values())
    assert (sorted(vera.vouched), vera.signed) == (["email", "name", "phone"], {"plan": "Gold", "seats": 3})
    with context.inside(cast.acme):
        card = contacts.card(ask(visitor=Visitor.objects.get(pk=vera.pk)))
    assert (card["signed"]["plan"], card["claims"]) == ("Gold", {"x": 1}), "a claim stands beside nothing that was signed"


def test_the_older_form_vouches_for_the_number_alone(cast: Cast, site: Site) -> None:
    vera = visitor(cast, enter(site, older(site, name="Vera", email="vera@example.com")))
    assert (vera.user_id, vera.email, vera.vouched) == ("customer-7", "vera@example.com", [])
    enter(site, {"token": signed(site)})
    later = visitor(cast, enter(site, older(site, name="Mallory", email="mallory@evil.example", phone="1")))
    assert (later.pk, later.name, later.email) == (vera.pk, "Vera", "vera@example.com")


@pytest.mark.parametrize("name", ["sub", "external_id", "user_id"])
def test_other_desks_names_for_the_number_are_known(cast: Cast, site: Site, name: str) -> None:
    told: dict[str, Any] = {"user_id": None, "phone": None, "phone_number": "123", name: 77 if name != "sub" else "77"}
    found = visitor(cast, enter(site, {"token": signed(site, **told)}))
    assert (found.user_id, found.phone) == ("77", "123")


def forged(site: Site) -> dict[str, str]:
    head, payload, signature = signed(site).split(".")
    other = part(json.dumps({**VERA, "user_id": "customer-8", "iat": int(time.time())}).encode())
    none = part(json.dumps({"alg": "none"}).encode())
    return {
        "another payload": f"{head}.{other}.{signature}",
        "no algorithm": f"{none}.{payload}.",
        "another algorithm": signed(site, header={"alg": "HS512"}),
        "critical extension": signed(site, header={"alg": "HS256", "crit": ["b64"]}),
        "another secret": signed(site, secret="guess"),
        "cut": f"{head}.{payload}",
        "nothing": "..",
        "not base64": f"{head}.{payload}.!!!",
        "too deep": f"{part(b'[' * 3000)}.{payload}.{signature}",
        "not JSON": f"{part(b'x')}.{payload}.{signature}",
        "letters of elsewhere": f"{head}.{payload}.签名",
        "no time": signed(site, iat=None),
        "a time in words": signed(site, iat="today"),
        "tomorrow": signed(site, age=-86_400),
        "too old": signed(site, age=25 * 3600),
        "expired": signed(site, age=7200, exp=int(time.time()) - 3600),
        "nobody": signed(site, user_id=None),
    }


def test_what_is_not_rightly_signed_is_refused_with_a_sentence(cast: Cast, site: Site) -> None:
    for why, token in forged(site).items():
        answer = enter(site, {"token": token})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), why
        assert answer.json()["message"].endswith(".")
    with context.inside(cast.acme):
        assert not Visitor.objects.exclude(user_id=None).exists()


def test_a_page_that_was_let_in_in_time_goes_on_and_another_browser_is_not(cast: Cast, site: Site, settings: Any) -> None:
    token = signed(site, age=23 * 3600)
    first = enter(site, {"token": token}).json()
    settings.IDENTITY_HOURS = 1
    again = enter(site, {"token": token}, visitor=first["token"])
    assert (again.status_code, again.json()["visitor_id"]) == (200, first["visitor_id"])
    assert enter(site, {"token": token}).status_code == 401
    assert enter(site, {"token": token}, visitor=enter(site).json()["token"]).status_code == 401


def test_an_older_token_changes_nothing_that_a_newer_one_said(cast: Cast, site: Site) -> None:
    old = signed(site, age=3600, email="old@example.com", attributes={"plan": "Free"})
    enter(site, {"token": signed(site, attributes={"plan": "Gold"})})
    vera = visitor(cast, enter(site, {"token": old}))
    assert (vera.email, vera.signed) == ("vera@example.com", {"plan": "Gold"})


def test_what_somebody_types_never_replaces_what_was_signed(cast: Cast, site: Site) -> None:
    vera = visitor(cast, enter(site, {"token": signed(site, phone=None)}))
    with context.inside(cast.acme):
        row = ask(visitor=vera)
        handover.leave_contact(row.pk, "elsewhere@example.com", "Somebody")
        now = Visitor.objects.get(pk=vera.pk)
        assert (now.name, now.email, now.vouched) == ("Vera", "vera@example.com", ["name", "email"])
        assert row.handovers.get().contact == "elsewhere@example.com", "that is where this answer goes"
        contacts.describe(vera.pk, {"email": "agent@example.com", "phone": "12345"})
        now = Visitor.objects.get(pk=vera.pk)
        assert (now.email, now.phone, now.vouched) == ("agent@example.com", "12345", ["name"])
    again = visitor(cast, enter(site, {"token": signed(site, phone=None)}))
    assert (again.email, again.phone, again.vouched) == ("vera@example.com", "12345", ["name", "email"])


def test_history_on_another_device_wants_the_signature_and_equal_claims_stay_apart(cast: Cast, site: Site) -> None:
    vera = enter(site, {"token": signed(site)}).json()["visitor_id"]
    assert enter(site, {"token": signed(site)}).json()["visitor_id"] == vera
    strangers = {enter(site, {"name": "Vera", "email": "vera@example.com"}).json()["visitor_id"] for _ in range(2)}
    assert len(strangers | {vera}) == 3
    assert enter(site, {"user_id": "customer-7", "email": "vera@example.com"}).status_code == 401


def test_mallorys_secret_vouches_for_nobody_at_acme(cast: Cast, site: Site) -> None:
    with context.inside(cast.globex):
        theirs = opened(Site.load())
    assert enter(site, {"token": signed(theirs)}).status_code == 401
    assert enter(theirs, {"token": signed(theirs)}, host=GLOBEX_HOST).status_code == 200
    with context.inside(cast.acme):
        assert not Visitor.objects.filter(user_id="customer-7").exists()


WRONG = [
    "vera",
    "vera@",
    "@example.com",
    "vera@example.com\nBcc: all@example.com",
    "vera@example.com\r\n",
    "\nvera@example.com",
    "vera@example.com,bob@example.com",
    "vera@example.com; bob@example.com",
    "Vera <vera@example.com>",
    '"vera"@example.com',
    "vera@example.com (Vera)",
    "vera@example.com\x00",
    "vera@example.com\u2028",
    "vera @example.com",
    "vera@@example.com",
    "vera@exa_mple.com",
    "vera@-example.com",
    "véra@example.com",
    f"{'v' * 250}@example.com",
    f"vera@{'a' * 64}.com",
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_not_one_address_is_refused_at_every_door(cast: Cast, site: Site, wrong: str) -> None:
    assert not email_address.is_one(wrong)
    for identity in ({"email": wrong}, older(site, email=wrong), {"token": signed(site, email=wrong)}):
        answer = enter(site, identity)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_frame"), identity
    with pytest.raises(Refusal):
        frames.parse(json.dumps({"type": "contact", "email": wrong}))
    with pytest.raises(Refusal):
        Describe.read({"visitor": str(UUID(int=1)), "email": wrong})


@pytest.mark.parametrize(
    "right", ["vera@example.com", " vera@example.com ", "v.e+r_a@sub.example.co.uk", "vera@商店.example", "o'neil@example.com"]
)
def test_what_is_one_address_is_taken(right: str) -> None:
    assert email_address.checked(right) == right.strip()
