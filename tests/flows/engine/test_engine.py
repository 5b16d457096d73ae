"""The engine: what a customer says moves a flow, and nothing else does."""

import json
from dataclasses import asdict

import pytest

from apps.flows.definition.actions import Ask, Call, End
from apps.flows.definition.definition import Definition, Slot, State, Transition
from apps.flows.definition.loading import load
from apps.flows.engine import journey
from apps.flows.engine.place import Awaiting, Place
from apps.flows.engine.said import Act, Begun, Elapsed, Heard, Returned
from apps.flows.engine.step import Ended, Entry, Filing, Request, Step

RETURN = """
name: return
title: Return an item
slots:
  order_id:
    type: id
    pattern: '[0-9]{8,20}'
    prompt: What is the order number?
    invalid: An order number has 8 to 20 digits.
    example: '20260412'
  reason:
    type: choice
    prompt: Why do you send it back?
    choices: [{value: damaged}, {value: size, label: Wrong size}]
  note: {type: text, required: false, prompt: Anything we should know?}
  status: {type: text}
states:
  - name: order
    on_error: trouble
    actions:
      - {type: ask, params: {slots: [order_id]}}
      - type: call
        params: {name: look up, url: '/orders/{{ order_id }}', system: shop, timeout: 5, result: {status: order.status}}
    transitions:
      - {condition: 'status == "delivered"', target: why}
      - {condition: default, target: not_yet}
  - name: not_yet
    actions: [{type: end, params: {text: 'Order {{ order_id }} is {{ status }}.'}}]
  - name: trouble
    actions: [{type: handoff, params: {text: I can't reach our system., team: orders}}]
  - name: why
    actions:
      - {type: ask, params: {slots: [reason]}}
      - {type: ask, params: {slots: [note]}}
      - {type: confirm, params: {text: 'Send back {{ order_id }}, because: {{ reason }}?'}}
    transitions:
      - {condition: confirmed, target: done}
      - {condition: default, target: kept}
  - name: kept
    actions: [{type: end, params: {text: You keep it.}}]
  - name: done
    actions:
      - {type: ticket, params: {subject: 'Return of {{ order_id }}'}}
      - {type: end, params: {text: 'Done. Your ticket is {{ ticket }}.'}}
"""


def flows(*texts: str) -> journey.Flows:
    found = [load(text) for text in texts]
    assert not [problem for each in found for problem in each.problems if problem.severity == "error"]
    return {each.definition.name: each.definition for each in found if each.definition}


@pytest.fixture(scope="module")
def shop() -> journey.Flows:
    return flows(RETURN)


def begun(shop: journey.Flows, **slots: str) -> Step:
    return journey.start(shop, "return", "run", Begun(slots, "return"), 1000.0)


def heard(shop: journey.Flows, step: Step, text: str = "", act: Act = Act.NONE, **slots: str) -> Step:
    return journey.move(shop, stored(step.place), Heard(text, act, slots), 1001.0)


def stored(place: Place) -> Place:
    """As it comes back from the database."""
    return Place.read(json.loads(json.dumps(place.stored())))


def delivered(shop: journey.Flows, step: Step) -> Step:
    return journey.move(shop, stored(step.place), Returned({"status": "delivered"}), 1001.0)


def at_confirmation(shop: journey.Flows) -> Step:
    step = delivered(shop, begun(shop, order_id="20260412", reason="size"))
    return heard(shop, step, act=Act.SKIP)


def test_a_flow_asks_for_what_it_does_not_know(shop: journey.Flows) -> None:
    step = begun(shop)
    assert step.asked
    assert step.asked.text == "What is the order number?"
    assert step.place.awaiting == Awaiting.SLOTS
    assert step.place.asked == ("order_id",)


def test_what_the_first_sentence_told_is_not_asked(shop: journey.Flows) -> None:
    step = begun(shop, order_id="20260412", reason="size")
    assert isinstance(step.effect, Request)
    assert step.effect.url == "/orders/20260412"
    step = delivered(shop, step)
    assert step.asked
    assert step.asked.slots == ("note",)


def test_the_answer_of_a_call_decides_the_way(shop: journey.Flows) -> None:
    step = journey.move(shop, begun(shop, order_id="20260412").place, Returned({"status": "on its way"}), 1001.0)
    assert (step.lines, step.ended) == (("Order 20260412 is on its way.",), Ended.DONE)


def test_a_call_that_fails_goes_where_the_state_says(shop: journey.Flows) -> None:
    step = journey.move(shop, begun(shop, order_id="20260412").place, Returned(error="no answer"), 1001.0)
    assert (step.lines, step.ended, step.team) == (("I can't reach our system.",), Ended.HANDED_OVER, "orders")
    assert step.problems == ("no answer",)


