"""How a flow asks for several things: by a form, and one by one for who types."""

from apps.flows.definition.loading import load
from apps.flows.engine import journey
from apps.flows.engine.said import Begun, Heard

FLOW = """
name: invoice
slots:
  name: {type: text, prompt: Which name?}
  email: {type: email, prompt: Which address?}
states:
  - name: details
    actions: [{type: ask, params: {slots: [name, email]}}, {type: end, params: {text: 'To {{ name }}.'}}]
"""


def test_who_types_instead_of_filling_in_the_form_is_asked_one_by_one() -> None:
    definition = load(FLOW).definition
    assert definition
    flows = {"invoice": definition}
    step = journey.start(flows, "invoice", "run", Begun(), 0.0)
    assert step.asked
    assert step.asked.slots == ("name", "email")
    step = journey.move(flows, step.place, Heard("Example Inc"), 1.0)
    assert step.asked
    assert step.asked.slots == ("name",)
    assert step.asked.text.endswith("Which name?")
    step = journey.move(flows, step.place, Heard("Example Inc", slots={"name": "Example Inc"}), 2.0)
    assert step.asked
    assert step.asked.slots == ("email",)
    step = journey.move(flows, step.place, Heard("a@example.com", slots={"email": "a@example.com"}), 3.0)
    assert step.lines == ("To Example Inc.",)
