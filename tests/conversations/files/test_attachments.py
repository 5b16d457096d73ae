"""Files of both sides: what is taken and what is not, who may say one, who may fetch one, and nobody else."""

import asyncio
import io
import threading
import tracemalloc
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from channels.testing import ApplicationCommunicator
from django.contrib.sessions.models import Session
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from apps.agents.casework import casework
from apps.agents.console.verbs.customer import Block
from apps.conversations.files import attachments, kinds, links
from apps.conversations.models import Attachment, Event
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member
from config.asgi import application
from tests.agents.asking import wait
from tests.agents.client import log_in
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import open_session, visit

URL, DESK = "/api/v1/widget/attachments", "/api/v1/console/attachments"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **more)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def token(cast: Cast) -> str:
    return str(open_session(cast.acme, ACME_HOST)["token"])


def send(data: bytes, name: str, bearer: str, host: str = ACME_HOST, url: str = URL, **more: str) -> Any:
    headers = {"host": host, "content-disposition": f'attachment; filename="{name}"', **more}
    headers |= {"authorization": f"Bearer {bearer}"} if bearer else {}
    return Client().post(url, data, content_type="application/octet-stream", headers=headers)


async def get(url: str, host: str = ACME_HOST, cookie: str = "") -> tuple[int, dict[str, str], bytes]:
    """Through the whole ASGI application: (status, headers, body)."""
    headers = [(b"host", host.encode()), (b"cookie", f"sessionid={cookie}".encode())]
    scope = {"type": "http", "method": "GET", "path": url, "query_string": b"", "headers": headers}
    browser = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await browser.send_input({"type": "http.request", "body": b""})
    start = await browser.receive_output(10)
    content, more = b"", True
    while more:
        piece = await browser.receive_output(10)
        content, more = content + piece.get("body", b""), piece.get("more_body", False)
    await browser.wait(10)
    return start["status"], {name.decode().lower(): value.decode() for name, value in start["headers"]}, content


OFFICE = "[Content_Types].xml"
TAKEN = [
    (picture("PNG"), "a.png", "image/png", "a.png"),
    (picture("JPEG"), "report.pdf", "image/jpeg", "report.jpg"),
    (picture("GIF"), "a.gif", "image/gif", "a.gif"),
    (picture("WEBP"), "C:\\fake\\photo.exe", "image/webp", "photo.webp"),
    (b"%PDF-1.7 ...", "bill.pdf", "application/pdf", "bill.pdf"),
    ("订单,数量\n".encode("gb18030"), "a.csv", "text/csv", "a.csv"),
    (b"plain words", "note.txt", "text/plain", "note.txt"),
    (b"a" + "é😀".encode() * 20_000, "long.txt", "text/plain", "long.txt"),
    (b"a" + "订单".encode("gb18030") * 40_000, "long.csv", "text/csv", "long.csv"),
    (("é😀" * 20_000).encode("utf-16"), "wide.log", "text/plain", "wide.log"),
    (archive(OFFICE, "word/document.xml"), "a.docx", None, "a.docx"),
    (archive(OFFICE, "xl/workbook.xml"), "evil\u202excod.exe", None, "evilxcod.xlsx"),
    (archive(OFFICE, "ppt/presentation.xml"), "a.pptx", None, "a.pptx"),
]
REFUSED = [
    (b"<html><script>alert(1)</script>", "a.txt"),
    (b"  <svg xmlns='x' onload='a()'>", "a.png"),
    (b"alert(1)", "a.js"),
    (b"#!/bin/sh\nrm", "a.txt"),
    (b" " * 65_535 + b"<script>", "a.txt"),
    (("\ufeff" + "\u3000" * 70_000 + "<script>").encode(), "a.txt"),
    (b"words " * 20_000 + b"\x00", "a.txt"),
    (b"words " * 20_000 + b"\xff\xff", "a.txt"),
    (b"\xff\xfe" + b"a\x00" * 50_000 + b"a", "a.txt"),
    (b"MZ\x90\x00", "photo.png"),
    (b"\x89PNG\r\n\x1a\nbroken", "a.png"),
    (archive("a.exe"), "a.zip"),
    (archive(OFFICE, "word/document.xml", "word/vbaProject.bin"), "a.docx"),
    (b"", "a.txt"),
]


