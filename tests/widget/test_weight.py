"""The weight of the chat on a page: the slim copies as browsers get them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from config.slim import slimmed
from tests.product import ROOT

BEFORE = ["widget/loader.js", "chat/contrast.js"]
LATER = {  # what open does not bring
    "chat/body.js",
    "chat/carried.js",
    "chat/dates.js",
    "chat/emoji.js",
    "chat/fields.js",
    "chat/file_field.js",
    "chat/files.js",
    "chat/form.js",
    "chat/inline.js",
    "chat/keepsake.js",
    "chat/links.js",
    "chat/markdown.js",
    "chat/quote.js",
    "chat/recorded.js",
    "chat/tray.js",
    "chat/uploads.js",
    "chat/why.js",
    "css/body.css",
    "css/cards.css",
    "css/form.css",
    "css/tray.css",
    "widget/attention.js",
    "widget/cards.js",
    "widget/first.js",
    "widget/menu.js",
    "widget/past.js",
    "widget/placing.js",
    "widget/slip.js",
    "widget/typing.js",
}


def copy(path: str) -> Path:
    found = finders.find(path)
    assert isinstance(found, str), path
    return Path(found)


def opened(language: str) -> list[str]:
    """Every file the panel needs: what panel.js imports, directly or not, the catalogue, the styles."""
    files, todo = {"css/widget.css", f"chat/words/{language}.js"}, ["widget/panel.js"]
    while todo:
        path = todo.pop()
        if path in files:
            continue
        files.add(path)
        for name in re.findall(r'(?:from|import)\s*"(\.[^"]+)"', copy(path).read_text()):
            todo.append(str((Path("/") / path).parent.joinpath(name).resolve().relative_to("/")))
    return sorted(files - set(BEFORE))


def served(paths: list[str], encoding: str) -> int:
    return sum(Path(f"{copy(path)}.{encoding}").stat().st_size for path in paths)


def test_before_anybody_opens_it_the_chat_weighs_less_than_4_kb() -> None:
    assert served(BEFORE, "gz") < 4_000


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_all_that_open_brings_weighs_less_than_20_kb_file_by_file(language: str) -> None:
    files = opened(language)
    assert len(files) > 15
    assert not LATER & set(files)
    assert served(files, "gz") < 20_000
    assert served(files, "br") < 18_000  # over https


def test_a_copy_is_the_same_program_in_fewer_bytes() -> None:
    source = "// why\nexport const answer = (question) => {\n  return question + 1 // not 2\n}\n"
    assert slimmed(source, "chat/a.js") in {"export const answer=e=>e+1", "export const answer=t=>t+1"}


def test_what_the_minifier_cannot_read_is_sent_as_it_is() -> None:
    assert slimmed("let = = {", "chat/a.js") == "let = = {"


def test_vendored_files_are_left_alone() -> None:
    assert slimmed("/* licence */ let a = 1", "vendor/x.js") == "/* licence */ let a = 1"


def test_the_slim_copies_pass_the_tests_of_their_sources(tmp_path: Path) -> None:
    """A minifier may be wrong: this one moves `const [a] = f(b)` before `const b = …`, where both stand together."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no node here")
    for source in (ROOT / "static").rglob("*.[jc]s*"):
        path = source.relative_to(ROOT)
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        script = source.suffix == ".js" and "vendor" not in path.parts
        text = source.read_text("utf-8")
        (tmp_path / path).write_text(slimmed(text, str(path.relative_to("static"))) if script else text)
    for name in ("js", "wire"):
        shutil.copytree(ROOT / "tests" / name, tmp_path / "tests" / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copy(ROOT / "package.json", tmp_path)
    tests = [str(test) for test in (tmp_path / "tests" / "js").glob("*.test.js")]
    done = subprocess.run([node, "--test", *tests], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    options = [
        "--noEmit",
        "--allowJs",
        "--checkJs",
        "--target",
        "es2023",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
    ]
    scripts = [str(script) for script in (tmp_path / "static").rglob("*.js") if "vendor" not in script.parts]
    told = subprocess.run(
        [node, str(ROOT / "node_modules" / ".bin" / "tsc"), *options, *scripts], cwd=tmp_path, capture_output=True, text=True
    )
    assert [line for line in told.stdout.splitlines() if "TS2448" in line] == []  # used before its declaration


def test_a_style_sheet_comes_with_those_it_imports(tmp_path: Path, settings: object) -> None:
    from config.slim import SlimFinder

    (sources := tmp_path / "static").mkdir()
    settings.STATICFILES_DIRS, settings.DATA_DIR = [sources], tmp_path / "data"  # type: ignore[attr-defined]
    (sources / "raw.css").write_text("a { color: red; }\n")
    (sources / "part.css").write_text('@import "raw.css";\nb { color: red; }\n')
    finder = SlimFinder()
    assert Path(str(finder.find("part.css"))).read_text() == "a{color:red}b{color:red}"
    (sources / "raw.css").write_text("a { color: lime; }\n")
    assert Path(str(finder.find("part.css"))).read_text() == "a{color:lime}b{color:red}"


def test_a_changed_source_is_found_changed(tmp_path: Path, settings: object) -> None:
    from config.slim import SlimFinder  # reads the settings when it is made

    sources = tmp_path / "static"
    sources.mkdir()
    settings.STATICFILES_DIRS, settings.DATA_DIR = [sources], tmp_path / "data"  # type: ignore[attr-defined]
    (sources / "a.js").write_text("export const a = 1\n")
    finder = SlimFinder()
    assert Path(str(finder.find("a.js"))).read_text() == "export const a=1"
    (sources / "a.js").write_text("export const a = 2\n")
    assert Path(str(finder.find("a.js"))).read_text() == "export const a=2"
    assert {name for name, _ in finder.list([])} == {"a.js", "a.js.gz", "a.js.br"}
