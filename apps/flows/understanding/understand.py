"""One reading of a message, for intent and slots together: what it does in the flow that runs, and which flow it asks for.

Local and instant. The sentence classifier says which flow is wished for, the typed extractors what is told on the way; both
look at the same words, so a first sentence that tells all is asked nothing.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from apps.flows.definition.actions import Confirm
from apps.flows.definition.definition import Definition, Slot
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Awaiting, Place, Value
from apps.flows.engine.said import Act, Heard
from apps.flows.slots import extraction, kinds, names, places
from apps.flows.understanding import questions, trained
from apps.flows.understanding.acts import act_of, lacks
from apps.flows.understanding.classifier import Classifier
from apps.flows.understanding.coded import coded
from apps.flows.understanding.understood import Understood, begin_words
from apps.llm.embeddings import Vectors

SHORT = 30  # characters of “hang on”, which are no answer even where anything is
LONGEST = 2_000  # characters in which a wish is looked for
SURE = 0.7  # certainty from which a flow begins unasked
MEANT = 0.05  # a probability from which a number that follows is for this flow, where it is twice as likely as the next
MUCH_LONGER = 1.5  # times the longest example, from which first words are taken to tell what happened
LIKELY = 0.35  # a probability from which a flow is offered


Embed = Callable[[str], Vectors]


class _Wish(NamedTuple):
    flow: str = ""
    intent: str = ""
    likely: str = ""
    rivals: tuple[str, ...] = ()


def understand(
    flows: Flows,
    place: Place | None,
    text: str,
    *,
    language: str,
    now: datetime,
    others: Sequence[str] = (),
    given: Mapping[str, Value] | None = None,
    vector: Embed | None = None,
    before: str = "",
) -> Understood:
    """`others`: sentences that are no wish, such as the tenant's own questions. `given`: the values of a form that was sent.
    `vector`: gives the question's vector, for a caller that needs it too. `before`: the customer's message before, which says
    what a bare number is for, or is the number that a wish is about."""
    if place is None and (numbers := coded(flows, text, language, now)):
        if meant := _meant(flows, list(numbers), before, others):
            return Understood(Heard(text, intent=_first_intent(flows[meant])), meant, slots=numbers[meant])
        return Understood(Heard(text), rivals=tuple(numbers))
    question = questions.is_question(text)
    wish = _wished(flows, text, others, vector, question=question)
    heard = hear(flows, place, text, language, now, given) if place and place.flow in flows else Heard(text)
    if wish.intent:
        heard = replace(heard, intent=wish.intent)
    if not wish.flow:
        return Understood(heard, likely=wish.likely, rivals=wish.rivals, is_question=question)
    found = extraction.extract(flows[wish.flow].told, text, asked=(), language=language, now=now)
    known = coded(flows, before, language, now).get(wish.flow, {}) if before else {}
    told = opening(flows[wish.flow], text)
    return Understood(heard, wish.flow, slots={**told, **known, **found.values}, is_question=question)


def opening(definition: Definition, text: str) -> dict[str, Value]:
    """The slots that the first words fill, where they are much longer than any sentence by which the flow is wished for."""
    examples = [example for intent in definition.intents for example in intent.examples]
    if not examples or len(text.strip()) < MUCH_LONGER * max(map(len, examples)):
        return {}
    return {slot.name: text.strip()[:LONGEST] for slot in definition.told if slot.opening}


def _wished(flows: Flows, text: str, others: Sequence[str], vector: Embed | None, *, question: bool) -> _Wish:
    """A button's words and a keyword are as good as an intent that is sure."""
    plain = _plain(text)
    for name, definition in flows.items():
        if plain in map(_plain, (*definition.triggers.buttons, begin_words(definition))):
            return _Wish(name, _first_intent(definition))
    for name, definition in flows.items():
        if not question and any(_plain(word) in plain for word in definition.triggers.keywords if word.strip()):
            return _Wish(name, _first_intent(definition))
    return _classified(flows, text, others, vector, question=question)


def prepare(flows: Flows, others: Sequence[str]) -> None:
    """Learns what the first message would have to wait for."""
    if _examples(flows):
        _learnt(flows, others)


def _examples(flows: Flows) -> dict[str, tuple[str, ...]]:
    return {each.name: each.examples for flow in flows.values() for each in flow.intents if each.examples}


def _learnt(flows: Flows, others: Sequence[str]) -> Classifier:
    """A counterexample is a sentence of no intent, as the questions are that are no wish."""
    counterexamples = (text for flow in flows.values() for each in flow.intents for text in each.counterexamples)
    return trained.of(_examples(flows), (*others, *counterexamples))


def _classified(flows: Flows, text: str, others: Sequence[str], vector: Embed | None, *, question: bool) -> _Wish:
    """A question begins nothing, however near it is to a wish: one that asks how something is done, or about the customer's own
    things, has it offered."""
    by_intent = {intent.name: name for name, definition in flows.items() for intent in definition.intents}
    examples = _examples(flows)
    if not examples or not text.strip():
        return _Wish()
    if question and not (questions.asks_how(text) or questions.is_own(text)):
        return _Wish()
    if not question and (same := _same(flows, text)):
        return _Wish(by_intent[same[0]], same[0]) if len(same) == 1 else _between([by_intent[intent] for intent in same])
    said = text[:LONGEST]
    learnt = _learnt(flows, others)
    opinion = learnt.kept(said) or learnt.opinion(said, vector(said) if vector else None)
    if question:
        named = opinion.intent and questions.asks_how(text) and _plain(opinion.intent) in _plain(text)
        own = questions.is_own(text) and opinion.certainty >= SURE
        return _Wish(likely=by_intent[opinion.intent]) if named or own else _Wish()
    if opinion.certainty >= SURE:
        return _Wish(by_intent[opinion.intent], opinion.intent)
    return _between([by_intent[intent] for intent, probability in opinion.ranked if probability >= LIKELY])


