"""A customer, the systems, colleagues and time, all at random, who walk through flows; and what has to hold everywhere."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st

from apps.flows.definition.actions import Approve, Enter, Set
from apps.flows.definition.definition import Definition
from apps.flows.definition.templates import bared
from apps.flows.engine import guiding, journey
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Awaiting, Place, Value
from apps.flows.engine.said import Act, Begun, Elapsed, Heard, Returned, Said
from apps.flows.engine.step import Approval, Effect, Filing, Question, Step
from apps.flows.engine.walk import MOST_STEPS
from apps.flows.understanding.understand import hear
from tests.flows.engine.inventions import CONDITIONS

SECRET = "S3CRET-V4LUE"
SAYINGS = (
    *(
        "yes",
        "no",
        "no, the other one",
        "cancel",
        "start over",
        "skip",
        "what?",
        "back",
        "好的",
        "不要",
        "算了",
        "上一步",
        "跳过",
    ),
    *("AB-123", "my code is AB-123 and thing 1 is blue", "7", "€20.50", "2030-01-01", "tomorrow at 15:30", "明天下午三点"),
    *(
        "07700 900123",
        "vera@example.org",
        "red",
        "蓝色",
        "x",
        "hello",
        "是的，改成 AB-999",
        SECRET,
        "🎒👩‍👩‍👧",
        "مرحبا 12",
        "1e999",
    ),
    *("NaN", "", " ", "\x00", "{{ slot_0 }}", "9" * 400, "x" * 3_000, "yes no 1 2 3 red blue AB-123 a@b.de 2030-01-01 12:00"),
)
VALUES: tuple[Value, ...] = (
    *("", "x", "red", "AB-123", "2030-01-01", "2020-02-30", "12:00", "2030-01-01T12:00", "07700900123", *[SECRET] * 4, "\x00"),
    *("📎" * 50, "x" * 20_000, "00000000-0000-4000-8000-000000000001"),
    *(0, 3, 7.5, -1, 10**30, 10**400, math.inf, math.nan, True, False, None),
)
ACTS = (*[Act.NONE] * 6, *[Act.YES] * 3, Act.NO, Act.SKIP, Act.BACK, Act.REPEAT, Act.CANCEL, Act.START_OVER)
MOST_EFFECTS = 200  # in one turn
PATIENCE = 120  # words without a meaning, after which every flow has ended
LONGEST_KEY = 100  # characters that the row of a ticket has for it


@dataclass(frozen=True)
class Word:
    """One thing that happens, wherever it happens: the numbers pick a slot, a state or a flow of that place."""

    what: str
    act: Act = Act.NONE
    saying: str = "hm"
    value: Value = "x"
    which: int = 0


def happenings(*whats: str) -> st.SearchStrategy[list[Word]]:
    words = st.builds(
        Word,
        st.sampled_from(whats),
        st.sampled_from(ACTS),
        st.sampled_from(SAYINGS),
        st.sampled_from(VALUES),
        st.integers(0, 11),
    )
    return st.lists(words, max_size=30)


class Walker:
    """`flows` are those that are live, `others` those of another release. `seen`: all that was reached, by name."""

    def __init__(self, flows: Flows, others: Flows, words: Sequence[Word], seen: set[str], first: str = "") -> None:
        self.flows, self.others, self.seen = flows, others, seen
        self.first = first or sorted(flows)[0]
        self.words: Iterator[Word] = iter(words)
        self.now = 1_000.0
        self.runs = 0
        self.told: dict[str, Effect] = {}
        self.place: Place | None = None
        self.told_on = any(_bares(each, release) for release in (flows, others) for each in release.values())

    def walk(self) -> None:
        """One conversation, in which one flow begins after another, and at its end nobody makes sense any more."""
        self._start(self.first, 0)
        for number, word in enumerate(self.words, 1):
            if self.place is None:
                self._start(sorted(self.flows)[word.which % len(self.flows)], number)
            else:
                self._happen(word)
        for _ in range(PATIENCE):
            if self.place is None:
                return
            self._happen(Word("waited" if self.place.awaiting == Awaiting.COLLEAGUE else "heard", which=-1))
        raise AssertionError(f"the flow has no end: {self.place}")

    def _start(self, flow: str, number: int) -> None:
        began = Begun({}, ("wish", "")[number % 2], "en")
        run = self._run()
        self._settle(lambda now: journey.start(self.flows, flow, run, began, now))

    def _run(self) -> str:
        """A name for each walk through a flow, as each turn that begins one has its own."""
        self.runs += 1
        return f"run{self.runs}"

    def _happen(self, word: Word) -> None:
        """One turn of the conversation."""
        place = self.place = stored(self.place)
        self.seen.add(word.what)
        settled = journey.resettled(self.flows, place)
        if settled is None:
            name = place.flow if place.flow in self.flows else sorted(self.flows)[0]
            self.seen.add("unsettled")
            run = self._run()
            self._settle(lambda now: journey.start(self.flows, name, run, Begun(place.slots), now))
            return
        if word.what in ("corrected", "moved", "handed", "afterwards", "released"):
            self._lead(word, settled)
        elif word.what in ("first", "instead"):
            self._turn_to(word, settled)
        else:
            self.now += 100_000 if word.what == "waited" else 1
            said = Elapsed() if journey.has_ended(self.flows, settled, self.now) else self._said(word, settled)
            self._tell(settled.flow, said.slots if isinstance(said, Heard) else {})
            self._settle(lambda now: journey.move(self.flows, settled, said, now))

    def _said(self, word: Word, place: Place) -> Said:
        slots = sorted(self.flows[place.flow].known) or ["nothing"]
        name = slots[word.which % len(slots)]
        match word.what:
            case "said" | "form":
                given = dict.fromkeys((name, *place.asked), word.value) if word.what == "form" else None
                now = datetime.fromtimestamp(self.now, UTC)
                return hear(self.flows, place, word.saying, ("en", "zh-hans")[word.which % 2], now, given)
            case "told":
                return Heard(word.saying, word.act, dict.fromkeys(place.asked or (name,), word.value), intent="wish")
            case "unfit":
                return Heard(word.saying, word.act, unfit=dict.fromkeys((name, *place.asked), "That does not do."))
            case "heard":
                return Heard(word.saying, word.act, {name: word.value} if word.which > 8 else {})
        return Heard("", Act.REPEAT)

    def _lead(self, word: Word, place: Place) -> None:
        """Somebody of the team, or the release, changes the place; the flow speaks with the next word."""
        definition = self.flows[place.flow]
        names = sorted(definition.known) or ["nothing"]
        if word.what == "corrected":
            action = _waiting(self.flows, place)
            name = action.slot if isinstance(action, Approve) else names[word.which % len(names)]
            self._tell(place.flow, {name: word.value})
            place = guiding.corrected(self.flows, place, {name: word.value}, self.now)
        elif word.what == "moved":
            states = list(definition.states)
            place = guiding.at_state(self.flows, place, states[word.which % len(states)], self.now)
        elif word.what == "handed":
            place = guiding.handed(place, word.which, self.now)
        elif word.what == "afterwards":
            place = journey.afterwards(place, sorted(self.flows)[word.which % len(self.flows)])
        else:
            self.flows, self.others = self.others, self.flows
        self.place = place

    def _turn_to(self, word: Word, place: Place) -> None:
        other, run = sorted(self.flows)[word.which % len(self.flows)], self._run()
        if word.what == "first":
            self._settle(lambda now: journey.first(self.flows, place, other, run, now))
        else:
            self._settle(lambda now: journey.start(self.flows, other, run, Begun(), now))

    def _settle(self, move: Callable[[float], Step]) -> None:
        """Everything that the flow wants done is done, and each time it is asked twice: the same comes out."""
        step, spoken = move(self.now), False
        for _ in range(MOST_EFFECTS):
            self._look(step, move(self.now))
            spoken = spoken or bool(step.lines or step.asked)
            if not step.effect or isinstance(step.effect, Approval):
                break
            place, returned = stored(step.place), self._returned(step.effect)
            self._tell(place.flow, returned.slots)
            move = _moving(self.flows, place, returned)
            step = move(self.now)
        else:
            raise AssertionError("the flow runs on alone")
        assert spoken or step.ended or step.place.asking, "nothing is said, and nothing has ended"
        step_of, steps = journey.progress(self.flows[step.place.flow], step.place)
        assert 1 <= step_of <= steps
        self.place = None if step.ended else step.place
        self.seen.add(f"ended {step.ended}")

    def _returned(self, effect: Effect) -> Returned:
        word = next(self.words, Word("heard"))
        if isinstance(effect, Question):
            return Returned()
        if word.which % 4 == 0:
            self.seen.add("an effect that fails")
            return Returned(error="It did not come out.")
        if isinstance(effect, Filing):
            return Returned({"ticket": "K7K7K7"})
        return Returned(dict.fromkeys(getattr(effect, "result", {}), word.value))

    def _look(self, step: Step, again: Step) -> None:
        """Everything that has to hold of every move."""
        assert repr(step) == repr(again), "the same move has come out otherwise"
        assert step.place.steps <= MOST_STEPS
        assert not step.ended or not (step.asked or step.effect)
        assert step.ended or step.asked or step.effect or step.lines or step.place.asking, "nobody is next"
        self.seen |= {f"awaiting {step.place.awaiting}", f"depth {len(step.place.under)}"} | _reached(self.flows, step)
        if effect := step.effect:
            self.seen.add(type(effect).__name__)
            assert len(effect.key) <= LONGEST_KEY
            assert repr(self.told.setdefault(effect.key, effect)) == repr(effect), "two effects have one key"
        self._look_for_secrets(step)

    def _tell(self, flow: str, slots: Mapping[str, Value]) -> None:
        """Notes when the secret gets to where it is none: then it may be said."""
        known = self.flows[flow].known if flow in self.flows else {}
        held = [name for name, value in slots.items() if isinstance(value, str) and SECRET in value]
        self.told_on = self.told_on or any(name not in known or not known[name].sensitive for name in held)
        if held and not self.told_on:
            self.seen.add("a secret")

    def _look_for_secrets(self, step: Step) -> None:
        for place in (step.place, *step.place.under):
            self._tell(place.flow, place.slots if place.flow in self.flows else {})
        filed = (step.effect.subject, step.effect.body) if isinstance(step.effect, Filing) else ()
        said = " ".join((*step.lines, step.asked.text if step.asked else "", *filed))
        assert self.told_on or SECRET not in said, "a sensitive value is said"


def _bares(definition: Definition, flows: Flows) -> bool:
    """Whether its author has sensitive values copied to where they are none, and they may be said."""
    actions = [action for state in definition.states.values() for action in state.actions]
    for action in actions:
        if isinstance(action, Set) and any(bared(definition, value, definition, name) for name, value in action.slots.items()):
            return True
        inner = flows.get(action.flow) if isinstance(action, Enter) else None
        if isinstance(action, Enter) and inner:
            given = any(bared(definition, value, inner, name) for name, value in action.give.items())
            taken = any(bared(inner, f"{{{{ {its} }}}}", definition, own) for own, its in action.take.items())
            if given or taken:
                return True
    return False


def _moving(flows: Flows, place: Place, said: Said) -> Callable[[float], Step]:
    return lambda now: journey.move(flows, place, said, now)


def _waiting(flows: Flows, place: Place) -> object:
    actions = flows[place.flow].states[place.state].actions
    return actions[place.at] if place.at < len(actions) else None


def _reached(flows: Flows, step: Step) -> set[str]:
    asked = (flows[step.place.flow].known.get(name) for name in step.asked.slots) if step.asked else ()
    several = {"a form"} if step.asked and len(step.asked.slots) > 1 else set()
    return several | {f"asks for {slot.kind}" for slot in asked if slot}


def stored(place: Place | None) -> Place:
    """As it comes back from the database."""
    assert place
    return Place.read(json.loads(json.dumps(place.stored())))


WHATS = (
    *("said", "said", "said", "form", "told", "told", "told", "unfit", "heard", "heard", "waited"),
    *("corrected", "moved", "handed", "afterwards", "first", "instead", "released"),
)
WORDS = happenings(*WHATS)
EVERYTHING = frozenset(
    (
        *WHATS,
        *("unsettled", "a form", "an effect that fails", "a secret"),
        *("ended ", "ended done", "ended cancelled", "ended handed_over", "ended failed"),
        *("Request", "Filing", "Question", "Approval"),
        *("awaiting slots", "awaiting yes_no", "awaiting intent", "awaiting effect", "awaiting colleague"),
        *("depth 0", "depth 1", "depth 2"),
        *(f"asks for {kind}" for kind in (*CONDITIONS, "phone", "email", "file")),
    )
)
