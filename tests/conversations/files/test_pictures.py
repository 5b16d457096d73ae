"""Images from strangers: little memory and time for each, and nobody else waits for them."""

import asyncio
import io
import json
import struct
import subprocess
import sys
import threading
import time
import zlib
from typing import Any

import pytest
from channels.testing import ApplicationCommunicator
from PIL import Image, ImageSequence

from apps.conversations.files import drawing, kinds, pictures
from apps.tenants import context
from apps.tenants.live.threads import in_thread, on_upload
from apps.tenants.refusal import Refusal
from config.asgi import application
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import open_session, site_of

URL = "/api/v1/widget/attachments"
ONE_PIXEL = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"


def saved(form: str, *frames: Image.Image, **more: Any) -> bytes:
    out = io.BytesIO()
    frames[0].save(out, form, **more, **({"save_all": True, "append_images": frames[1:]} if frames[1:] else {}))
    return out.getvalue()


def frames_of(count: int, width: int, height: int) -> list[Image.Image]:
    return [Image.new("RGB", (width, height), (number, 0, 99)) for number in range(count)]


def frame(width: int, height: int) -> bytes:
    return b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def drawn(data: bytes) -> Image.Image:
    file = io.BytesIO(data)
    with context.inside(context.Schema("acme")):
        image = Image.open(pictures.redraw(file, kinds.of(file, "a")).file)
    image.load()
    return image


def count(image: Image.Image) -> int:
    return sum(1 for _frame in ImageSequence.Iterator(image))


def test_a_small_animation_keeps_moving() -> None:
    assert count(drawn(saved("GIF", *frames_of(20, 500, 500)))) == 20


@pytest.mark.parametrize(
    "data",
    [
        saved("GIF", *frames_of(10, 2560, 2343)),
        ONE_PIXEL + frame(1, 1) * 100_000 + b";",
        saved("WEBP", *(Image.new("RGB", (300, 300), (n, 0, 0)) for n in range(20))),
        saved("PNG", *(Image.new("RGB", (300, 300), (n, 0, 0)) for n in range(20))),
    ],
    ids=["57 KB of GIF", "frames of a pixel", "WebP", "APNG"],
)
def test_a_large_animation_becomes_a_still(data: bytes) -> None:
    assert count(drawn(data)) == 1


TOO_LARGE = {
    "PNG": saved("PNG", Image.new("1", (6_000, 6_000))),
    "GIF by its canvas": b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + frame(1, 1) + b";",
    "GIF by its frame": ONE_PIXEL + frame(12_000, 12_000) + b";",
    "JPEG": saved("JPEG", Image.new("L", (9_000, 6_000))),
    "progressive JPEG, held whole": saved("JPEG", Image.new("L", (8_000, 6_000)), progressive=True),
    "WebP by its header": b"RIFF\x00\x01\x00\x00WEBPVP8X" + struct.pack("<IB", 10, 2) + b"\0\0\0" + b"\xff\x3f\x00" * 2,
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_too_many_pixels_are_told_from_the_header(name: str) -> None:
    with pytest.raises(Refusal, match="too many pixels") as refused:
        drawn(TOO_LARGE[name])
    assert refused.value.status == 413


PNG = saved("PNG", Image.new("RGB", (40, 30)))
UNREADABLE = {
    "a profile that unpacks to 100 MB": PNG[:33] + chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(100_000_000))) + PNG[33:],
    "a TIFF that says it is a PNG": PNG[:8] + saved("TIFF", Image.new("RGB", (40, 30))),
    "a JPEG that ends": saved("JPEG", Image.new("RGB", (40, 30)))[:200],
    "a GIF that ends": ONE_PIXEL[:11],
    "a GIF without a frame": ONE_PIXEL + b";",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_gets_its_sentence(name: str) -> None:
    with pytest.raises(Refusal, match="cannot be read"):
        drawn(UNREADABLE[name])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_a_large_png_is_drawn_within_the_limits(mode: str) -> None:
    assert drawn(saved("PNG", Image.new(mode, (6_000, 4_900)))).size == (2560, 2091)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_mode_of_a_large_photo_is_drawn_within_the_limits(mode: str) -> None:
    assert drawn(saved("JPEG", Image.new(mode, (6_000, 4_900)), progressive=True)).size == (2560, 2091)


def test_a_photo_that_lies_on_its_side_is_turned_also_when_it_is_made_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = Image.new("RGB", (4_000, 3_000), "white")
    photo.paste("black", (0, 0, 2_000, 3_000))
    upright = drawn(saved("JPEG", photo, exif=exif))
    assert upright.size == (1920, 2560)
    assert (upright.getpixel((960, 100)), upright.getpixel((960, 2_400))) == ((0, 0, 0), (255, 255, 255))
    assert not upright.getexif()


@pytest.mark.parametrize(
    "attack",
    ["bytearray(2**30)", "list(iter(int, 1))", "open('/dev/shm/large', 'wb').truncate(2**30)"],
    ids=["memory", "memory little by little", "a large file"],
)
def test_a_decoder_gone_wild_ends_alone(attack: str) -> None:
    confined = f"import runpy; runpy.run_path({drawing.__file__!r})['confine'](); {attack}"
    assert subprocess.run((sys.executable, "-I", "-c", confined), stderr=subprocess.DEVNULL, timeout=60).returncode != 0


HANGS, RINGS = "import time; time.sleep(60)", "import os; os.kill(os.getpid(), 14)"
DIES, GIVES_UP = "import os; os.kill(os.getpid(), 11)", "raise SystemExit(1)"


