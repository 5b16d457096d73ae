"""A slot's own condition: what does not hold is not taken, and the customer hears why."""

from apps.flows.definition.loading import load
from apps.flows.engine import journey
from apps.flows.engine.said import Begun, Heard

ORDER = """
name: order
slots:
  amount: {type: number, prompt: How many?, check: amount > 0 && amount <= 5, invalid: One to five., example: '2'}
states:
  - name: a
    actions: [{type: ask, params: {slots: [amount]}}, {type: end, params: {text: 'You get {{ amount }}.'}}]
"""


def test_a_value_for_which_the_condition_does_not_hold_is_asked_for_again() -> None:
    definition = load(ORDER).definition
    assert definition
    flows = {"order": definition}
    step = journey.start(flows, "order", "run", Begun(), 0.0)
    step = journey.move(flows, step.place, Heard("9", slots={"amount": 9}), 0.0)
    assert step.lines == ("One to five.",)
    assert not step.place.knows("amount")
    assert journey.move(flows, step.place, Heard("3", slots={"amount": 3}), 0.0).lines == ("You get 3.",)