def test_a_choice_is_asked_with_its_buttons(shop: journey.Flows) -> None:
    step = delivered(shop, begun(shop, order_id="20260412"))
    assert step.asked
    assert [choice.shown for choice in step.asked.choices] == ["damaged", "Wrong size"]


def test_a_whole_walk_ends_in_a_ticket(shop: journey.Flows) -> None:
    step = at_confirmation(shop)
    assert step.asked
    assert step.asked.text == "Send back 20260412, because: Wrong size?"
    step = heard(shop, step, act=Act.YES)
    assert isinstance(step.effect, Filing)
    assert step.effect.subject == "Return of 20260412"
    step = journey.move(shop, step.place, Returned({"ticket": "K7"}), 1002.0)
    assert (step.lines, step.ended) == (("Done. Your ticket is K7.",), Ended.DONE)


def test_the_same_move_has_the_same_keys_and_another_effect_another_key(shop: journey.Flows) -> None:
    first, again = begun(shop, order_id="20260412"), begun(shop, order_id="20260412")
    assert first.effect == again.effect
    step = heard(shop, at_confirmation(shop), act=Act.YES)
    assert step.effect
    assert first.effect
    assert step.effect.key != first.effect.key


def test_no_to_a_confirmation_takes_the_default(shop: journey.Flows) -> None:
    assert heard(shop, at_confirmation(shop), act=Act.NO).lines == ("You keep it.",)


def test_a_correction_several_turns_later_is_taken_and_what_rested_on_it_is_done_anew(shop: journey.Flows) -> None:
    step = heard(shop, at_confirmation(shop), "no, the other order", Act.NO, order_id="99990412")
    assert step.lines == ("All right, order id is now: 99990412.",)
    assert isinstance(step.effect, Request)
    assert step.effect.url == "/orders/99990412"
    assert "status" not in step.place.slots
    assert step.place.slots["reason"] == "size"
    step = delivered(shop, step)
    assert step.asked
    assert step.asked.text == "Send back 99990412, because: Wrong size?"


def test_an_unfit_answer_is_asked_again_with_the_reason_then_with_an_example_then_a_person_comes(shop: journey.Flows) -> None:
    def unfit(step: Step) -> Step:
        return journey.move(shop, step.place, Heard("123", unfit={"order_id": "An order number has 8 to 20 digits."}), 1001.0)

    step = unfit(begun(shop))
    assert step.lines == ("An order number has 8 to 20 digits.",)
    assert step.asked
    assert "20260412" not in step.asked.text
    step = unfit(step)
    assert step.asked
    assert "For example: 20260412." in step.asked.text
    step = unfit(step)
    assert (step.asked, step.ended) == (None, Ended.FAILED)
    assert step.lines[-1] == "I can't finish this on my own."


def test_attempts_survive_an_interruption(shop: journey.Flows) -> None:
    step = heard(shop, begun(shop), "dunno")
    step = heard(shop, step, act=Act.REPEAT)
    assert step.place.attempts == {"order/order_id": 1}
    assert heard(shop, heard(shop, step, "hm"), "hm").ended == Ended.FAILED


def test_what_is_optional_can_be_skipped_and_what_is_required_cannot(shop: journey.Flows) -> None:
    step = heard(shop, begun(shop), act=Act.SKIP)
    assert step.lines == ("I can't go on without this: order id.",)
    assert step.asked
    step = delivered(shop, begun(shop, order_id="20260412", reason="size"))
    step = heard(shop, step, act=Act.SKIP)
    assert step.asked
    assert step.asked.slots == ("confirmed",)


def test_repeat_asks_the_same_again(shop: journey.Flows) -> None:
    step = begun(shop)
    assert heard(shop, step, act=Act.REPEAT).asked == step.asked


def test_cancel_ends_it_and_says_so(shop: journey.Flows) -> None:
    step = heard(shop, begun(shop), act=Act.CANCEL)
    assert step.ended == Ended.CANCELLED
    assert "Return an item" in step.lines[0]


def test_starting_over_forgets_and_the_second_time_a_person_comes(shop: journey.Flows) -> None:
    step = heard(shop, at_confirmation(shop), act=Act.START_OVER)
    assert step.asked
    assert step.asked.slots == ("order_id",)
    assert step.place.slots == {}
    assert heard(shop, step, act=Act.START_OVER).ended == Ended.FAILED


def test_back_goes_to_the_question_before(shop: journey.Flows) -> None:
    step = heard(shop, at_confirmation(shop), act=Act.BACK)
    assert step.asked
    assert step.asked.slots == ("note",)
    step = heard(shop, begun(shop), act=Act.BACK)
    assert step.lines == ("This is the first step.",)
    assert step.asked


