"""Every text for people stands in the Chinese catalogue, whole and with its placeholders."""

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation import template as templates

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ("apps", "config", "demo", "runtime", "templates")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|%\.\d+f|\{\w*\}")


@cache
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def used() -> Iterator[tuple[str, str, str | None]]:
    """(file, msgid, context) of all texts marked in Python and templates, without gettext's own programs."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in (".py", ".html") or "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            # In brackets the indentation of a template means nothing to Python's tokenizer.
            source = text if path.suffix == ".py" else f"(\n{templates.templatize(text)}\n)"
            for _line, found, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
                msgid = found if isinstance(found, str) else found[0]
                if msgid:
                    yield str(path.relative_to(ROOT)), msgid, context


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_text_is_in_the_catalogue() -> None:
    missing = [(path, msgid) for path, msgid, context in used() if catalogue().get(msgid, context) is None]
    assert not missing, "manage.py makemessages -l zh_Hans --no-location, then translate these"


def test_nothing_is_translated_that_is_never_said() -> None:
    said = {(msgid, context) for _path, msgid, context in used()}
    ids = [(message.id if isinstance(message.id, str) else message.id[0], message.context) for message in catalogue()]
    assert not [msgid for msgid, context in ids if msgid and (msgid, context) not in said]


def test_every_text_is_translated_and_none_is_guessed() -> None:
    bad = [message.id for message in catalogue() if message.id and (message.fuzzy or not all(strings(message)))]
    assert not bad


def test_translations_keep_their_placeholders() -> None:
    for message in catalogue():
        if not message.id:
            continue
        msgids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set(PLACEHOLDER.findall(msgids[-1]))
        for string in strings(message):
            assert set(PLACEHOLDER.findall(string)) == wanted, msgids[0]


def test_chinese_is_written_with_its_own_punctuation() -> None:
    """A half-width comma, colon or question mark after a Chinese character is a slip, and so is half an ellipsis."""
    slips = [
        string
        for message in catalogue()
        if message.id
        for string in strings(message)
        if re.search("[\u4e00-\u9fff][,:;?!]|(?<!…)…(?!…)", string)
    ]
    assert not slips


def test_nothing_shouts() -> None:
    loud = [
        string for message in catalogue() if message.id for string in [*strings(message), str(message.id)] if "！" in string
    ]
    assert not loud
