"""A flow that asks a colleague: it waits, says so once, and goes on with the answer or without one."""

from dataclasses import replace

from apps.flows.engine import guiding, journey
from apps.flows.engine.said import Act, Begun, Elapsed, Heard
from apps.flows.engine.step import Approval, Ended
from tests.flows.engine.test_engine import INNER, flows, stored

REFUND = """
name: refund
slots: {amount: {type: text, default: '20'}}
states:
  - name: ask
    actions:
      - {type: approve, params: {question: 'Refund {{ amount }}?', slot: verdict, choices: [granted, refused], timeout: 600}}
    transitions:
      - {condition: verdict == 'granted', target: paid}
      - {condition: default, target: kept}
  - name: paid
    actions: [{type: end, params: {text: Granted.}}]
  - name: kept
    actions: [{type: end, params: {text: Not now.}}]
"""


def test_a_colleague_is_asked_once_and_the_answer_leads_on() -> None:
    shop = flows(REFUND)
    step = journey.start(shop, "refund", "run", Begun(), 0.0)
    assert isinstance(step.effect, Approval)
    assert step.effect.question == "Refund 20?"
    waiting = journey.move(shop, stored(step.place), Heard("hello?"), 1.0)
    assert waiting.effect is None
    assert waiting.lines
    answered = replace(step.place, slots={**step.place.slots, "verdict": "granted"})
    assert journey.move(shop, answered, Heard("", Act.REPEAT), 2.0).lines == ("Granted.",)


def test_a_colleague_who_does_not_answer_in_time_leaves_the_slot_empty() -> None:
    shop = flows(REFUND)
    place = journey.start(shop, "refund", "run", Begun(), 0.0).place
    assert not journey.has_ended(shop, place, 500.0)
    assert journey.has_ended(shop, place, 700.0)
    assert journey.move(shop, place, Elapsed(), 700.0).lines == ("Not now.",)


def test_a_colleague_is_asked_no_second_time_and_that_is_said_once() -> None:
    shop = flows(REFUND)
    place = journey.start(shop, "refund", "run", Begun(), 0.0).place
    assert place.asking == "run:0"
    first = journey.move(shop, place, Heard("hello?"), 1.0)
    assert first.lines == ("A colleague is looking at it. I'll tell you as soon as there is word.",)
    for act in (Act.NONE, Act.YES, Act.SKIP):
        again = journey.move(shop, stored(first.place), Heard("and now?", act), 2.0)
        assert (again.lines, again.effect, again.place.asking) == ((), None, "run:0")
    for act in (Act.REPEAT, Act.BACK):
        again = journey.move(shop, first.place, Heard("", act), 2.0)
        assert (bool(again.lines), again.effect, again.place.asking) == (True, None, "run:0")
    assert not journey.has_ended(shop, again.place, 599.0), "words of the customer give no more time"
    assert journey.has_ended(shop, again.place, 601.0)


def test_a_customer_who_stops_or_begins_again_leaves_the_question() -> None:
    shop = flows(REFUND)
    place = journey.start(shop, "refund", "run", Begun(), 0.0).place
    assert journey.move(shop, place, Heard("forget it", Act.CANCEL), 1.0).ended == Ended.CANCELLED
    anew = journey.move(shop, place, Heard("start over", Act.START_OVER), 1.0)
    assert isinstance(anew.effect, Approval)
    assert anew.effect.key == anew.place.asking == "run:1", "another question"


def test_no_words_of_a_customer_are_a_colleagues_answer() -> None:
    declared = REFUND.replace("slots: {", "slots: {verdict: {type: choice, choices: [granted, refused]}, ")
    shop = flows(declared)
    place = journey.start(shop, "refund", "run", Begun(), 0.0).place
    step = journey.move(shop, place, Heard("granted", slots={"verdict": "granted"}), 1.0)
    assert not step.place.knows("verdict")
    assert step.place.asking
    assert [slot.name for slot in shop["refund"].told] == ["amount"]


def test_a_decision_leads_on_once_and_only_where_it_is_waited_for() -> None:
    shop = flows(REFUND)
    place = journey.start(shop, "refund", "run", Begun(), 0.0).place
    decided = guiding.answered(stored(place), "run:0", "verdict", "granted", 5.0, seq=7)
    assert decided
    assert (decided.handed, decided.answered, decided.asking) == (7, True, "")
    assert journey.move(shop, stored(decided), Heard("", Act.REPEAT), 6.0).lines == ("Granted.",)
    assert guiding.answered(decided, "run:0", "verdict", "refused", 6.0, seq=8) is None
    assert guiding.answered(place, "other:0", "verdict", "granted", 6.0, seq=8) is None
    late = guiding.answered(place, "run:0", "verdict", "", 700.0, seq=7)
    assert late
    assert journey.move(shop, late, Heard("", Act.REPEAT), 700.0).lines == ("Not now.",)


def test_a_decision_for_a_flow_beneath_another_waits_until_that_is_done() -> None:
    shop = {**flows(REFUND), **flows(INNER)}
    place = journey.start(shop, "refund", "run", Begun(), 0.0).place
    above = journey.first(shop, place, "inner", "second", 1.0).place
    decided = guiding.answered(stored(above), "run:0", "verdict", "granted", 2.0, seq=9)
    assert decided
    assert decided.flow == above.flow
    assert (decided.handed, decided.under[0].slots["verdict"]) == (0, "granted")


def test_whom_an_agent_leaves_to_the_bot_without_an_answer_it_asks_for_again() -> None:
    shop = flows(REFUND)
    place = journey.start(shop, "refund", "run", Begun(), 0.0).place
    step = journey.move(shop, guiding.handed(place, 3, 1.0), Heard("", Act.REPEAT), 1.0)
    assert isinstance(step.effect, Approval)
    assert step.effect.key == "run:1"


FORGETFUL = """
name: forgetful
slots: {verdict: {type: choice, choices: [granted, refused]}}
states:
  - name: ask
    actions:
      - {type: set, params: {slots: {verdict: null}}}
      - {type: approve, params: {question: 'Well?', slot: verdict, choices: [granted, refused], timeout: 600}}
    transitions: [{condition: verdict == 'granted', target: done}, {condition: default, target: ask}]
  - name: done
    actions: [{type: end}]
"""


def test_colleagues_who_never_answer_are_not_asked_for_ever() -> None:
    shop = flows(FORGETFUL)
    step = journey.start(shop, "forgetful", "run", Begun(), 0.0)
    for _ in range(60):
        if not step.ended:
            step = journey.move(shop, stored(step.place), Elapsed(), 0.0)
    assert step.ended == Ended.FAILED
