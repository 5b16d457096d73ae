"""Ten procedures of a shop's support desk (`abcd/README.md`): the language can say them, and they can be walked."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from apps.flows import dialogues
from apps.flows.definition import together
from apps.tenants import context

FILES = sorted((Path(__file__).parent / "abcd").glob("*.yaml"))
FLOWS = together.load({file.stem: file.read_text() for file in FILES})
SHARED = {"find_account", "verify_identity", "validate_purchase"}
NOW = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("America/New_York"))


def test_there_are_ten_beside_what_they_share() -> None:
    assert len(FLOWS.keys() - SHARED) == 10


@pytest.mark.parametrize("name", FLOWS)
def test_a_procedure_loads_and_comes_out_as_it_should(name: str) -> None:
    assert [str(problem) for problem in FLOWS[name].problems] == []
    flows = {each.definition.name: each.definition for each in FLOWS.values() if each.definition}
    definition = FLOWS[name].definition
    assert definition
    with context.inside(context.PUBLIC):
        outcomes = dialogues.play(flows, definition.name, "en", NOW)
    assert [each.sentence() for each in outcomes if not each.passed] == []


@pytest.mark.parametrize("name", FLOWS)
def test_a_procedure_is_walked_to_more_than_one_end(name: str) -> None:
    definition = FLOWS[name].definition
    assert definition
    expected = [dialogue.turns[-1].expected for dialogue in definition.dialogues]
    ends = {(each.ended, each.state, *each.slots.items()) for each in expected}
    assert len(ends) == len(definition.dialogues) >= 2