def _same(flows: Flows, text: str) -> list[str]:
    """The intents of which this is an example, word by word. What is an example of several is judged to be of none, since the
    sentences that were left out could not be told apart."""
    plain = _plain(text)
    return [intent for intent, examples in _examples(flows).items() if any(_plain(each) == plain for each in examples)]


def _between(likely: Sequence[str]) -> _Wish:
    rivals = tuple(dict.fromkeys(likely))
    return _Wish(likely=rivals[0] if rivals else "", rivals=rivals if len(rivals) > 1 else ())


def _meant(flows: Flows, asking: Sequence[str], before: str, others: Sequence[str]) -> str:
    """The one of these flows that a number is for, by the message before it, though that was a question; "" where it may as
    well be another."""
    if len(asking) == 1:
        return asking[0]
    examples = _examples(flows)
    if not before.strip() or not examples:
        return ""
    probabilities = dict(_learnt(flows, others).opinion(before[:LONGEST]).ranked)
    near = {name: max((probabilities.get(each.name, 0.0) for each in flows[name].intents), default=0.0) for name in asking}
    first, second, *_others = sorted(near, key=lambda name: -near[name])
    return first if near[first] >= max(MEANT, 2 * near[second]) else ""


def hear(flows: Flows, place: Place, text: str, language: str, now: datetime, given: Mapping[str, Value] | None) -> Heard:
    definition = flows[place.flow]
    if given is not None:
        return _of_form(definition, given, text, language, now)
    asked = place.asked if place.awaiting == Awaiting.SLOTS else ()
    act = Act.NONE if _is_choice(definition, asked, text) else act_of(text, language)
    if act in (Act.CANCEL, Act.START_OVER, Act.REPEAT, Act.BACK):
        return Heard(text, act)
    found = extraction.extract(_readable(definition, asked), text, asked=asked, language=language, now=now)
    values = dict(found.values)
    if act == Act.WAIT:
        free = [name for name in values if definition.known[name].kind == "text"]
        if len(free) == len(values) and len(text) <= SHORT:
            return Heard(text, act)
        act = Act.NONE
    if act == Act.SKIP and not any(definition.known[name].required for name in asked):
        values = {name: value for name, value in values.items() if name not in asked}  # “skip” is nobody's username
    if act == Act.NONE and place.awaiting == Awaiting.YES_NO:
        act = _yes_or_no(definition, place, text, language, now)
    if act in (Act.NONE, Act.NO) and asked and not values and not found.unfit and lacks(text):
        act = Act.SKIP
    return Heard(text, act, values, found.unfit)


def _is_choice(definition: Definition, asked: Sequence[str], text: str) -> bool:
    """Whether it is, word for word, a choice that was asked for, though it might steer a flow elsewhere: “不想要了” is a
    reason."""
    choices = [choice for name in asked for choice in definition.known[name].choices]
    return _plain(text) in {_plain(word) for choice in choices for word in (choice.value, choice.shown, *choice.synonyms)}


def _readable(definition: Definition, asked: Sequence[str]) -> list[Slot]:
    """The slots a message is read for: all, but words that were asked for freely are nothing else as well. A name, of a person
    or a place, is no free words."""
    free = [definition.known[name] for name in asked if definition.known[name].kind == "text"]
    story = len(asked) == 1 and free and not places.side(free[0]) and not names.part(free[0])
    return free if story else list(definition.told)


def _yes_or_no(definition: Definition, place: Place, text: str, language: str, now: datetime) -> Act:
    """The answer to a confirmation, whose slot need not be declared."""
    action = definition.states[place.state].actions[place.at]
    slot = Slot(action.slot if isinstance(action, Confirm) else "confirmed", kind="yes_no")
    read = extraction.extract([slot], text, asked=(slot.name,), language=language, now=now).values.get(slot.name)
    return Act.NONE if read is None else Act.YES if read else Act.NO


def _of_form(definition: Definition, given: Mapping[str, Value], text: str, language: str, now: datetime) -> Heard:
    """A form's values are the customer's own: each is only looked at whether it does."""
    values: dict[str, Value] = {}
    unfit: dict[str, str] = {}
    for name, entered in given.items():
        slot = definition.slots.get(name) or Slot(name)
        kind = kinds[slot.kind]
        found = kind.read(slot, entered, language, now) if isinstance(entered, str) else []
        value = found[0].value if found else entered
        if reason := kind.fits(slot, value):
            unfit[name] = reason
        else:
            values[name] = value
    return Heard(text, Act.NONE, values, unfit)


def _first_intent(definition: Definition) -> str:
    return definition.intents[0].name if definition.intents else ""


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().strip(" 。.!！?？").split())