@pytest.mark.parametrize(("data", "name", "kind", "shown"), TAKEN, ids=[row[3] for row in TAKEN])
def test_a_file_is_what_its_content_says(cast: Cast, data: bytes, name: str, kind: str | None, shown: str) -> None:
    with context.inside(cast.acme):
        row = attachments.take(io.BytesIO(data), len(data), name, visitor=cast.vera.pk)
        assert row.name == shown
        assert kind in (None, row.type)
        assert default_storage.size(row.path) == row.size


def test_a_long_text_is_looked_at_without_being_held_as_one_string() -> None:
    file = io.BytesIO(b"words " * 1_700_000 + "😀".encode())  # as a string this is 40 MB
    tracemalloc.start()
    try:
        assert kinds.of(file, "a.txt").type == "text/plain"
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024**2
    finally:
        tracemalloc.stop()
    assert file.tell() == 0


@pytest.mark.parametrize(("data", "name"), REFUSED)
def test_a_bad_file_gets_one_sentence_and_leaves_nothing(cast: Cast, data: bytes, name: str) -> None:
    with context.inside(cast.acme):
        with pytest.raises(Refusal, match=r"\.$"):
            attachments.take(io.BytesIO(data), len(data), name, visitor=cast.vera.pk)
        assert not Attachment.objects.exists()
        assert not default_storage.exists("attachments")


def test_an_image_keeps_nothing_but_the_picture(cast: Cast) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # where it was taken
    photo = picture("JPEG", (40, 30), exif=exif, comment=b"secret words")
    told = PngInfo()
    told.add_text("Comment", "<script>secret words</script>")
    drawing = picture("PNG", pnginfo=told) + b"<html>secret words</html>"
    with context.inside(cast.acme):
        for data, size in ((photo, (30, 40)), (drawing, (40, 30))):
            row = attachments.take(io.BytesIO(data), len(data), "a", visitor=cast.vera.pk)
            kept = default_storage.open(row.path).read()
            assert b"secret" not in kept
            with Image.open(io.BytesIO(kept)) as image:
                assert (image.size, (row.width, row.height)) == (size, size)
                assert not image.getexif()