def test_more_than_was_asked_is_kept(shop: journey.Flows) -> None:
    step = heard(shop, begun(shop), "20260412, it does not fit", order_id="20260412", reason="size")
    step = delivered(shop, step)
    assert step.asked
    assert step.asked.slots == ("note",)


def test_a_flow_that_nobody_goes_on_with_ends(shop: journey.Flows) -> None:
    step = begun(shop)
    assert not journey.has_ended(shop, step.place, 1000.0 + 1700)
    assert journey.has_ended(shop, step.place, 1000.0 + 1900)
    assert journey.move(shop, step.place, Elapsed(), 3000.0).ended == Ended.CANCELLED


def test_a_loop_without_a_word_of_the_customer_ends_with_a_person_and_a_sentence() -> None:
    """The loader refuses one that is plain to see; this one waits for a condition that never comes true."""
    call = Call(url="/x", timeout=1, system="shop", result={"tries": "n"})
    again = (Transition("tries == 7", "done"), Transition("default", "ask"))
    states = {"ask": State("ask", (call,), again), "done": State("done", (End(),))}
    shop = {"loop": Definition("loop", states, {"tries": Slot("tries", "number")})}
    step = journey.start(shop, "loop", "run", Begun(), 0.0)
    for _ in range(60):
        if not step.effect:
            break
        step = journey.move(shop, step.place, Returned({"tries": 1}), 0.0)
    assert step.ended == Ended.FAILED
    assert step.lines == ("I can't finish this on my own.",)


OUTER = """
name: outer
slots: {phone: {type: text}, answer: {type: text, prompt: Well?}}
states:
  - name: a
    actions:
      - {type: flow, params: {flow: inner, take: {phone: number}}}
      - {type: ask, params: {slots: [answer]}}
      - {type: end, params: {text: 'We call {{ phone }}.'}}
"""
INNER = """
name: inner
slots: {number: {type: text, prompt: Which number?}}
states:
  - name: i
    actions: [{type: ask, params: {slots: [number]}}, {type: end}]
"""


def test_a_flow_within_a_flow_comes_back_with_what_it_learned() -> None:
    shop = flows(OUTER, INNER)
    step = journey.start(shop, "outer", "run", Begun(), 0.0)
    assert step.place.flow == "inner"
    assert step.asked
    assert step.asked.text == "Which number?"
    step = heard(shop, step, "110", number="110")
    assert step.place.flow == "outer"
    assert step.asked
    assert step.asked.text == "Well?"
    step = heard(shop, step, "yes", answer="yes")
    assert (step.lines, step.ended) == (("We call 110.",), Ended.DONE)


def test_a_flow_that_is_put_first_leads_back_to_the_one_before() -> None:
    shop = flows(RETURN, INNER)
    step = journey.first(shop, begun(shop).place, "inner", "second", 1.0)
    assert step.place.flow == "inner"
    step = heard(shop, step, "110", number="110")
    assert step.place.flow == "return"
    assert step.asked
    assert step.asked.slots == ("order_id",)


def test_coming_back_goes_on_after_the_entry_also_when_it_is_not_the_first_action() -> None:
    outer = OUTER.replace("      - {type: flow,", "      - {type: say, params: {text: Hello.}}\n      - {type: flow,")
    shop = flows(outer, INNER)
    step = journey.start(shop, "outer", "run", Begun(), 0.0)
    assert step.lines == ("Hello.",)
    place = journey.resettled(shop, stored(step.place))
    assert place
    step = journey.move(shop, place, Heard("110", slots={"number": "110"}), 1.0)
    assert step.place.flow == "outer"
    assert step.place.slots == {"phone": "110"}
    assert step.asked
    assert step.asked.slots == ("answer",)


def test_cancelling_a_flow_that_was_put_first_leads_back_to_the_one_before() -> None:
    shop = flows(RETURN, INNER)
    step = heard(shop, journey.first(shop, begun(shop).place, "inner", "second", 1.0), act=Act.CANCEL)
    assert (step.place.flow, step.ended) == ("return", Ended.NO)
    assert step.lines == ("All right, I've stopped “inner”. Nothing more will be done about it.",)
    assert step.asked
    assert step.asked.slots == ("order_id",)


def test_cancelling_within_a_flow_cancels_the_whole_of_it() -> None:
    shop = flows(OUTER, INNER)
    assert heard(shop, journey.start(shop, "outer", "run", Begun(), 0.0), act=Act.CANCEL).ended == Ended.CANCELLED


def test_what_was_put_off_while_another_flow_came_first_is_not_forgotten() -> None:
    shop = flows(RETURN, INNER, OUTER)
    place = journey.first(shop, begun(shop).place, "inner", "second", 1.0).place
    place = journey.afterwards(place, "outer")
    step = journey.move(shop, stored(place), Heard("110", slots={"number": "110"}), 1.0)
    assert (step.place.flow, step.place.later) == ("return", ("outer",))
    step = heard(shop, step, act=Act.CANCEL)
    assert (step.place.flow, step.place.under[0].flow) == ("inner", "outer")


