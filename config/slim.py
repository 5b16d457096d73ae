"""`static/` as browsers get it: minified and compressed once, when a file has changed. Sources stay plain ES modules.

No bundle and no build step: each module keeps its address, and what a page pays is what the budget counts. A style sheet
comes with those it imports in it, since style sheet objects can't import.
"""

import gzip
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import minify  # type: ignore[import-untyped]
import structlog
from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

TYPES = {".js": "application/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
IMPORT = re.compile(r'^@import "([\w.-]+\.css)";\n', re.MULTILINE)
VENDORED = "vendor/"  # comes minified, with its licence in a comment

log = structlog.get_logger(__name__)


class SlimFinder(FileSystemFinder):
    """Finds the slim copy in the data folder, made from the source in `STATICFILES_DIRS` when that is newer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.copies = FileSystemStorage(location=settings.DATA_DIR / "slim")

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path, storage in super().list(ignore_patterns or []):
            if Path(path).suffix in TYPES:
                self._copy(Path(storage.path(path)), path)
                yield from ((path + encoding, self.copies) for encoding in ("", ".gz", ".br"))
            elif not path.endswith(".d.ts"):
                yield path, storage

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        found = super().find_location(root, path, prefix)
        return str(self._copy(Path(found), path)) if found and Path(path).suffix in TYPES else found

    def _copy(self, source: Path, path: str) -> Path:
        copy = Path(self.copies.path(path))
        if not copy.exists() or copy.stat().st_mtime_ns < max(part.stat().st_mtime_ns for part in parts(source)):
            slim = slimmed("".join(IMPORT.sub("", part.read_text("utf-8")) for part in parts(source)), path).encode()
            copy.parent.mkdir(parents=True, exist_ok=True)
            _write(copy.with_name(copy.name + ".gz"), gzip.compress(slim, 9, mtime=0))
            _write(copy.with_name(copy.name + ".br"), brotli.compress(slim))
            _write(copy, slim)
        return copy


def parts(source: Path) -> list[Path]:
    """The file itself, after the style sheets beside it that it imports."""
    found = IMPORT.findall(source.read_text("utf-8")) if source.suffix == ".css" else []
    return [*(source.parent / name for name in found), source]


def slimmed(text: str, path: str) -> str:
    """The same program in fewer bytes; the text as it is when the minifier can't read it."""
    if path.startswith(VENDORED):
        return text
    try:
        return str(minify.string(TYPES[Path(path).suffix], text))
    except minify.MinifyError as error:
        log.warning("static_not_slimmed", path=path, error=str(error))
        return text


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: another process may be reading."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(path)
