"""How the customer's words change the place: repair that every flow has without its author doing anything.

An act (cancel, start over, back, skip, repeat, wait) comes first, then a correction of what was said before, then the answer to
what was asked. An answer that does not do is asked for again: with the reason, then with an example, then a person takes over.
"""

from dataclasses import replace

from apps.flows.definition import templates
from apps.flows.definition.actions import Approve, Ask
from apps.flows.definition.definition import Slot
from apps.flows.engine import resting, words
from apps.flows.engine.place import Awaiting, Value
from apps.flows.engine.said import Act, Heard
from apps.flows.engine.step import Ended
from apps.flows.engine.walk import Walk

MOST_RESTARTS = 1
WISH = Slot("")  # the answer to a state that listens for an intent


def hear(walk: Walk, heard: Heard) -> None:
    walk.change(handed=0, answered=False)
    match heard.act:
        case Act.CANCEL:
            walk.say(words.cancelled(walk.definition.shown))
            walk.end(Ended.CANCELLED)
        case Act.START_OVER:
            start_over(walk)
        case Act.BACK:
            back(walk)
        case Act.WAIT:
            walk.say(words.take_your_time())
        case Act.REPEAT if is_asking(walk):
            walk.say(words.colleague())
        case Act.REPEAT:
            pass  # the action that waits asks anew
        case Act.SKIP if walk.place.awaiting == Awaiting.SLOTS and not heard.slots:
            skip(walk)
        case _:
            answer(walk, heard)
    walk.waits = is_asking(walk) or heard.act == Act.WAIT


def is_asking(walk: Walk) -> bool:
    """Whether a colleague has been asked and has not answered."""
    return walk.place.awaiting == Awaiting.COLLEAGUE and not has_answer(walk)


def start_over(walk: Walk) -> None:
    """The second time it is the flow that is wrong, and a person helps."""
    if walk.place.restarts >= MOST_RESTARTS:
        walk.give_up("started over more than once")
        return
    walk.say(words.begun_again())
    kept = {slot.name: slot.default for slot in walk.definition.slots.values() if slot.default is not None}
    walk.change(slots=kept, skipped=(), derived={}, decided=(), trail=(), attempts={}, restarts=walk.place.restarts + 1)
    walk.enter(walk.definition.first.name)


def back(walk: Walk) -> None:
    """To the question before the one that waits; what was answered there is asked anew."""
    before = [place for place in walk.place.trail if place != (walk.place.state, walk.place.at)]
    if not before:
        walk.say(words.at_the_beginning())
        return
    state, at = before[-1]
    action = walk.definition.states[state].actions[at] if state in walk.definition.states else None
    again = set(action.slots if isinstance(action, Ask) else ())
    walk.drop(again | resting.fallen(walk.place.derived, again))
    walk.change(trail=tuple(before[:-1]))
    walk.enter(state, at)


def skip(walk: Walk) -> None:
    """An optional slot is left out; one that is required is asked for again, with the reason."""
    required = [slot for slot in asked(walk) if slot.required]
    if not required:
        walk.change(skipped=(*walk.place.skipped, *walk.place.asked))
        return
    walk.say(words.needed(required[0].shown))
    count_attempts(walk, required)


def answer(walk: Walk, heard: Heard) -> None:
    """Whatever was said beside the question counts too: a correction, or what would be asked for later."""
    heard = checked(walk, heard)
    corrected = {name: value for name, value in heard.slots.items() if is_corrected(walk, name, value)}
    walk.fill(heard.slots)
    if corrected:
        correct(walk, corrected)
        return
    match walk.place.awaiting:
        case Awaiting.YES_NO if heard.act in (Act.YES, Act.NO):
            walk.fill({walk.place.asked[0]: heard.act == Act.YES}, resting.used(walk.state.actions[walk.place.at], walk.place))
            walk.next_action()
        case Awaiting.INTENT:
            walk.change(intent=heard.intent)
            walk.next_action()
            if not heard.intent and not heard.slots:
                count_attempts(walk, [WISH])
        case Awaiting.SLOTS:
            take_answer(walk, heard)
        case Awaiting.COLLEAGUE if not has_answer(walk):
            wait_on(walk)
        case Awaiting.NOTHING | Awaiting.COLLEAGUE:
            pass  # an agent moved it, or has answered
        case _ if not heard.slots:
            retry(walk, asked(walk), words.not_understood())


