"""The two demo shops as they lie in this folder: what each sells, says and knows."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict

FOLDER = Path(__file__).resolve().parent
FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n+(.*)", re.DOTALL)


class Product(TypedDict):
    slug: str
    name: str
    kind: str
    art: str
    price: str
    shelf: str
    line: str
    specs: list[str]
    ask: str


class Item(TypedDict):
    name: str
    art: str
    detail: str
    price: str


class Order(TypedDict):
    number: str
    days_ago: int
    reached: int
    state: str
    steps: list[str]
    total: str
    note: str
    ask: str
    things: list[Item]


class Entry(TypedDict):
    question: str
    answer: str
    alternatives: list[str]
    language: str
    category: str


@dataclass(frozen=True)
class Document:
    title: str
    language: str
    category: str
    body: str


@dataclass(frozen=True)
class Segment:
    """One part of a kit, drawn as a stretch of a bar `BAR` units long for the heaviest kit."""

    name: str
    art: str
    x: int
    width: int


@dataclass(frozen=True)
class Kit:
    name: str
    line: str
    price: str
    pounds: int
    ounces: int
    segments: list[Segment]


BAR = 1000


@dataclass(frozen=True)
class Shop:
    """`kind` names the folder, templates and styles; `slug` the tenant."""

    kind: str
    slug: str
    name: str

    @property
    def folder(self) -> Path:
        return FOLDER / self.kind

    @cached_property
    def site(self) -> dict[str, Any]:
        return self._read("site.json")

    @cached_property
    def shelf(self) -> dict[str, Any]:
        return self._read("shop.json")

    @property
    def products(self) -> list[Product]:
        products: list[Product] = self.shelf["products"]
        return products

    @property
    def orders(self) -> list[Order]:
        orders: list[Order] = self.shelf["orders"]
        return orders

    def entries(self) -> Iterator[Entry]:
        for line in (self.folder / "knowledge.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)

    def questions(self) -> bytes:
        """Questions with what is expected of the bot, in the format of an evaluation set's file."""
        return (self.folder / "questions" / "choosing.jsonl").read_bytes()

    def documents(self) -> Iterator[Document]:
        for path in sorted((self.folder / "articles").glob("*.md")):
            yield read_document(path.read_text(encoding="utf-8"))

    def kits(self) -> list[Kit]:
        rows = self.shelf.get("kits", [])
        heaviest = max((sum(ounces for _name, ounces, _art in row["parts"]) for row in rows), default=1)
        return [_kit(row, heaviest) for row in rows]

    def _read(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return content


SHOPS = (Shop("acme", "acme", "Acme Outdoors"), Shop("changfeng", "changfeng", "长风商城"))


def find(slug: str, name: str) -> Shop | None:
    """The demo shop behind a tenant. A company that merely took the short name `acme` keeps its pages to itself."""
    return next((shop for shop in SHOPS if (shop.slug, shop.name) == (slug, name)), None)


def read_document(text: str) -> Document:
    """A Markdown article with `title`, `language` and `category` between two `---` lines."""
    found = FRONT_MATTER.match(text)
    if not found:
        raise ValueError("The article does not begin with its title, language and category between two --- lines.")
    fields = dict(line.split(": ", 1) for line in found[1].splitlines())
    return Document(fields["title"], fields["language"], fields["category"], found[2])


def _kit(row: dict[str, Any], heaviest: int) -> Kit:
    segments: list[Segment] = []
    carried = 0
    for name, ounces, art in row["parts"]:
        start, end = (round(BAR * weight / heaviest) for weight in (carried, carried + ounces))
        segments.append(Segment(name, art, start, end - start))
        carried += ounces
    return Kit(row["name"], row["line"], row["price"], carried // 16, carried % 16, segments)
