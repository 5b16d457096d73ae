"""Tells the kind of a file by its first bytes and its inside, never by what its name or sender says."""

import codecs
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from apps.tenants.refusal import Refusal


@dataclass(frozen=True)
class FileKind:
    type: str
    suffix: str
    picture: str = ""  # Pillow's name of the format


PICTURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), FileKind("image/png", ".png", "PNG")),
    (re.compile(rb"\xff\xd8\xff"), FileKind("image/jpeg", ".jpg", "JPEG")),
    (re.compile(rb"GIF8[79]a"), FileKind("image/gif", ".gif", "GIF")),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), FileKind("image/webp", ".webp", "WEBP")),
)
PDF = FileKind("application/pdf", ".pdf")
_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS = {
    "word/": FileKind(f"{_OFFICE}.wordprocessingml.document", ".docx"),
    "xl/": FileKind(f"{_OFFICE}.spreadsheetml.sheet", ".xlsx"),
    "ppt/": FileKind(f"{_OFFICE}.presentationml.presentation", ".pptx"),
}
TEXTS = {
    ".csv": FileKind("text/csv", ".csv"),
    ".txt": FileKind("text/plain", ".txt"),
    ".log": FileKind("text/plain", ".log"),
}
PLAIN = TEXTS[".txt"]

LONGEST_NAME = 120
_NOT_TAKEN = _("We can't take files of this kind. Send an image, a PDF, an Office document or plain text.")
_MARKUP = re.compile(r"\s*(<[!?a-z]|#!)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
PIECE = 64 * 1024  # bytes of a text that are read at once
MOST_ENTRIES = 10_000
LARGEST_DIRECTORY = 1024 * 1024  # bytes; zipfile believes it, whatever number of entries is told beside it
_END, _END_64, _TAIL = b"PK\x05\x06", b"PK\x06\x07", 22 + 2**16


def of(file: BinaryIO, name: str) -> FileKind:
    """Raises Refusal. The file is left at its beginning."""
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    for magic, kind in PICTURES:
        if magic.match(head):
            return kind
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _document(file)
    return _text(file, name)


def clean(name: str, kind: FileKind) -> str:
    """`C:\\x\\photo.exe` of a PNG → `photo.png`: the last part, without what hides or turns text, with the kind's suffix."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    if not dot or len(suffix) > 8:
        stem = shown
    return (stem.strip(" .")[:LONGEST_NAME] or "file") + kind.suffix


def _document(file: BinaryIO) -> FileKind:
    """An Office document without macros. A plain archive may hold anything, so it is not taken."""
    if not _has_small_directory(file):
        raise Refusal("bad_file", _NOT_TAKEN)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refusal("bad_file", _NOT_TAKEN) from error
    finally:
        file.seek(0)
    if "[Content_Types].xml" in names and len(names) <= MOST_ENTRIES:
        kinds = [kind for folder, kind in DOCUMENTS.items() if any(name.startswith(folder) for name in names)]
        if any("vbaproject" in name.lower() for name in names):
            raise Refusal("bad_file", _("We can't take documents with macros. Save it without them and send it again."))
        if len(kinds) == 1:
            return kinds[0]
    raise Refusal("bad_file", _NOT_TAKEN)


def _has_small_directory(file: BinaryIO) -> bool:
    """Before zipfile makes an object of each entry: 10 MB of them would take seconds and hundreds of MB. Every place that could
    be the archive's end is asked; the form for archives beyond 4 GB is none of a file that is taken here."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    if _END_64 in tail:
        return False
    ends = [place.start() for place in re.finditer(re.escape(_END), tail) if place.start() + 22 <= len(tail)]
    return all(int.from_bytes(tail[end + 12 : end + 16], "little") <= LARGEST_DIRECTORY for end in ends)


def _text(file: BinaryIO, name: str) -> FileKind:
    if not any(_reads_as(file, encoding) for encoding in _encodings(file)):
        raise Refusal("bad_file", _NOT_TAKEN)
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else PLAIN.suffix
    if suffix not in TEXTS:  # a script is text too, and only its name says so
        raise Refusal("bad_file", _NOT_TAKEN)
    return TEXTS[suffix]


def _encodings(file: BinaryIO) -> tuple[str, ...]:
    mark = file.read(2)
    file.seek(0)
    return ("utf-16",) if mark in (b"\xff\xfe", b"\xfe\xff") else ("utf-8", "gb18030")


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    """Whether all of it is plain text in this encoding. Piece by piece: one emoji in 10 MB of text makes it 40 MB as a string.
    The file is left at its beginning."""
    decoder = codecs.getincrementaldecoder(encoding)()
    begun = ""  # its first two characters that are not white space, which show markup
    try:
        while True:
            raw = file.read(PIECE)
            text = decoder.decode(raw, final=not raw)
            if len(begun) < 2:
                begun = (begun + text).lstrip("\ufeff").lstrip()[:3]
            if _CONTROL.search(text):
                return False
            if not raw:
                return not _MARKUP.match(begun)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
