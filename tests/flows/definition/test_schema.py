"""The published schema: a JSON Schema by its own rules, that says what the program believes too."""

from dataclasses import MISSING, fields

import pytest
from jsonschema_rs import Draft202012Validator, meta

from apps.flows import slots
from apps.flows.definition import reading, shape
from apps.flows.definition.actions import Action
from apps.flows.definition.definition import Slot, State
from apps.flows.definition.kinds import KINDS
from apps.flows.engine.step import Ended
from tests.flows.definition.texts import RETURN, told

PARTS = shape.schema()["$defs"]


def test_it_is_a_schema_that_editors_can_use_as_it_is() -> None:
    meta.validate(shape.schema())
    editors = Draft202012Validator(shape.schema())
    assert editors.is_valid(reading.read(RETURN).data)
    assert not editors.is_valid(reading.read(RETURN.replace("intent: 退货", "intnet: 退货")).data)


@pytest.mark.parametrize("kind", sorted(Action.types.keys() - {""}))
def test_each_action_takes_what_its_class_takes(kind: str) -> None:
    taken = {field.name: field.default is MISSING and field.default_factory is MISSING for field in fields(Action.types[kind])}
    assert set(PARTS[kind]["properties"]) == set(taken)
    assert set(PARTS[kind].get("required", ())) == {name for name, needed in taken.items() if needed}


def test_it_knows_the_same_actions_kinds_and_ends() -> None:
    assert set(PARTS["action"]["properties"]["type"]["enum"]) == set(Action.types) - {""}
    assert set(PARTS["slot"]["properties"]["type"]["enum"]) == set(KINDS) == set(slots.kinds)
    assert set(PARTS["expect"]["properties"]["ended"]["enum"]) == {True, False, "yes", "no", *Ended} - {""}
    assert set(PARTS["slot"]["properties"]) - {"type"} == {field.name for field in fields(Slot)} - {"kind", "name", "hide"}
    assert set(PARTS["state"]["properties"]) == {field.name for field in fields(State)}


def test_every_part_is_described() -> None:
    def undescribed(part: object, path: str) -> list[str]:
        if not isinstance(part, dict):
            return []
        bare = [f"{path}.{key}" for key, each in part.get("properties", {}).items() if not {"description", "$ref"} & set(each)]
        inside = [one for key, each in part.get("properties", {}).items() for one in undescribed(each, f"{path}.{key}")]
        return bare + inside

    assert not [path for name, part in PARTS.items() for path in undescribed(part, name)]


STATE = "states:\n  - name: a\n    actions:\n      - {type: end}\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("state: []", ["1:1: “state” is not known here. Did you mean “states”?", "1:1: `states` is missing here."]),
        (STATE.replace("end", "edn"), ["4:16: “edn” is not known here. Did you mean “end”?"]),
        (STATE.replace("{type: end}", "{typ: end}"), [
            "4:9: `type` is missing here.", "4:10: “typ” is not known here. Did you mean “type”?",
        ]),
        (STATE.replace("{type: end}", "{type: say, params: {txt: Hi}}"), [
            "4:29: “say” needs `text` among its params.", "4:30: “txt” is not known here. Did you mean “text”?",
        ]),
        (STATE.replace("{type: end}", "{type: say}"), ["4:9: `params` is missing here."]),
        (STATE.replace("{type: end}", "{type: call, params: {url: /x}}"), [
            "4:30: A call needs a `timeout`: how long may one try take?",
        ]),
        (STATE.replace("{type: end}", "{type: say, params: {text: 5}}"), ["4:36: This has to be a text: put it in quotes."]),
        (STATE.replace("{type: end}", "{type: say, params: {text: }}"), ["4:36: A value is missing here."]),
        (STATE.replace("{type: end}", "{type: ask, params: {slots: []}}"), ["4:37: This may not be empty."]),
        (STATE.replace("{type: end}", "{type: say, params: {text: Yes, come in}}"), [
            "4:41: “come in” is taken for a key here: a text with a comma in it needs quotes within braces.",
        ]),
        (STATE.replace("name: a", "name: 3"), ["2:11: This has to be a text: put it in quotes."]),
        ("slots:\n  a: {type: idd}\n" + STATE, ["2:13: “idd” is not known here. Did you mean “id”?"]),
        ("slots:\n  a: {currency: yuan}\n" + STATE, ["2:17: “yuan” is no such code: it is written in capitals, as CNY or CN."]),
        ("slots:\n  a: {attempts: 0}\n" + STATE, ["2:17: This has to be 1 at least."]),
        ("timeout: soon\n" + STATE, [
            "1:10: This is no length of time; write it as `30 minutes`, `45s`, or as a number of seconds.",
        ]),
        ("states: {}", ["1:9: This has to be a list."]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_where_it_stands(text: str, problems: list[str]) -> None:
    assert told(text) == problems
