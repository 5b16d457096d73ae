"""Files in a bucket: real requests of the real client to a small server that keeps objects as S3 does."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from apps.tenants import context
from apps.tenants.s3 import TenantBucket
from tests.cast import Cast


class Bucket(BaseHTTPRequestHandler):
    objects: dict[str, bytes]
    protocol_version = "HTTP/1.1"

    def _answer(self, status: int, body: bytes = b"", size: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if size is None else size))
        self.send_header("Last-Modified", "Wed, 25 Nov 2026 12:00:00 GMT")
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self) -> None:
        found = self.objects.get(self.path)
        self._answer(404) if found is None else self._answer(200, found)

    def do_HEAD(self) -> None:
        found = self.objects.get(self.path)
        self._answer(404) if found is None else self._answer(200, size=len(found))

    def do_DELETE(self) -> None:
        self.objects.pop(self.path, None)
        self._answer(204)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Bucket.objects = {}
    found = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


def bucket(port: int) -> TenantBucket:
    return TenantBucket(
        bucket_name="files", endpoint_url=f"http://127.0.0.1:{port}", region_name="x", access_key="k", secret_key="s"
    )


def test_a_tenant_s_files_lie_below_its_own_prefix_and_nobody_else_s(cast: Cast, server: ThreadingHTTPServer) -> None:
    files = bucket(server.server_port)
    with context.inside(cast.acme):
        files.save("attachments/a.txt", ContentFile(b"acme's"))
        assert Bucket.objects == {"/files/tenants/acme/attachments/a.txt": b"acme's"}
        assert files.open("attachments/a.txt").read() == b"acme's"
    with context.inside(cast.globex):
        assert not files.exists("attachments/a.txt")
        for name in ("../acme/attachments/a.txt", "a/../../acme/x"):
            with pytest.raises(SuspiciousFileOperation):
                files.exists(name)
        files.delete("attachments/a.txt")
    with context.inside(cast.acme):
        assert files.exists("attachments/a.txt")
        files.delete("attachments/a.txt")
    assert Bucket.objects == {}


def test_a_bucket_that_does_not_answer_fails_as_a_disk_does(cast: Cast) -> None:
    with context.inside(cast.acme), pytest.raises(OSError, match=r"a\.txt"):
        bucket(1).save("a.txt", ContentFile(b"x"))


def test_outside_a_tenant_there_are_no_files() -> None:
    with pytest.raises(context.OutsideTenant):
        bucket(1).exists("a.txt")