def test_a_full_disk_is_told_and_nothing_half_made_is_left(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    def half(storage: FileSystemStorage, name: str, content: Any) -> str:
        path = Path(storage.path(name))
        path.parent.mkdir(parents=True)
        path.write_bytes(b"wo")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", half)
    answer = send(b"words", "a.txt", token(cast))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    with context.inside(cast.acme):
        assert not Attachment.objects.exists()


def test_who_has_no_token_of_this_tenant_sends_nothing(cast: Cast, settings: Any) -> None:
    mine = token(cast)
    assert send(b"words", "a.txt", mine).status_code == 201
    assert send(b"words", "a.txt", "").status_code == 401
    assert send(b"words", "a.txt", mine, GLOBEX_HOST).status_code == 401
    assert send(b"words", "a.txt", mine, origin="https://evil.example").status_code == 403
    settings.LARGEST_ATTACHMENT = 3
    answer = send(b"words", "a.txt", mine)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_long")


def test_only_an_agent_on_a_page_of_the_console_sends_one(cast: Cast) -> None:
    def post(host: str, origin: str) -> int:
        headers = {"host": host, "origin": origin, "content-disposition": 'attachment; filename="a.txt"'}
        return browser.post(DESK, b"words", content_type="application/octet-stream", headers=headers).status_code

    browser = Client()
    assert post(ACME_HOST, f"https://{ACME_HOST}") == 401
    with context.inside(cast.acme):
        browser.force_login(cast.bob)
    assert post(ACME_HOST, f"https://{ACME_HOST}") == 201
    assert post(ACME_HOST, "https://evil.example") == 403
    browser = Client()
    with context.inside(cast.globex):
        browser.force_login(cast.mallory)
    assert post(ACME_HOST, f"https://{ACME_HOST}") == 401


def test_too_many_that_nobody_says_are_too_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_WAITING", 1)
    with context.inside(cast.acme):
        attachments.take(io.BytesIO(b"one"), 3, "a.txt", visitor=cast.vera.pk)
        with pytest.raises(Refusal, match="Too many files"):
            attachments.take(io.BytesIO(b"two"), 3, "a.txt", visitor=cast.vera.pk)


def test_what_nobody_said_is_swept_after_a_day_and_what_was_said_stays(committed: Cast) -> None:
    with context.inside(committed.acme):
        handover = wait()
        casework.claim(handover.pk, committed.bob)
        said, unsaid = (attachments.take(io.BytesIO(b"x"), 1, "a.txt", member=committed.bob.pk) for _ in range(2))
        casework.say(handover.conversation_id, committed.bob, uuid.uuid4(), "", [said.pk])
        assert attachments.sweep() == 0
        Attachment.objects.update(touched_at=timezone.now() - timedelta(days=2))
        assert attachments.sweep() == 1
        assert list(Attachment.objects.values_list("pk", flat=True)) == [said.pk]
        assert not default_storage.exists(unsaid.path)


@pytest.mark.usefixtures("sockets")
async def test_a_file_is_said_fetched_and_said_again_by_its_own_sender_alone(committed: Cast) -> None:
    vera, other = await visit(committed.acme, ACME_HOST), await visit(committed.acme, ACME_HOST)
    mine = (await in_thread(open_session)(committed.acme, ACME_HOST))["token"]
    await vera.hello(mine)
    sent = (await in_thread(send)(picture(), "tent.png", mine)).json()
    frame = {"type": "say", "client_id": str(uuid.uuid4()), "text": "", "attachments": [sent["id"]]}
    await other.send({**frame, "client_id": str(uuid.uuid4())})
    assert (await other.next("error", "ack"))["code"] == "not_found"
    await vera.send(frame)
    ack = await vera.next("ack")
    message = await vera.next("message")
    assert message["text"] == ""
    (shown,) = message["attachments"]
    assert {name: shown[name] for name in ("name", "type", "width", "height")} == {
        "name": "tent.png",
        "type": "image/png",
        "width": 40,
        "height": 30,
    }
    await vera.send(frame)
    assert await vera.next("ack") == ack
    await vera.send({**frame, "client_id": str(uuid.uuid4())})
    assert (await vera.next("error"))["code"] == "not_found"  # it has been said
    status, headers, content = await get(shown["url"])
    assert (status, len(content)) == (200, shown["size"])
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["content-disposition"].startswith("inline")
    assert (await get(shown["url"], GLOBEX_HOST))[0] == 404
    assert (await get(shown["url"] + "x"))[0] == 404
    await vera.leave()
    await other.leave()


async def test_an_address_expires_and_serves_only_whom_it_names(committed: Cast) -> None:
    def make() -> tuple[str, str, str]:
        with context.inside(committed.acme):
            row = attachments.take(io.BytesIO(b"words"), 5, "a.txt", visitor=committed.vera.pk)
            stranger = links.url(row.pk, links.VISITOR, uuid.uuid4())
            mine = links.url(row.pk, links.VISITOR, committed.vera.pk)
            return mine, stranger, links.url(row.pk, links.VISITOR, committed.vera.pk, hours=-24)

    mine, stranger, old = await in_thread(make)()
    status, headers, content = await get(mine)
    assert (status, content) == (200, b"words")
    assert headers["content-disposition"] == 'attachment; filename="a.txt"'
    assert (await get(stranger))[0] == 404
    assert (await get(old))[0] == 410


async def test_a_file_goes_out_while_all_threads_that_let_visitors_in_are_busy(committed: Cast) -> None:
    def make() -> str:
        with context.inside(committed.acme):
            row = attachments.take(io.BytesIO(b"words"), 5, "a.txt", visitor=committed.vera.pk)
            return links.url(row.pk, links.VISITOR, committed.vera.pk)

    mine, gate = await in_thread(make)(), threading.Event()
    busy = [asyncio.ensure_future(in_thread(gate.wait)(30)) for _ in range(6)]
    try:
        assert (await get(mine))[2] == b"words"
        assert not any(each.done() for each in busy)
    finally:
        gate.set()
        await asyncio.gather(*busy)


@pytest.mark.parametrize("change", ["log out", "viewer", "off", "password"])
async def test_an_agents_address_opens_by_their_own_log_in_alone(committed: Cast, change: str) -> None:
    def make() -> str:
        with context.inside(committed.acme):
            row = attachments.take(io.BytesIO(b"words"), 5, "a.txt", visitor=committed.vera.pk)
            return links.url(row.pk, links.MEMBER, committed.bob.pk)

    def undo(cookie: str) -> None:
        with context.inside(committed.acme):
            bob = Member.objects.filter(pk=committed.bob.pk)
            if change == "log out":
                Session.objects.filter(session_key=cookie).delete()
            else:
                changes: dict[str, dict[str, Any]] = {"viewer": {"role": "viewer"}, "off": {"is_active": False}}
                bob.update(**changes.get(change, {"password": "!"}))

    def restore() -> None:
        with context.inside(committed.acme):
            Member.objects.filter(pk=committed.bob.pk).update(role="agent", is_active=True, password=committed.bob.password)

    url, bobs, alices = [
        await in_thread(make)(),
        *[await in_thread(log_in)(committed.acme, member) for member in (committed.bob, committed.alice)],
    ]
    mallorys = await in_thread(log_in)(committed.globex, committed.mallory)
    status, headers, content = await get(url, cookie=bobs)
    assert (status, content, headers["cache-control"]) == (200, b"words", "private, no-store")
    for stranger in ("", alices, mallorys):
        assert (await get(url, cookie=stranger))[0] == 404
    assert (await get(url, GLOBEX_HOST, mallorys))[0] == 404
    await in_thread(undo)(bobs)
    try:
        status, headers, content = await get(url, cookie=bobs)
        assert (status, headers["cache-control"]) == (404, "private, no-store")
    finally:
        await in_thread(restore)()


async def test_a_blocked_visitors_address_opens_nothing(committed: Cast) -> None:
    def make() -> str:
        with context.inside(committed.acme):
            row = attachments.take(io.BytesIO(b"words"), 5, "a.txt", visitor=committed.vera.pk)
            Block(committed.vera.pk, True).act(committed.bob)
            return links.url(row.pk, links.VISITOR, committed.vera.pk)

    assert (await get(await in_thread(make)()))[0] == 404


def test_the_agent_has_said_it_once_however_often(committed: Cast) -> None:
    with context.inside(committed.acme):
        handover = wait()
        casework.claim(handover.pk, committed.bob)
        row = attachments.take(io.BytesIO(b"x"), 1, "a.txt", member=committed.bob.pk)
        own = uuid.uuid4()
        first, second = (casework.say(handover.conversation_id, committed.bob, own, "", [row.pk]) for _ in range(2))
        assert first == second
        assert Event.objects.get(pk=first.pk).body["attachments"][0]["name"] == "a.txt"
        with pytest.raises(Refusal) as refused:
            casework.say(handover.conversation_id, committed.alice, uuid.uuid4(), "", [row.pk])
        assert refused.value.code == "not_yours"
