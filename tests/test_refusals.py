"""A refusal at each door: its code, its sentence in the person's language, and when to come again."""

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, ProgrammingError
from django.test import Client, override_settings

import manage
from apps.conversations.customer import visitors
from apps.conversations.ledger import group_commit
from apps.knowledge.intake import tables
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Site
from tests.admin.conftest import Browser, text
from tests.agents.client import Console, log_in
from tests.cast import ACME_HOST, Cast
from tests.conversations.client import visit

SESSION = "/api/v1/widget/session"
SHOP = "https://shop.example.com"


def in_chinese(cast: Cast) -> None:
    with context.inside(cast.acme):
        Site.objects.update(language="zh-hans", allowed_origins=[SHOP])
        Member.objects.update(language="zh-hans")


def back_to_english(cast: Cast) -> None:
    with context.inside(cast.acme):
        Site.objects.update(language="en", allowed_origins=[])
        Member.objects.update(language="")


@pytest.fixture
def chinese(cast: Cast) -> Cast:
    in_chinese(cast)
    return cast


def ask_for_session(address: str, **fields: Any) -> Any:
    headers = {"host": ACME_HOST, "origin": SHOP, "accept-language": "en"}
    return Client(REMOTE_ADDR=address).post(SESSION, json.dumps(fields), content_type="application/json", headers=headers)


def test_by_http_in_the_language_of_the_site(chinese: Cast) -> None:
    answer = ask_for_session("203.0.113.1", site_key="another tenant's")
    frame = {"type": "error", "code": "unauthorized", "message": "站点密钥不属于该租户。"}
    assert (answer.status_code, answer.json()) == (401, frame)
    assert (answer["Access-Control-Allow-Origin"], answer["Vary"]) == (SHOP, "Accept-Language, Origin")
    assert "no-store" in answer["Cache-Control"]


@override_settings(SESSIONS_PER_SECOND=0.01, SESSION_BURST=1)
def test_by_http_with_the_time_to_come_again(chinese: Cast) -> None:
    found = [ask_for_session("203.0.113.2", site_key="x") for _ in range(2)]
    seconds = found[1].json()["retry_after"]
    assert [each.status_code for each in found] == [401, 429]
    assert (found[1].json()["code"], found[1]["Retry-After"]) == ("too_fast", str(seconds))
    assert found[1].json()["message"] == f"您所在网络的请求过多，请 {seconds} 秒后再试。"


def test_by_http_what_the_machine_cannot_do_now(chinese: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    with context.inside(chinese.acme):
        key = Site.load().site_key
    monkeypatch.setattr(visitors, "recognise", gone)
    answer = ask_for_session("203.0.113.3", site_key=key)
    assert (answer.status_code, answer["Retry-After"], answer["Access-Control-Allow-Origin"]) == (503, "5", SHOP)
    assert (answer.json()["code"], answer.json()["message"]) == ("unavailable", "暂时无法完成，请稍后再试。")


def test_by_http_a_faulty_statement_is_a_fault(chinese: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise ProgrammingError("column does not exist")

    with context.inside(chinese.acme):
        key = Site.load().site_key
    monkeypatch.setattr(visitors, "recognise", faulty)
    with pytest.raises(ProgrammingError):
        ask_for_session("203.0.113.4", site_key=key)


async def test_by_the_customers_socket(committed: Cast) -> None:
    await in_thread(in_chinese)(committed)
    try:
        vera, own = await visit(committed.acme, ACME_HOST), str(uuid.uuid4())
        for _ in range(10):
            await vera.say("快")
        await vera.send({"type": "say", "client_id": own, "text": "更快"})
        error = await vera.next("error")
        sentence = f"您发送得太快了，请 {error['retry_after']} 秒后再试。"
        assert (error["code"], error["client_id"], error["message"]) == ("too_fast", own, sentence)
        await vera.send({"type": "say", "client_id": own, "text": "\u200b"})
        error = await vera.next("error")
        assert (error["code"], error["client_id"], error["message"]) == ("bad_frame", own, "消息内容为空。")
        await vera.leave()
    finally:
        await in_thread(back_to_english)(committed)
        await group_commit.close()


async def test_by_the_agents_socket(committed: Cast) -> None:
    await in_thread(in_chinese)(committed)
    try:
        bob = Console(ACME_HOST, await in_thread(log_in)(committed.acme, committed.bob))
        assert (await bob.connect())[0]
        own = str(uuid.uuid4())
        error = await bob.say(uuid.uuid4(), "Hello?", own)
        assert (error["code"], error["client_id"], error["message"]) == ("not_found", own, "找不到这个会话。")
        await bob.send("bulk", client_id=own, conversations=[])
        error = await bob.next("error")
        assert (error["code"], error["client_id"], "retry_after" in error) == ("bad_frame", own, False)
        await bob.leave()
    finally:
        await in_thread(back_to_english)(committed)


def test_by_a_form(chinese: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_FILE", 2**20)
    alice = Browser(ACME_HOST).log_in(chinese.acme, chinese.alice)
    page = alice.post("/admin/knowledge/import/add/", {"file": SimpleUploadedFile("faq.csv", b"x" * (2**20 + 1))})
    assert (page.status_code, "文件超过 1 MB，请拆分成较小的文件。" in text(page)) == (200, True)


def test_by_a_command(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "faq.csv"
    path.write_bytes(b"x" * (2**20 + 1))
    monkeypatch.setattr(tables, "LARGEST_FILE", 2**20)
    monkeypatch.setattr(sys, "argv", ["manage.py", "import_knowledge", str(path), "--tenant", "acme"])
    with pytest.raises(SystemExit, match="yingda: The file is larger than 1 MB"):
        manage.main()


def test_a_code_that_the_wire_does_not_know_is_none() -> None:
    with pytest.raises(KeyError):
        Refusal("no_such_code", "No.")
