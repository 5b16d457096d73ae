"""The examples of docs/flows.md are flows without a mistake, and the page knows all of the language."""

import re
from pathlib import Path

from apps.flows.definition import shape, together

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "flows.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_each_of_the_ten_examples_loads() -> None:
    texts = {str(re.search(r"^name: (.+)$", block, re.MULTILINE)[1]): block for block in BLOCKS}  # type: ignore[index]
    assert len(texts) == len(BLOCKS) >= 10
    told = {name: [str(problem) for problem in loaded.problems] for name, loaded in together.load(texts).items()}
    assert told == {name: [] for name in texts}


def test_the_page_names_every_key_type_and_action() -> None:
    parts = shape.schema()["$defs"]
    words = {*shape.schema()["properties"], *parts["action"]["properties"]["type"]["enum"]}
    for part in ("triggers", "slot", "state", "dialogue", "line", "expect", *parts["action"]["properties"]["type"]["enum"]):
        words |= set(parts[part]["properties"])
    words |= set(parts["slot"]["properties"]["type"]["enum"])
    assert not [word for word in sorted(words) if f"`{word}`" not in PAGE and f"{{{word}" not in PAGE]
