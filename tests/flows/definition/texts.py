"""Texts of flows for the tests, and what is told of them."""

from textwrap import dedent

from apps.flows.definition import loading
from apps.flows.definition.definition import Definition
from apps.flows.definition.problem import Problem

# As the language was asked for: it has to load as it stands, and is told which states it lacks.
RETURN = """\
states:
  - name: 确认订单
    actions:
      - type: nlp_intent
        params:
          intent: 退货
    transitions:
      - condition: has_order_id
        target: 选择原因
      - condition: default
        target: 请求订单号
"""

SLOTS = """\
slots:
  order_id: {type: id, pattern: '[0-9]{8,20}', prompt: 请问订单号是多少？}
  amount: {type: money, currency: CNY}
  bought: {type: date, direction: past}
  paid: {type: yes_no}
  count: {type: number}
  reason: {type: choice, choices: [damaged, {value: late, label: Came too late, synonyms: [delayed]}]}
  订单号: {type: text}
  card: {type: text, sensitive: yes}
"""
END = "states:\n  - name: start\n    actions: [{type: end}]\n"


def flow(text: str) -> Definition:
    loaded = loading.load(dedent(text))
    assert loaded.definition, [str(problem) for problem in loaded.problems]
    return loaded.definition


def problems(text: str) -> tuple[Problem, ...]:
    return loading.load(dedent(text)).problems


def told(text: str) -> list[str]:
    """`LINE:COLUMN: sentence` of each problem."""
    return [str(problem) for problem in problems(text)]


def marked(text: str) -> tuple[str, str]:
    """The text without its mark ‸, and `LINE:COLUMN` of what stands behind it."""
    before, _, after = text.partition("‸")
    return before + after, f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