def test_a_flow_that_was_put_first_and_left_alone_leads_back_nowhere() -> None:
    shop = flows(RETURN, INNER)
    place = journey.first(shop, begun(shop).place, "inner", "second", 1.0).place
    step = journey.move(shop, stored(place), Elapsed(), 1_000_000.0)
    assert (step.ended, step.place.under) == (Ended.CANCELLED, ())


def test_the_names_of_runs_do_not_grow_with_each_flow_that_was_put_off() -> None:
    shop = flows(INNER)
    place = journey.start(shop, "inner", "run", Begun(), 0.0).place
    for _ in range(300):
        place = journey.move(shop, journey.afterwards(place, "inner"), Heard("1", slots={"number": "1"}), 0.0).place
    assert place.run == "run+300"


def test_a_flow_that_is_put_off_begins_when_this_one_is_done() -> None:
    shop = flows(RETURN, INNER)
    place = journey.afterwards(begun(shop, order_id="20260412").place, "inner")
    step = journey.move(shop, place, Returned({"status": "on its way"}), 1.0)
    assert step.place.flow == "inner"
    assert step.asked
    assert step.lines == ("Order 20260412 is on its way.",)


def test_calls_that_fail_and_lead_to_each_other_end_with_a_person() -> None:
    call = Call(url="/x", timeout=1, system="shop")
    states = {name: State(name, (call,), (Transition("default", "b"),), on_error=other) for name, other in ("ab", "ba")}
    shop = {"loop": Definition("loop", states)}
    step = journey.start(shop, "loop", "run", Begun(), 0.0)
    for _ in range(60):
        if step.effect:
            step = journey.move(shop, step.place, Returned(error="no answer"), 0.0)
    assert step.ended == Ended.FAILED
    assert step.lines == ("I can't finish this on my own.",)


LISTENING = """
name: menu
slots: {size: {type: text, prompt: Which size?}}
states:
  - name: first
    actions: [{type: ask, params: {slots: [size]}}]
    transitions: [{condition: default, target: menu}]
  - name: menu
    actions: [{type: nlp_intent, params: {intent: more}}]
    transitions: [{condition: intent == 'more', target: done}, {condition: default, target: menu}]
  - name: done
    actions: [{type: end}]
"""


def test_a_wish_that_is_not_understood_three_times_brings_a_person() -> None:
    shop = flows(LISTENING)
    step = heard(shop, journey.start(shop, "menu", "run", Begun(), 0.0), size="9")
    for _ in range(2):
        step = heard(shop, step, "hm")
        assert step.asked
    assert heard(shop, step, "hm").ended == Ended.FAILED
    assert journey.move(shop, step.place, Heard("more", intent="more"), 0.0).ended == Ended.DONE


def test_more_than_a_form_holds_is_asked_for_in_portions() -> None:
    names = tuple(f"slot_{number}" for number in range(45))
    states = {"a": State("a", (Ask(names), End()))}
    shop = {"long": Definition("long", states, {name: Slot(name) for name in names})}
    step, sizes = journey.start(shop, "long", "run", Begun(), 0.0), []
    while step.asked:
        sizes.append(len(step.asked.slots))
        step = journey.move(shop, step.place, Heard("", slots=dict.fromkeys(step.asked.slots, "x")), 0.0)
    assert sizes == [20, 20, 5]


def test_a_state_that_waits_for_something_else_in_a_newer_release_asks_anew(shop: journey.Flows) -> None:
    newer = flows(RETURN.replace("order_id", "number"))
    place = journey.resettled(newer, begun(shop).place)
    assert place
    assert (place.awaiting, place.asked) == (Awaiting.NOTHING, ())
    step = journey.move(newer, place, Heard("20260412"), 1001.0)
    assert step.asked
    assert step.asked.slots == ("number",)
    assert step.lines == ()


def test_a_place_of_an_older_release_goes_on_where_the_state_still_is(shop: journey.Flows) -> None:
    place = begun(shop).place
    newer = flows(RETURN.replace("  status: {type: text}", "  status: {type: text, default: new}"))
    found = journey.resettled(newer, place)
    assert found
    assert found.state == "order"
    assert found.slots["status"] == "new"
    assert journey.resettled(flows(INNER), place) is None


def test_a_place_is_plain_data(shop: journey.Flows) -> None:
    place = at_confirmation(shop).place
    assert asdict(stored(place)) == asdict(place)
    assert isinstance(journey.start(flows(OUTER, INNER), "outer", "r", Begun(), 0.0).effect, Entry | None)
