"""`static/vendor`: libraries of the browser, copied from `node_modules` as plain ES modules that need no build step.

`make vendor` after a version in package-lock.json has changed. Each package becomes one minified module with its licence above
it; what it imports by a bare name it imports here by a relative path, since an import map would have to stand in the page, and
a strict policy forbids that.
"""

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import minify  # type: ignore[import-untyped]

from runtime.bootstrap import ROOT, say

MODULES, VENDOR = ROOT / "node_modules", ROOT / "static" / "vendor"
# What our own modules import; what those need comes along.
WANTED = (
    "@codemirror/autocomplete",
    "@codemirror/commands",
    "@codemirror/lang-yaml",
    "@codemirror/language",
    "@codemirror/lint",
    "@codemirror/search",
    "@codemirror/state",
    "@codemirror/view",
    "@dagrejs/dagre",
    "@lezer/highlight",
)
IMPORT = re.compile(r"""^((?:import|export)\b[^;'"]*?\bfrom\s*)(['"])([^'".][^'"]*)\2""", re.MULTILINE)
MAP = re.compile(r"^//[#@] sourceMappingURL=.*$|^/\*! For license information .*$", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """An npm package as it lies in `node_modules`."""

    name: str

    @property
    def folder(self) -> Path:
        return MODULES / self.name

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "package.json").read_text("utf-8"))
        return found

    @property
    def path(self) -> str:
        """Its module below `static/vendor`."""
        return f"{self.name.removeprefix('@')}.js"

    @property
    def source(self) -> str:
        facts = self.facts
        entry: Any = facts.get("exports") or facts.get("module") or facts["main"]
        while isinstance(entry, dict):
            entry = entry.get(".") or entry.get("import") or entry["default"]
        return Path(self.folder, str(entry)).read_text("utf-8")

    @property
    def licence(self) -> str:
        return (self.folder / "LICENSE").read_text("utf-8").strip()


def vendored() -> dict[str, str]:
    """Path below `static/vendor` → text, of all modules and of the types beside them."""
    found: dict[str, str] = {}
    wanted = [Package(name) for name in WANTED]
    while wanted:
        package = wanted.pop()
        if package.path in found:
            continue
        source = MAP.sub("", package.source)
        wanted += [Package(name) for _before, _quote, name in IMPORT.findall(source)]
        found[package.path] = _module(package, source)
        found[package.path.replace(".js", ".d.ts")] = f"export * from '{package.name}'\n"
    return found


def _module(package: Package, source: str) -> str:
    above = Path(package.path).parent

    def relative(match: re.Match[str]) -> str:
        before, quote, name = match.groups()
        path = os.path.relpath(Package(name).path, above)
        return f"{before}{quote}{path if path.startswith('.') else f'./{path}'}{quote}"

    text = minify.string("application/javascript", IMPORT.sub(relative, source)).strip()
    return f"/*! {package.name} {package.facts['version']}\n\n{package.licence}\n*/\n{text}\n"


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for path, text in sorted(vendored().items()):
        (VENDOR / path).parent.mkdir(parents=True, exist_ok=True)
        (VENDOR / path).write_text(text, "utf-8")
    say(f"static/vendor: {', '.join(sorted(path for path in vendored() if path.endswith('.js')))}")


if __name__ == "__main__":
    main()
