"""The part of the house style that a machine can check: import direction, floors inside a room, sizes, banned names, one place
for the environment, no innerHTML."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.tenants.refusal import STATUS

ROOT = Path(__file__).resolve().parent.parent
# A room imports only from itself and the rooms before it.
ROOMS = ["tenants", "releases", "llm", "filters", "knowledge", "flows", "conversations", "agents", "insights"]
BANNED = {"utils.py", "helpers.py", "services.py", "selectors.py", "managers.py", "common.py", "misc.py", "signals.py"}
ENVIRONMENT = {"config", "runtime", "manage.py", "tests"}

# Exceptions, each with its reason.
UPWARD = {
    # Every room sends tasks to the one Celery application, which itself imports no room.
    ("apps", "config.celery"),
    # The readers of the environment, whose problems `manage.py check` tells.
    ("apps", "config.env"),
}
LINES, SCRIPT_LINES = 300, 200
MODULES = 20  # in one folder
# What Django looks for by name stands above its folder's floor, whichever that is.
HOOKS = {"admin", "apps", "checks", "routing", "tasks", "urls", "management", "templatetags"}


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


def imported(path: Path) -> set[str]:
    """All names that a module imports, by relative imports too, and also within functions and for types alone."""
    found: set[str] = set()
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *([node.module] if node.module else [])))
            found.update(_module(module, alias.name) for alias in node.names)
    return found


def _module(package: str, name: str) -> str:
    """`from package import name`: the module of that name where there is one, else the package that knows the name."""
    path = ROOT / package.replace(".", "/") / name
    return f"{package}.{name}" if path.with_suffix(".py").exists() or path.is_dir() else package


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def graph(folder: str) -> dict[str, set[str]]:
    """The imports among the modules below a folder."""
    paths = {name_of(path): path for path in modules(folder)}
    return {name: {other for other in imported(path) if other in paths} - {name} for name, path in paths.items()}


def circles(of: dict[str, set[str]]) -> list[list[str]]:
    """The parts that cannot be put on floors: the rest is taken away from below, until nothing more rests on what is gone."""
    left = {name: set(others) for name, others in of.items()}
    while lowest := {name for name, others in left.items() if not others}:
        left = {name: others - lowest for name, others in left.items() if name not in lowest}
    while highest := set(left) - {other for others in left.values() for other in others}:
        left = {name: others for name, others in left.items() if name not in highest}
    return [[name, *sorted(others)] for name, others in sorted(left.items())]


def place_of(module: str) -> str:
    """The folder of its room that a module stands in, or the module itself where it stands in none."""
    _apps, _room, *inside = module.split(".")
    if len(inside) > 1 and inside[-1] not in HOOKS:
        return inside[0]
    return ".".join(inside)


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "apps" and len(parts) > 1 and parts[1] in ROOMS else None


def test_every_room_is_known() -> None:
    rooms = {path.name for path in (ROOT / "apps").iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms <= set(ROOMS)


def test_imports_go_downward() -> None:
    wrong = []
    for path in modules("apps"):
        own = ROOMS.index(path.relative_to(ROOT / "apps").parts[0]) if path.parent != ROOT / "apps" else 0
        for module in imported(path):
            room = room_of(module)
            if room and ROOMS.index(room) > own:
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
            outside = module.split(".")[0] in ("config", "runtime", "demo", "tests")
            if outside and not any(module.startswith(allowed) for _, allowed in UPWARD) and module != "config":
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not wrong


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert not circles(graph("apps"))


@pytest.mark.parametrize("room", sorted(path.name for path in (ROOT / "apps").iterdir() if (path / "apps.py").exists()))
def test_the_folders_of_a_room_stand_on_floors(room: str) -> None:
    places: dict[str, set[str]] = {}
    for module, others in graph(f"apps/{room}").items():
        own = place_of(module) if module.count(".") > 1 else ""
        near = {place_of(other) for other in others if other.count(".") > 1}
        places.setdefault(own, set()).update(near - {own})
    assert not circles(places)


def test_a_folder_is_seen_at_a_glance() -> None:
    folders = {path.parent for path in modules("apps", "config", "runtime", "demo", "bench")}
    full = {str(folder.relative_to(ROOT)): count for folder in folders if (count := _modules_in(folder)) > MODULES}
    assert not full


def _modules_in(folder: Path) -> int:
    return len([path for path in folder.glob("*.py") if path.name != "__init__.py"])


def test_the_tests_follow_the_rooms() -> None:
    """A folder of tests below a room's is one of the room's own."""
    folders = [path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("__init__.py")]
    rooms = [folder for folder in folders if folder.parts and (ROOT / "apps" / folder.parts[0]).is_dir()]
    assert len(rooms) > len(ROOMS)
    assert not [str(folder) for folder in rooms if not (ROOT / "apps" / folder).is_dir()]
    assert not [str(folder) for folder in folders if len(list((ROOT / "tests" / folder).glob("test_*.py"))) > MODULES]


# Who writes the state of a conversation and of a handover: their own verbs.
STATE = {
    *("owner", "epoch", "last_seq", "waiting_since", "visitor_read", "team_read", "indexed", "changed_at", "closed_at"),
    *("state", "due_at", "requested_at", "accepted_by", "accepted_at", "told_position", "told_at", "done_at", "online"),
    *("contact", "flow", "release", "waiting_from", "sorry", "left_at"),
}
VERBS = ("apps/conversations/models/conversation.py", "apps/conversations/models/handover.py")
# Fields of the same name that other models have.
NAMESAKES = {
    ("apps/agents/channels/mail/mailings.py", "state"),  # a mailing's
    ("apps/agents/presence.py", "state"),  # a presence's
    ("apps/agents/queue/queue.py", "state"),  # an offer's
    ("apps/agents/tickets/errands.py", "done_at"),  # an errand's
    ("apps/conversations/bot/reach.py", "release"),  # the one that a turn may reach into
    ("apps/conversations/marking/lessons.py", "state"),  # a lesson's
    ("apps/conversations/models/feedback.py", "done_at"),  # when feedback was worked off
    ("apps/conversations/worker/record.py", "state"),  # a turn's and an answer's
    ("apps/conversations/worker/shift.py", "state"),  # an answer's
    ("apps/insights/runs.py", "state"),  # a run's
}
STATEMENTS = {
    "apps/conversations/ledger/pages.py",  # stores what the verbs changed on the page
    "apps/conversations/ledger/batch.py",  # what many customers say at once: opens, counts on, lets wait
    "apps/agents/console/message_search.py",  # how far the search has read many conversations
}
WRITING = re.compile(
    r"(UPDATE|INSERT INTO|DELETE FROM)\s+(conversations_(conversation|handover)\b|\{(conversation|handover)\})"
)


def written(path: Path) -> set[str]:
    """Names of fields that a module writes: by assigning, or by a query set's update."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.attr)
        elif isinstance(node, ast.Call) and _name_called(node) in ("update", "bulk_update", "update_or_create", "setattr"):
            found.update(keyword.arg for keyword in node.keywords if keyword.arg)
            found.update(str(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Constant))
    return found


