"""Files in an S3-compatible bucket, each tenant's below a prefix of its own. In use when YINGDA_S3_BUCKET is set."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from apps.tenants import context

IN_MEMORY = 1024 * 1024  # of a file that is being read; the rest of it waits on disk


class TenantBucket(S3Storage):  # type: ignore[misc]
    """`tenants/<schema>/…`; outside a tenant every access raises OutsideTenant. What fails raises OSError, as a disk does."""

    def __init__(self, **options: Any) -> None:
        # Checksums in trailers are Amazon's own: many compatible servers refuse a body that ends in one.
        wary = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
        style = {"addressing_style": "path" if options.get("endpoint_url") else "auto"}
        config = Config(
            signature_version="s3v4",
            s3=style,
            connect_timeout=5,
            read_timeout=20,
            retries={"total_max_attempts": 3},
            **wary,
        )
        super().__init__(client_config=config, max_memory_size=IN_MEMORY, **options)

    def _normalize_name(self, name: str) -> str:
        own = f"tenants/{context.schema()}/"
        path = posixpath.normpath(own + name.replace("\\", "/"))
        if not path.startswith(own):
            raise SuspiciousFileOperation(f"{name} lies outside the tenant's files.")
        return path

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with _as_disk(name):
            file: File[bytes] = super()._open(name, mode)
            if "r" in mode:
                file.open()  # fetched now, so that reading it piece by piece meets no network
            return file

    def _save(self, name: str, content: File[bytes]) -> str:
        with _as_disk(name):
            saved: str = super()._save(name, content)
            return saved

    def delete(self, name: str) -> None:
        with _as_disk(name):
            super().delete(name)


@contextmanager
def _as_disk(name: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError, Boto3Error) as error:
        raise OSError(f"{name}: {error}") from error
