"""Site, models, releases: saving publishes, secrets stay, going back is explained and undone."""

import http.server
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from apps.llm.models import ModelEndpoint, Usage
from apps.llm.tasks import try_endpoint
from apps.releases.models import Release
from apps.releases.publishing import active
from apps.tenants import context, trials
from apps.tenants.live import valkey
from apps.tenants.workspace.models import Role, Site
from tests.admin.conftest import Browser, Hire, asking, text, tried
from tests.cast import Cast
from tests.conversations.client import opened
from tests.knowledge.conftest import know

SITE = {
    "name": "Acme",
    "language": "en",
    "greeting": "Hello there.",
    "suggestions": "Where is my order?\nHow do I return it?",
    "accent": "#1f5f4a",
    "position": "left",
    "mode": "auto",
    "allowed_origins": "HTTPS://Shop.Example.com/page\nhttp://localhost:3000\nhttp://商店.test\nＭüller.example\nhttp://[::1]:3000",
    "floor": "0.3",
    "sure": "0.8",
    "office_hours": '{"mon": [["09:00", "18:00"]], "tue": []}',
    "timezone": "Asia/Shanghai",
    "reply_minutes": "3",
}


def site_of(cast: Cast) -> Site:
    with context.inside(cast.acme):
        return opened(Site.load())


def site_path(cast: Cast) -> str:
    return f"/admin/workspace/site/{site_of(cast).pk}/change/"


def test_a_saved_site_is_live_as_a_release(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        before = active().number
    saved = owner.client.post(site_path(cast), SITE, headers={"host": owner.host}, follow=True)
    assert f"Release #{before + 1} is live" in saved.content.decode()
    site = site_of(cast)
    assert site.allowed_origins == [
        "https://shop.example.com",
        "http://localhost:3000",
        "http://xn--czrs0t.test",
        "https://xn--mller-kva.example",
        "http://[::1]:3000",
    ]
    assert site.office_hours == {"mon": [["09:00", "18:00"]]}
    assert site.suggestions == ["Where is my order?", "How do I return it?"]
    with context.inside(cast.acme):
        live = active()
        assert live.frozen["site"]["sure"] == 0.8
        assert live.created_by == cast.alice


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("floor", "0.9", "cannot be above"),
        ("sure", "1.5", "less than or equal to 1"),
        ("accent", "red", "Use a colour"),
        ("allowed_origins", "*", "is not a valid site"),
        ("allowed_origins", "javascript:alert(1)", "is not a valid site"),
        ("allowed_origins", "https://shop.example.com:99999", "is not a valid site"),
        ("allowed_origins", "https://[::1", "is not a valid site"),
        ("allowed_origins", "https://商店。。test", "is not a valid site"),
        ("suggestions", "\n".join(f"q{n}" for n in range(6)), "at most 5"),
        ("office_hours", '{"mon": [["09:00", "09:00"]]}', "cannot end when they begin"),
        ("office_hours", '{"mon": [["24:00", "09:00"]]}', "24:00 is where it ends"),
        ("office_hours", '{"mon": [["09:00", "25:00"]]}', "pairs of times"),
        ("office_hours", '{"someday": []}', "Office hours must name the days"),
        ("office_hours", "[1]", "Office hours"),
        ("office_hours", "nine to five", "valid JSON"),
        ("timezone", "Mars/Olympus", "not one of the available"),
    ],
)
def test_wrong_settings_are_told_at_the_field(cast: Cast, owner: Browser, field: str, value: str, sentence: str) -> None:
    answer = owner.post(site_path(cast), {**SITE, field: value})
    assert answer.status_code == 200
    assert sentence in text(answer).replace("&#x27;", "'")
    assert site_of(cast).greeting == ""


def test_the_snippet_is_ready_to_copy(cast: Cast, owner: Browser) -> None:
    page = text(owner.get(site_path(cast)))
    assert "http://acme.test/widget.js" in page
    assert site_of(cast).site_key in page


def test_the_identity_secret_is_the_owners_alone(cast: Cast, owner: Browser, hire: Hire) -> None:
    secret = site_of(cast).identity_secret
    assert secret not in text(owner.get(site_path(cast)))
    assert owner.get("/admin/workspace/site/secret/").status_code == 405
    assert secret in text(owner.post("/admin/workspace/site/secret/"))
    for role in (Role.OPERATOR, Role.AGENT, Role.VIEWER):
        browser = hire(role)
        assert browser.post("/admin/workspace/site/secret/").status_code == 403
        assert browser.post("/admin/workspace/site/secret/rotate/").status_code == 403
    assert site_of(cast).identity_secret == secret


def test_a_rotated_secret_replaces_the_old_one(cast: Cast, owner: Browser) -> None:
    old = site_of(cast).identity_secret
    assert "stops working at once" in text(owner.get("/admin/workspace/site/secret/rotate/"))
    page = text(owner.post("/admin/workspace/site/secret/rotate/"))
    new = site_of(cast).identity_secret
    assert new != old
    assert new in page