def _name_called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_state_is_written_by_the_verbs_of_its_model_alone() -> None:
    never = {"indexed", "requested_at"}  # the search's, and when a person was first asked for
    assert set.union(*(written(ROOT / path) for path in VERBS)) >= STATE - never
    rooms = modules("apps/conversations", "apps/agents", "apps/insights", "runtime", "demo")
    paths = [path for path in rooms if str(path.relative_to(ROOT)) not in VERBS]
    found = {(str(path.relative_to(ROOT)), name) for path in paths for name in written(path) & STATE}
    assert found == NAMESAKES
    assert not [path for path in paths if "Handover.State" in path.read_text()], "the scopes and questions ask for it"


def test_statements_that_write_state_are_known() -> None:
    found = {str(path.relative_to(ROOT)) for path in modules("apps", "runtime", "demo") if WRITING.search(path.read_text())}
    assert found == STATEMENTS


def test_nothing_that_a_run_makes_is_committed() -> None:
    """Nor a link of such a name: checked out, it would take the place of what it stands for."""
    listed = subprocess.run(("git", "ls-files"), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^(?:.*/)?(?:\.venv|\.data|node_modules|__pycache__)(?:/.*)?$", listed, re.MULTILINE)
    assert not found, "take them out by git rm --cached"


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not [path for path in modules("apps", "config", "runtime", "demo") if path.name in BANNED]


def test_the_environment_is_read_in_one_place() -> None:
    readers = re.compile(r"\bos\.environ|\bos\.getenv|\bgetenv\(")
    wrong = [path for path in modules("apps", "demo") if readers.search(path.read_text())]
    assert not wrong


def test_scripts_never_set_inner_html() -> None:
    banned = re.compile(r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(")
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert scripts
    assert not [path.name for path in scripts if banned.search(path.read_text())]


def test_pages_name_static_files_that_are_there() -> None:
    named = re.compile(r"""\{% static ['"]([^'"]+)['"]|"/static/([^"]+\.\w+)\"""")
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "demo").rglob("*.html"), *modules("config")]
    files = {name for page in pages for found in named.findall(page.read_text()) for name in found if name}
    assert {"console/console.js", "css/tokens.css", "demo/ask.js"} <= files
    folders = (ROOT / "static", ROOT / "demo" / "static")
    assert not [name for name in files if not any((folder / name).is_file() for folder in folders)]


def test_docstrings_begin_with_their_subject() -> None:
    """“By the token”, “Those that wait”: a clause without a head is read twice. Write the thing or the verb first."""
    headless = re.compile(r"(?:Who|Whom|Whose|What|Which|Those|Of|By|As)\b")
    wrong = [
        f"{path.relative_to(ROOT)}: {told}"
        for path in modules("apps", "config", "demo", "runtime")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if headless.match(told := ast.get_docstring(node) or "")
    ]
    assert not wrong


def test_modules_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules("apps", "config", "runtime", "demo")
        if (count := _lines(path)) > LINES
    }
    assert not long