def wait_on(walk: Walk) -> None:
    """Said once for each time a colleague is asked, however much the customer says meanwhile."""
    action = walk.state.actions[walk.place.at]
    told = f"{walk.place.state}/{action.slot}" if isinstance(action, Approve) else ""
    times = walk.place.attempts.get(told, 0)
    if not times:
        walk.say(words.colleague())
    walk.change(attempts={**walk.place.attempts, told: times + 1})


def has_answer(walk: Walk) -> bool:
    """Whether the colleague's answer is there."""
    action = walk.state.actions[walk.place.at]
    return not isinstance(action, Approve) or walk.place.slots.get(action.slot) is not None


def checked(walk: Walk, heard: Heard) -> Heard:
    """Values for which the slot's own condition does not hold are not taken; it may speak of all slots. Nor is what only a
    colleague answers."""
    slots = {name: value for name, value in heard.slots.items() if name not in walk.definition.colleagues}
    unfit = dict(heard.unfit)
    for name, value in tuple(slots.items()):
        slot = walk.slot(name)
        if slot.check and value is not None and not walk.holds(slot.check, {**walk.values(), **heard.slots}):
            del slots[name]
            unfit[name] = slot.invalid or words.unfit(slot.shown)
    return replace(heard, slots=slots, unfit=unfit)


def take_answer(walk: Walk, heard: Heard) -> None:
    unfit = [slot for slot in asked(walk) if slot.name in heard.unfit]
    if unfit:
        retry(walk, unfit, " ".join(dict.fromkeys(heard.unfit[slot.name] for slot in unfit)))
    elif heard.act == Act.NO and not heard.slots and not any(slot.required for slot in asked(walk)):
        skip(walk)
    elif not heard.slots:
        retry(walk, asked(walk), words.not_understood())


def is_corrected(walk: Walk, name: str, value: Value) -> bool:
    return walk.place.knows(name) and walk.place.slots[name] != value and name not in walk.place.asked


def correct(walk: Walk, corrected: dict[str, Value]) -> None:
    """All that the flow found out by the old value falls, and it goes on from where the value was asked for. What it knows
    otherwise stays."""
    for name in corrected:
        slot = walk.slot(name)
        walk.say(words.changed(slot.shown, templates.fill(f"{{{{ {name} }}}}", walk.definition, walk.place.slots)))
    walk.drop(resting.fallen(walk.place.derived, corrected))
    for number, (state, at) in enumerate(walk.place.trail):
        action = walk.definition.states[state].actions[at] if state in walk.definition.states else None
        if isinstance(action, Ask) and set(action.slots) & set(corrected):
            walk.change(trail=walk.place.trail[:number])
            walk.enter(state, at)
            return
    walk.change(trail=())
    walk.enter(walk.definition.first.name)


def asked(walk: Walk) -> list[Slot]:
    return [walk.slot(name) for name in walk.place.asked]


def retry(walk: Walk, slots: list[Slot], reason: str) -> None:
    walk.say(reason)
    count_attempts(walk, slots)


def count_attempts(walk: Walk, slots: list[Slot]) -> None:
    """Counted by state and slot, so an interruption changes nothing. The last one that a slot allows brings a person."""
    attempts = dict(walk.place.attempts)
    for slot in slots:
        key = f"{walk.place.state}/{slot.name}"
        attempts[key] = attempts.get(key, 0) + 1
    walk.change(attempts=attempts)
    spent = [slot.name for slot in slots if attempts[f"{walk.place.state}/{slot.name}"] >= slot.attempts]
    if spent:
        walk.give_up(f"no fit answer for {', '.join(spent) or 'what to do'}")