def test_an_operator_sets_the_site_and_others_do_not(cast: Cast, hire: Hire) -> None:
    path = site_path(cast)
    assert hire(Role.OPERATOR).post(path, SITE).status_code == 302
    assert site_of(cast).greeting == "Hello there."
    for role in (Role.AGENT, Role.VIEWER):
        assert hire(role).post(path, {**SITE, "greeting": "Hacked"}).status_code == 403


ENDPOINT = {
    "name": "Cloud",
    "tier": "3",
    "enabled": "on",
    "model": "big",
    "api_key": "sk-very-secret",
    "seconds": "60",
    "max_tokens": "100",
}


@pytest.fixture
def provider(cast: Cast) -> Iterator[tuple[str, list[str]]]:
    """A real OpenAI-compatible endpoint on loopback; → its address and the keys it was shown."""
    keys: list[str] = []

    class Provider(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            keys.append(self.headers["Authorization"].removeprefix("Bearer "))
            self.rfile.read(int(self.headers["Content-Length"]))
            right = keys[-1] == "sk-very-secret"
            self.send_response(200 if right else 401)
            self.send_header("Content-Type", "text/event-stream" if right else "application/json")
            self.end_headers()
            if right:
                chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "big"}
                chunk["choices"] = [{"index": 0, "delta": {"content": "Hello there."}}]
                self.wfile.write(f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with context.inside(cast.acme):
        cache.clear()  # of tests that run, and of failures
    yield f"http://127.0.0.1:{server.server_port}/v1", keys
    with context.inside(cast.acme):
        cache.clear()
    server.shutdown()
    server.server_close()


def endpoint(cast: Cast) -> ModelEndpoint:
    with context.inside(cast.acme):
        found = ModelEndpoint.objects.get(name="Cloud")
        _ = found.api_key  # opened here, where its tenant is
        return found


def test_an_api_key_goes_in_and_never_comes_out(cast: Cast, owner: Browser) -> None:
    url = "https://models.example.com/v1"
    assert owner.post("/admin/llm/modelendpoint/add/", {**ENDPOINT, "base_url": url}).status_code == 302
    row = endpoint(cast)
    assert row.api_key == "sk-very-secret"
    path = f"/admin/llm/modelendpoint/{row.pk}/change/"
    assert "sk-very" not in text(owner.get(path)) + text(owner.get("/admin/llm/modelendpoint/"))
    keep = {**ENDPOINT, "api_key": "", "base_url": url, "seconds": "9"}
    assert owner.post(path, keep).status_code == 302
    assert (endpoint(cast).api_key, endpoint(cast).seconds) == ("sk-very-secret", 9)
    with context.inside(cast.acme):
        assert "sk-very" not in json.dumps(active().frozen)
    owner.post(path, {**keep, "forget_key": "on"})
    assert endpoint(cast).api_key == ""


def test_a_stored_key_is_not_sent_to_a_new_address(cast: Cast, owner: Browser, provider: tuple[str, list[str]]) -> None:
    url, keys = provider
    owner.post("/admin/llm/modelendpoint/add/", {**ENDPOINT, "base_url": "https://models.example.com/v1"})
    row = endpoint(cast)
    moved = {**ENDPOINT, "api_key": "", "base_url": url}
    assert "belongs to the old address" in text(owner.post(f"/admin/llm/modelendpoint/{row.pk}/change/", moved))
    tested = text(owner.post("/admin/llm/modelendpoint/test/", {**moved, "endpoint": str(row.pk)}))
    assert "belongs to the old address" in tested
    assert keys == []


def test_the_test_button_tells_what_happened(cast: Cast, owner: Browser, provider: tuple[str, list[str]]) -> None:
    url, _keys = provider
    path = "/admin/llm/modelendpoint/test/"

    def tested(**changed: str) -> str:
        return tried(cast, owner, path, {**ENDPOINT, "base_url": url, **changed}, try_endpoint)

    assert "It answers." in tested()
    assert "Check the API key" in tested(api_key="wrong")
    assert "cannot be reached" in tested(base_url="http://127.0.0.1:9/v1")
    owner.client.cookies["django_language"] = "zh-hans"
    assert "检查" in tested(base_url="http://127.0.0.1:9/v1")
    with context.inside(cast.acme):
        assert not ModelEndpoint.objects.filter(name="Cloud").exists()


def test_a_test_leaves_the_web_process_and_is_its_persons_alone(
    cast: Cast, owner: Browser, mallory: Browser, hire: Hire, provider: tuple[str, list[str]]
) -> None:
    url, keys = provider
    path, given = "/admin/llm/modelendpoint/test/", {**ENDPOINT, "base_url": url}
    waiting = text(owner.post(path, given))
    assert "Waiting for the model" in waiting
    ask = asking(waiting)
    assert owner.get(ask).status_code == 204
    assert keys == []
    with context.inside(cast.acme):
        kept = [valkey.client().get(key) or b"" for key in valkey.client().scan_iter("*trials*")]
    assert len(kept) >= 3
    assert not [value for value in kept if b"sk-very" in value]
    with context.inside(cast.globex):
        try_endpoint.run(trial=ask.rstrip("/").rpartition("/")[2])
    assert keys == []
    with context.inside(cast.acme):
        for _ in range(2):  # a task may come twice
            try_endpoint.run(trial=ask.rstrip("/").rpartition("/")[2])
    assert keys == ["sk-very-secret"]
    for stranger in (mallory, hire(Role.OPERATOR)):
        assert "over or was lost" in text(stranger.get(ask))
    assert "It answers." in text(owner.get(ask))


def test_a_tenant_runs_a_few_tests_at_a_time(cast: Cast, owner: Browser, provider: tuple[str, list[str]]) -> None:
    url, _keys = provider
    path, given = "/admin/llm/modelendpoint/test/", {**ENDPOINT, "base_url": url}
    for _ in range(trials.AT_ONCE):
        waiting = text(owner.post(path, given))
    assert "Too many tests" in text(owner.post(path, given))
    with context.inside(cast.acme):
        try_endpoint.run(trial=asking(waiting).rstrip("/").rpartition("/")[2])
    assert "Waiting for the model" in text(owner.post(path, given))


def test_nobody_below_operator_tests_or_sees_models(cast: Cast, hire: Hire) -> None:
    for role in (Role.AGENT, Role.VIEWER):
        assert hire(role).post("/admin/llm/modelendpoint/test/", ENDPOINT).status_code == 403


def test_mallory_finds_neither_models_nor_site_nor_releases(cast: Cast, owner: Browser, mallory: Browser) -> None:
    owner.post("/admin/llm/modelendpoint/add/", {**ENDPOINT, "base_url": "https://models.example.com/v1"})
    row = endpoint(cast)
    assert mallory.get(f"/admin/llm/modelendpoint/{row.pk}/change/").status_code == 302
    assert "Cloud" not in text(mallory.get("/admin/llm/modelendpoint/"))
    site = site_of(cast)
    page = text(mallory.get("/admin/workspace/site/1/change/"))
    assert site.site_key not in page
    assert site.identity_secret not in text(mallory.post("/admin/workspace/site/secret/"))
    with context.inside(cast.acme):
        number = active().number
    assert mallory.get(f"/admin/releases/release/{number + 5}/change/").status_code == 404


def test_a_release_tells_what_changed_and_goes_live_again(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        first = active()
        article = know("Return policy?", "Within 30 days.")
        second = active()
    path = f"/admin/releases/release/{first.number}"
    listed = text(owner.get("/admin/releases/release/"))
    assert "Added: “Return policy?”" in listed
    assert "Added: “Return policy?”" in text(owner.get(f"{path}/change/"))
    asked = text(owner.get(f"{path}/activate/"))
    assert f"Make release #{first.number} live?" in asked
    assert "Nothing is lost" in asked
    with context.inside(cast.acme):
        assert active() == second, "looking changes nothing"
    assert owner.post(f"{path}/activate/").status_code == 302
    with context.inside(cast.acme):
        assert active() == first
        article.refresh_from_db()
        assert article.status == "archived"
    owner.post(f"/admin/releases/release/{second.number}/activate/")
    with context.inside(cast.acme):
        article.refresh_from_db()
        assert article.status == "published"
        assert Release.objects.filter(active=True).count() == 1


def test_only_some_roles_activate_and_nobody_edits(cast: Cast, hire: Hire) -> None:
    with context.inside(cast.acme):
        first = active()
        know("Return policy?")
    path = f"/admin/releases/release/{first.number}"
    for role, status in ((Role.VIEWER, 403), (Role.AGENT, 403), (Role.OPERATOR, 302)):
        assert hire(role).post(f"{path}/activate/").status_code == status
    operator = hire("owner")
    assert operator.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    assert not re.search(r'name="_save"', text(operator.get(f"{path}/change/")))


def test_an_endpoint_that_was_used_can_be_deleted(cast: Cast, owner: Browser) -> None:
    owner.post("/admin/llm/modelendpoint/add/", {**ENDPOINT, "base_url": "https://models.example.com/v1"})
    row = endpoint(cast)
    with context.inside(cast.acme):
        Usage.objects.create(endpoint=row, hour="2026-11-21T08:00Z", calls=1)
    path = f"/admin/llm/modelendpoint/{row.pk}/delete/"
    assert 'name="post"' in text(owner.get(path))
    assert owner.post(path, {"post": "yes"}).status_code == 302
    with context.inside(cast.acme):
        assert not ModelEndpoint.objects.filter(name="Cloud").exists()