def test_scripts_stay_readable() -> None:
    scripts = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert not {path.name: count for path in scripts if (count := _lines(path)) > SCRIPT_LINES}


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


WORDS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def test_people_are_refused_in_one_way() -> None:
    """Whatever is raised with a sentence for people is a Refusal, by a code of the wire; no other class carries sentences."""
    found = [(path.name, node) for path in modules("apps") for node in ast.walk(ast.parse(path.read_text()))]
    classes = [(name, node) for name, node in found if isinstance(node, ast.ClassDef)]
    kinds = {node.name for _name, node in classes if "Refusal" in map(ast.unparse, node.bases)}
    told = {"Refusal", "ValidationError", *kinds}  # a form's is Django's
    raised = [(name, node.exc) for name, node in found if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    wrong = [(name, _called(call)) for name, call in raised if _called(call) not in told and _speaks(call)]
    wrong += [(name, node.name) for name, node in classes if node.name != "Refusal" and _carries_a_sentence(node)]
    codes = [(name, node.args[0]) for name, node in found if isinstance(node, ast.Call) and _called(node) == "Refusal"]
    wrong += [(name, str(code.value)) for name, code in codes if isinstance(code, ast.Constant) and code.value not in STATUS]
    assert len(codes) > 100
    assert not wrong


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def _speaks(call: ast.Call) -> bool:
    return any(isinstance(each, ast.Call) and _called(each) in WORDS for each in ast.walk(call))


def _carries_a_sentence(node: ast.ClassDef) -> bool:
    """An exception of another family: by its name, or by what it is made with."""
    bases = " ".join(map(ast.unparse, node.bases))
    if not re.search(r"(Error|Exception)\b", bases):
        return False
    made = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
    given = {arg.arg for one in made for arg in (*one.args.args, *one.args.kwonlyargs)}
    return "Refus" in node.name or bool(given & {"sentence", "message", "retry_after"})


# The doors through which words go to a model. Each covers them first, by a veil that puts back what it took.
MODEL_DOORS = {
    "apps/agents/casework/drafting.py",
    "apps/conversations/bot/stages/composing.py",
    "apps/conversations/bot/stages/reranking.py",
    "apps/conversations/bot/stages/translating.py",
    "apps/conversations/bot/stages/understanding.py",
}
ASKING = {"stream", "scores"}  # of `llm.chat.Model` and of `llm.reranking.Judge`


def test_nothing_goes_to_a_model_but_through_a_veil() -> None:
    outside = [path for path in modules("apps") if path.relative_to(ROOT).parts[1] != "llm"]
    doors = {path for path in outside if asks_model(path)}
    assert {str(path.relative_to(ROOT)) for path in doors} == MODEL_DOORS, "a new door: tests/…/test_screening.py shows how"
    for path in doors:
        text = path.read_text()
        assert "veiled(" in text or "veil_of(" in text or "Veil(" in text, path
        assert re.search(r"\bveil\.(lift|anew|covered)\(", text), f"{path} puts nothing back"


def asks_model(path: Path) -> bool:
    """Whether it calls what a model or a reranker answers to."""
    tree = ast.parse(path.read_text())
    named = "apps.llm" in path.read_text() or "reach" in path.read_text()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return named and any(_name_called(call) in ASKING and _receiver(call) in ("model", "judge", "") for call in calls)


def _receiver(call: ast.Call) -> str:
    """The name that the call is made on; "" for what is made by another call."""
    value = call.func.value if isinstance(call.func, ast.Attribute) else None
    return value.id if isinstance(value, ast.Name) else "" if isinstance(value, ast.Call) else "-"