@pytest.mark.parametrize(("program", "told"), [(HANGS, "busy"), (RINGS, "busy"), (DIES, "read"), (GIVES_UP, "read")])
def test_a_process_that_hangs_or_dies_is_a_sentence_and_frees_its_place(program: str, told: str, monkeypatch: Any) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(pictures, "PROGRAM", (sys.executable, "-c", program))
        changed.setattr(drawing, "SECONDS", 1)
        with pytest.raises(Refusal, match=told):
            drawn(PNG)
    assert drawn(PNG).size == (40, 30)


def test_an_archive_with_a_million_entries_is_not_opened() -> None:
    entry = b"PK\x01\x02" + bytes(42)
    for told in (100_000, 1):
        end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, told & 0xFFFF, told & 0xFFFF, len(entry) * 100_000, 4, 0)
        data = b"PK\x03\x04" + entry * 100_000 + end
        for hidden in (data, data[:-2] + struct.pack("<H", 22) + b"PK\x05\x06" + bytes(18)):
            began = time.process_time()
            with pytest.raises(Refusal, match="We can't take"):
                kinds.of(io.BytesIO(hidden), "a.docx")
            assert time.process_time() - began < 0.2


class Slow:
    """A drawing that takes until it is told to go on."""

    def __init__(self, monkeypatch: Any, tmp_path: Any) -> None:
        self.gate, self.begun = tmp_path / "gate", tmp_path / "begun"
        wait = (
            f"import os, sys, time\nopen({str(self.begun)!r}, 'a').write('x')\n"
            f"while not os.path.exists({str(self.gate)!r}): time.sleep(0.02)\n"
        )
        draw = f"os.execv(sys.executable, [sys.executable, '-I', {drawing.__file__!r}, *sys.argv[1:]])"
        monkeypatch.setattr(pictures, "PROGRAM", (sys.executable, "-c", wait + draw))

    def running(self) -> int:
        return len(self.begun.read_text()) if self.begun.exists() else 0

    def wait(self) -> None:
        while not self.running():
            time.sleep(0.01)

    def let_go(self) -> None:
        self.gate.touch()


def test_who_finds_no_place_is_told_at_once_and_another_tenant_finds_one(monkeypatch: Any, tmp_path: Any) -> None:
    slow = Slow(monkeypatch, tmp_path)
    first = threading.Thread(target=drawn, args=(PNG,))
    first.start()
    slow.wait()
    with pytest.raises(Refusal, match="busy with other images") as refused:
        drawn(PNG)
    assert (refused.value.status, refused.value.retry_after) == (503, pictures.COME_AGAIN)
    with context.inside(context.Schema("globex")), pictures._place():
        pass
    slow.let_go()
    first.join()
    assert drawn(PNG).size == (40, 30)


async def ask(host: str, path: str, body: bytes, **headers: str) -> ApplicationCommunicator:
    told = {"host": host, "content-length": str(len(body)), "content-type": "application/json", **headers}
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items()]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": sent}
    browser = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await browser.send_input({"type": "http.request", "body": body})
    return browser


async def status(browser: ApplicationCommunicator) -> tuple[int, dict[bytes, bytes]]:
    start = await browser.receive_output(30)
    await browser.receive_output(10)
    await browser.wait(10)
    return start["status"], dict(start["headers"])


async def test_pictures_of_one_tenant_hold_nobodys_pages(
    committed: Cast, monkeypatch: Any, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    slow = Slow(monkeypatch, tmp_path)
    tokens = [(await in_thread(open_session)(committed.acme, ACME_HOST))["token"] for _ in range(6)]
    site = await in_thread(site_of)(committed.globex)

    async def upload(token: str) -> ApplicationCommunicator:
        named = 'attachment; filename="a.png"'
        return await ask(ACME_HOST, URL, PNG, authorization=f"Bearer {token}", content_disposition=named)

    first = await upload(tokens[0])
    await in_thread(slow.wait)()
    for token in tokens[1:]:
        code, headers = await status(await upload(token))
        assert (code, headers[b"Retry-After"]) == (503, b"2")
    key = json.dumps({"site_key": site.site_key}).encode()
    for _ in range(5):
        assert (await status(await ask(GLOBEX_HOST, "/api/v1/widget/session", key)))[0] == 200
    assert slow.running() == 1
    slow.let_go()
    assert (await status(first))[0] == 201


async def test_one_tenants_waiting_files_leave_room_for_others_and_the_next_one_is_told_at_once(committed: Cast) -> None:
    gate = threading.Event()

    def hold(tenant: context.HasSchema) -> asyncio.Future[bool]:
        with context.inside(tenant):
            return asyncio.ensure_future(on_upload(gate.wait)())

    held = [hold(committed.acme) for _ in range(6)]
    await asyncio.sleep(0)
    try:
        code, headers = await status(await ask(ACME_HOST, URL, b"words", authorization="Bearer x"))
        assert (code, headers[b"Content-Type"], headers[b"Retry-After"]) == (503, b"application/json", b"3")
        held += [hold(committed.globex) for _ in range(6)]
        await asyncio.sleep(0)
        assert (await status(await ask(GLOBEX_HOST, URL, b"words", authorization="Bearer x")))[0] == 503
        gate.set()
        await asyncio.gather(*held)
        assert (await status(await ask(GLOBEX_HOST, URL, b"words", authorization="Bearer x")))[0] == 401
    finally:
        gate.set()
